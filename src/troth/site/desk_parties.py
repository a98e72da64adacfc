"""The desk's parties: who may receive, where, under which agreements, and which of those end soon."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from troth import parties
from troth.language.model import Duty
from troth.page.outline import day
from troth.page.phrases import capital
from troth.parties import Agreement
from troth.people import attributes
from troth.site.body import Form
from troth.site.desk_options import offered
from troth.site.desk_page import DeskPage, Sitting, Wrong, must_be_in_charge
from troth.site.desk_typed import chosen, day_typed, details_typed
from troth.site.gist import phrase
from troth.site.when import today
from troth.store import Session
from troth.store import tables as t

SOON = timedelta(days=60)
ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def _does(sitting: Sitting, session: Session, form: Form) -> str:
    must_be_in_charge(sitting)
    match form.one("do"):
        case "register":
            return _register(sitting, session, form)
        case "sign":
            return _sign(sitting, session, form)
        case "end":
            return _end(sitting, session, form)
    raise Wrong("there is nothing of the kind to do here")


def _register(sitting: Sitting, session: Session, form: Form) -> str:
    """A new party of a kind the texts speak of; its countries are exclusive where the word says so."""
    kind, id, name = form.one("kind"), form.one("id")[:60], form.one("name")[:200]
    if kind not in dict(offered(sitting.company, "party")):
        raise Wrong("choose what kind of party it is")
    if not ID.fullmatch(id) or not name:
        raise Wrong("give a name, and an id of small letters, digits and hyphens: acme-de")
    countries = form.one("territory").upper().replace(",", " ").split()
    details = details_typed(form, "details")
    word = sitting.company.policy.words["party", kind]
    parties.register(session, id, word, name, sitting.at, territory=countries, attributes_=details)
    return f"Registered: {name}, {word.phrase}"


def _sign(sitting: Sitting, session: Session, form: Form) -> str:
    first = day_typed(form, "since") or today(sitting.company, sitting.at)
    names = chosen(form, "names", dict(_agreements(sitting)))
    if not names:
        raise Wrong("mark what it signs")
    party = parties.party(session, form.one("party"))
    fields = chosen(form, "fields", dict(offered(sitting.company, "data")))
    until = day_typed(form, "until")
    parties.sign(session, party.id, names, first, sitting.at, until=until, fields=fields)
    return f"Signed by {party.name}: {', '.join(names)}"


def _end(sitting: Sitting, session: Session, form: Form) -> str:
    agreement = form.number("agreement")
    if not agreement:
        raise Wrong("choose the agreement that ends")
    last = day_typed(form, "until") or today(sitting.company, sitting.at)
    parties.end(session, agreement, last, sitting.at)
    return f"Agreement {agreement} ends with {day(last)}"


# -- what there is ---------------------------------------------------------------------------------


def _agreements(sitting: Sitting) -> list[tuple[str, str]]:
    """What a party can sign: what its word needs, and what a duty binds it to."""
    words = sitting.company.policy.words
    found = dict.fromkeys(_asked_for(sitting))
    return [
        (name, words["term", name].phrase if ("term", name) in words else name) for name in found
    ]


def _asked_for(sitting: Sitting) -> Iterator[str]:
    policy = sitting.company.policy
    used = dict(offered(sitting.company, "party"))
    for (kind, name), word in policy.words.items():
        if kind == "party" and name in used:
            yield from (*word.needs, *(("mandate",) if word.acts_for_us else ()))
    house = [policy.house] if policy.house else []
    for text in (*policy.versions, *policy.laws, *house):
        for duty in text.statements:
            if isinstance(duty, Duty) and duty.form == "bind":
                yield from duty.slot("terms")


def _shows(sitting: Sitting, session: Session) -> dict[str, Any]:
    now = today(sitting.company, sitting.at)
    rows = session.rows(t.parties, order=[t.parties.c.kind, t.parties.c.name])
    signed = {row.id: parties.agreements_of(session, row.id) for row in rows}
    known = [
        {
            "id": row.id,
            "name": row.name,
            "kind": capital(phrase(sitting.company, "party", row.kind)),
            "territory": attributes.values(session, "party", row.id, "territory", sitting.at),
            "agreements": [_shown(one, now) for one in signed[row.id] if _lives(one, now)],
            "past": sum(not _lives(one, now) for one in signed[row.id]),
        }
        for row in rows
    ]
    return {
        "parties": known,
        "kinds": offered(sitting.company, "party"),
        "names": _agreements(sitting),
        "words": offered(sitting.company, "data"),
        "soon": sum(one["soon"] for each in known for one in each["agreements"]),
        "today": now.isoformat(),
    }


def _lives(agreement: Agreement, now: date) -> bool:
    return agreement.until is None or agreement.until >= now


def _shown(agreement: Agreement, now: date) -> dict[str, Any]:
    until = agreement.until
    return {
        "number": agreement.id,
        "names": agreement.names,
        "fields": agreement.fields,
        "since": day(agreement.since),
        "until": day(until) if until else "",
        "soon": until is not None and until - now <= SOON,
    }


PAGE = DeskPage("parties", "Parties", _shows, _does)
