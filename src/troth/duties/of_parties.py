"""Duties about recipients: who is bound by a live agreement and to what, what was disclosed and why."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import select

from troth import ledger, parties
from troth.duties.figure import Binding, Figure, Ground, asks_somebody, judged, not_measured
from troth.language.model import Clause, Within
from troth.parties import Agreement
from troth.store import tables as t

SOON = timedelta(days=60)
DISCLOSING = ("share", "sell")


def bind(ground: Ground, binding: Binding) -> Figure:
    """Each recipient of these kinds: whether a live agreement binds it to every one of the terms."""
    terms = binding.duty.slot("terms")
    bound, without, ending = list[str](), list[str](), list[str]()
    for party in _of_kind(ground, binding.duty.slot("parties")):
        living = [parties.live(ground.session, party, term, ground.day) for term in terms]
        if not all(living):
            without.append(party)
            continue
        bound.append(party)
        if any(_ends(ground, agreements) for agreements in living):
            ending.append(party)
    return _of_agreements(bound, without, ending, "are bound", "sign")


def limit(ground: Ground, binding: Binding) -> Figure:
    """Each recipient of these kinds: whether a live agreement names the fields it may have."""
    bound, without, ending = list[str](), list[str](), list[str]()
    for party in _of_kind(ground, binding.duty.slot("parties")):
        living = [
            a
            for a in parties.agreements_of(ground.session, party)
            if a.fields and a.since <= ground.day and (a.until is None or a.until >= ground.day)
        ]
        (bound if living else without).append(party)
        if living and _ends(ground, living):
            ending.append(party)
    return _of_agreements(bound, without, ending, "have their fields named", "name its fields")


def _of_kind(ground: Ground, kinds: tuple[str, ...]) -> list[str]:
    wanted = ground.leaves("party", kinds)
    found = ground.session.rows(t.parties, order=[t.parties.c.id])
    return [row.id for row in found if row.kind in wanted or row.kind in kinds]


def _ends(ground: Ground, agreements: Iterable[Agreement]) -> bool:
    """Whether the last of them ends soon."""
    return all(a.until is not None and a.until <= ground.day + SOON for a in agreements)


def _of_agreements(
    bound: list[str], without: list[str], ending: list[str], said: str, sign: str
) -> Figure:
    everybody = len(bound) + len(without)
    told = (
        f"{len(bound)} of {everybody} recipients {said}; {len(ending)} end within {SOON.days} days"
    )
    told = told if everybody else "there is no such recipient"
    numbers = {"recipients": everybody, "bound": len(bound), "ending_soon": len(ending)}
    if without:  # the gate keeps it: nothing may be shared with them meanwhile
        remedy = f"nothing is disclosed to {_some(without)} until they {sign}"
        return asks_somebody(told, remedy, **numbers)
    if ending:
        return asks_somebody(told, f"renew the agreement of {_some(ending)}", **numbers)
    return judged(True, told, "", **numbers)


def _some(names: list[str]) -> str:
    return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")


# -- disclosures -----------------------------------------------------------------------------------


def log(ground: Ground, _: Binding) -> Figure:
    """The disclosures on record, and whether the record is as long as its tree says."""
    found = [e.payload for e in ground.entries("asked") if e.payload]
    disclosed = [p for p in found if p.get("action") in DISCLOSING and p.get("verdict") != "no"]
    refused = sum(p.get("action") in DISCLOSING and p.get("verdict") == "no" for p in found)
    grown = ledger.size(ground.session)
    entries = ground.session.count(t.ledger)
    return judged(
        grown == entries,
        f"{len(disclosed)} disclosures allowed and {refused} refused, each an entry of the ledger, "
        f"which holds {entries} of {grown}",
        "the ledger lacks entries: troth ledger verify, and restore it from a backup",
        disclosures=len(disclosed),
        refused=refused,
        entries=entries,
        leaves=grown,
    )


def record_reason(ground: Ground, binding: Binding) -> Figure:
    """The cases of the kind that the line before speaks of: those whose reason was on record in time."""
    kinds = _before(binding)
    if not kinds:
        return not_measured(
            "The line before it names no kind of case, so it is not known of which."
        )
    opened = [
        row
        for kind in kinds
        for row in ground.session.rows(t.matters, t.matters.c.opened_at <= ground.at, kind=kind)
    ]
    a = t.attributes.c
    noted = select(a.key, a.since).where(a.of == "matter", a.name == "reason").order_by(a.since)
    reasons = {row.key: row.since for row in reversed(list(ground.session.execute(noted)))}
    within = timedelta(days=binding.days)
    due = [m for m in opened if m.opened_at + within <= ground.at or m.id in reasons]
    late = [m for m in due if m.id not in reasons or reasons[m.id] > m.opened_at + within]
    return judged(
        not late,
        f"{len(due) - len(late)} of {len(due)} cases have their reason on record within "
        f"{binding.term}; {len(opened) - len(due)} are younger",
        "record the reason of " + _some([m.id for m in late]),
        cases=len(opened),
        in_time=len(due) - len(late),
        late=len(late),
    )


def _before(binding: Binding) -> tuple[str, ...]:
    """The kinds of case of the clause that stands before the duty: `such an act`."""
    statements = binding.text.statements
    place = statements.index(binding.duty)
    clause = statements[place - 1] if place else None
    if not isinstance(clause, Clause):
        return ()
    return tuple(m for c in clause.conditions if isinstance(c, Within) for m in c.matters)
