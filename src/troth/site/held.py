"""What is held about a person, field by field, and what may be done with it, with the clauses that decide."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from troth import ledger
from troth.company import Company
from troth.gate import Question
from troth.language.model import Action, Answer, Ask, Stamp
from troth.outlook import look
from troth.page.phrases import capital
from troth.people.holdings import Held
from troth.people.same import same
from troth.people.stamps import load_stamps
from troth.site import visit
from troth.site.cases import cases_of, latest_cases, matter_called
from troth.site.cite import all_cited, to_her
from troth.site.gist import phrase
from troth.site.standing import standing
from troth.site.when import day_said
from troth.store import Session
from troth.store import tables as t

DONE = {"use": "Used", "share": "Shared", "sell": "Sold"}
MOST_PARTIES = 12  # of one kind; more are asked about as the kind


@dataclass(frozen=True)
class Use:
    """One thing that could be done with what is held, and how it is said."""

    action: Action
    purpose: str | None
    party: str | None
    party_id: str | None
    said: str
    what_for: str
    matter: str | None = None  # one of her cases; None: whatever the occasion


def show(request: Request) -> Response:
    """The page; that it was shown is one entry of the ledger."""
    company = visit.company_of(request)
    visitor = visit.person_of(request, company)
    if visitor is None or visitor.person is None:
        return RedirectResponse(f"/{company.name}/sign-in?next=held", 303)
    at = visit.site_of(request).now()
    with company.reading() as session:
        fields = looked_at(company, session, visitor.person, at)
        cases = cases_of(company, session, visitor.person, at)
    _enter(company, visitor.person, fields, at)
    return visit.page(
        request,
        "held.html",
        company,
        visitor=visitor,
        title="What we hold about you",
        here="held",
        asked=day_said(company, at),
        fields=fields,
        cases=cases,
        links=[{"label": "Change what may be done with it", "href": f"/{company.name}/choices"}],
    )


def _enter(company: Company, person: int, fields: list[dict[str, Any]], at: datetime) -> None:
    payload = {"person": person, "fields": [field["number"] for field in fields]}
    with company.writing() as session:
        ledger.record(session, "shown", payload, at=at, person=person)


def looked_at(
    company: Company, session: Session, person: int, at: datetime
) -> list[dict[str, Any]]:
    """Every field with its stamp and its uses, as the page shows them."""
    stamps = load_stamps(session)
    plain = _uses(company, session)
    found = []
    for each in same(session, person):
        stands = standing(company, session, each, at)
        uses = _with_cases(plain, latest_cases(company, session, each, at))
        for held, answers in look(company.gate, session, each, at, _asking(uses, each, at)):
            answered = zip(uses.get(held.data, ()), answers, strict=True)
            stamp = stamps[held.stamp]
            shown = _shown(company, held, stamp, _telling(company, answered))
            found.append(shown | {"stands": stands(held.field, stamp)})
    return found


def _asking(
    uses: dict[str, list[Use]], person: int, at: datetime
) -> Callable[[Held], Iterator[Question]]:
    def asked(held: Held) -> Iterator[Question]:
        for use in uses.get(held.data, ()):
            ask = Ask(use.action, held.data, use.purpose, use.party)
            yield Question(ask, person, at, use.party_id, use.matter)

    return asked


def _with_cases(uses: dict[str, list[Use]], cases: list[str]) -> dict[str, list[Use]]:
    """Each use by itself, and then within each of her cases: some data may be used for a case alone."""
    return {
        word: [replace(use, matter=case) for use in some for case in (None, *cases)]
        for word, some in uses.items()
    }


def _telling(
    company: Company, answered: Iterable[tuple[Use, Answer]]
) -> Iterator[tuple[Use, Answer]]:
    """What is worth telling: of a case only what is allowed within it and not otherwise."""
    refused = False
    for use, answer in answered:
        if use.matter is None:
            refused = not answer
            yield use, answer
        elif refused and answer:
            within = f"{use.said} within {matter_called(company, use.matter)}"
            yield replace(use, said=within), answer


# -- what could be done with a word ----------------------------------------------------------------


def _uses(company: Company, session: Session) -> dict[str, list[Use]]:
    """By data word, every purpose and recipient that a clause of any version speaks of for it."""
    parties: dict[str, list[tuple[str, str]]] = {}
    for row in session.rows(t.parties, order=[t.parties.c.name]):
        parties.setdefault(row.kind, []).append((row.id, row.name))
    found: dict[str, dict[Use, None]] = {}
    for word, action, purpose, party in _spoken_of(company):
        for named in _named(party, parties):
            said = _said(company, action, party, named)
            what_for = phrase(company, "purpose", purpose) if purpose else ""
            use = Use(action, purpose, party, named[0] if named else None, said, what_for)
            found.setdefault(word, {})[use] = None
    order = ("use", "share", "sell")
    return {
        w: sorted(uses, key=lambda u: (order.index(u.action), u.said, u.what_for))
        for w, uses in found.items()
    }


def _spoken_of(company: Company) -> Iterator[tuple[str, Action, str | None, str | None]]:
    reach = company.gate.words.leaves
    for version in company.policy.versions:
        for clause in version.clauses:
            if clause.action not in DONE or (clause.modal == "never" and clause.action != "sell"):
                continue
            purposes: list[str | None] = [*sorted(reach("purpose", clause.purposes, True))] or [
                None
            ]
            receivers: list[str | None] = [*sorted(reach("party", clause.parties, True))] or [None]
            for word in reach("data", clause.data, clause.modal == "never"):
                for purpose in purposes:
                    for party in receivers:
                        yield word, clause.action, purpose, party


def _named(
    party: str | None, parties: dict[str, list[tuple[str, str]]]
) -> list[tuple[str, str] | None]:
    """The registered parties of a kind; where there are none, or too many, the kind itself."""
    registered = parties.get(party or "", [])
    return [*registered] if 0 < len(registered) <= MOST_PARTIES else [None]


def _said(
    company: Company,
    action: str,
    party: str | None,
    named: tuple[str, str] | None,
) -> str:
    words = [DONE[action]]
    if party is not None:
        kind = phrase(company, "party", party)
        words.append(f"with {named[1]} ({kind})" if named else f"with {kind}")
    return " ".join(words)


# -- as the page shows it --------------------------------------------------------------------------


def _shown(company: Company, held: Held, stamp: Stamp, answered: Any) -> dict[str, Any]:
    versions = {v.id: v for v in company.policy.versions}
    given = [versions[v] for v in stamp.versions if v in versions]
    return {
        "number": held.field,
        "name": held.data,
        "label": capital(phrase(company, "data", held.data)),
        "value": _value(held, stamp),
        "given": day_said(company, held.given_at),
        "place": phrase(company, "place", held.place) if held.place else "",
        "version": visit.version_link(given[0]) if given else None,
        "role": stamp.role,
        "customer": stamp.customer or "",
        "uses": list(_answered(company, answered)),
    }


def _value(held: Held, stamp: Stamp) -> str:
    """The value; of what is held for a customer only that it is: the value is the customer's to show."""
    if stamp.role == "held":
        return f"Held for {stamp.customer}; please turn to them."
    return held.value if isinstance(held.value, str) else str(held.value)


def _answered(company: Company, answered: Iterable[tuple[Use, Answer]]) -> Iterator[dict[str, Any]]:
    """One row for all purposes that the same clauses decide in the same way."""
    rows: dict[tuple[str, str, tuple[str, ...], str], list[str]] = {}
    for use, answer in answered:
        note = "" if answer else " or ".join(to_her(company, way) for way in answer.would_allow[:1])
        key = (use.said, answer.verdict, answer.clauses, note)
        rows.setdefault(key, []).append(use.what_for)
    for (said, verdict, clauses, note), purposes in rows.items():
        what_for = "; ".join(p for p in purposes if p)
        yield {
            "what": f"{said} for {what_for}" if what_for else said,
            "answer": verdict,
            "clauses": all_cited(company, clauses),
            "note": f"It would take: {note}." if note else "",
        }
