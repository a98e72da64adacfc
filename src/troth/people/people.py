"""Who there is: people by number, with the identifiers by which they are found."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import Any

from troth import ledger
from troth.ledger import Event
from troth.people.identifiers import (
    OF_ONE,
    Identifiers,
    Kind,
    find,
    find_all,
    hashed,
)
from troth.people.problems import Conflict, Unknown, must_know_people
from troth.people.refusals import reattach
from troth.people.same import same
from troth.store import Session, Straight
from troth.store import tables as t
from troth.store.straight import chunks, listed, numbered


def add_person(
    session: Session, key: bytes, at: datetime, identifiers: Identifiers | None = None
) -> int:
    """A new person's number. Refusals kept from before they were forgotten attach again.

    A person may be no more than a bare address, such as a friend someone referred.
    """
    person = session.add(t.people, created_at=at, erased_at=None)
    ledger.record_all(session, [added_event(person)], at=at)
    for kind, value in (identifiers or {}).items():
        identify(session, key, person, kind, value, at)
    return person


def person_at(session: Session, key: bytes, kind: Kind, value: str, at: datetime) -> int:
    """The person of this address, added where nobody has it yet."""
    found = find(session, key, kind, value)
    return add_person(session, key, at, {kind: value}) if found is None else found


def identify(
    session: Session, key: bytes, person: int, kind: Kind, value: str, at: datetime
) -> int:
    """Add an identifier to a person; its number. One they have already, here or in a joined record,
    is left as it is."""
    must_know_people(session, (person,))
    digest = hashed(session, key, kind, value)
    mine = t.identifiers.c.person.in_(same(session, person))
    had = session.rows(t.identifiers, mine, kind=kind, hash=digest, until=None)
    if had:
        return int(had[0].id)
    others = find_all(session, key, kind, value)
    if others and kind in OF_ONE:
        raise Conflict(
            f"this {kind} is of person {others[0]} already; "
            f"join {person} and {others[0]} if they are one, or end it there first"
        )
    number = session.add(t.identifiers, **identifier_row(person, kind, value, digest, at))
    ledger.record_all(session, [identified_event(person, number, kind)], at=at)
    reattach(session, person, kind, digest, at)
    return number


def identifier_row(
    person: int, kind: Kind, value: str, digest: str, at: datetime
) -> dict[str, Any]:
    """The row of an identifier somebody has from now on."""
    return {
        "person": person,
        "kind": kind,
        "value": value.strip(),
        "hash": digest,
        "since": at,
        "until": None,
    }


def added_event(person: int) -> Event:
    """What the ledger says of a new person."""
    return Event("person.added", {"person": person}, person)


def identified_event(person: int, number: int, kind: Kind) -> Event:
    """What the ledger says of an identifier: who has it, and never what it is."""
    payload = {"person": person, "identifier": number, "kind": kind}
    return Event("person.identified", payload, person)


def living(session: Session, wanted: Iterable[int]) -> list[int]:
    """Those of the people who are there and were not forgotten, by number."""
    found: list[int] = []
    for some in chunks(sorted(wanted)):
        found += [p for (p,) in session.fetch(_living(len(some)), **numbered("person", some))]
    return found


@lru_cache
def _living(count: int) -> Straight:
    return Straight(
        f"select id from people where company = :of_company and id in {listed('person', count)} "
        "and erased_at is null order by id"
    )


def end_identifier(
    session: Session, key: bytes, person: int, kind: Kind, value: str, at: datetime
) -> None:
    """From now on the person is not found by this any more: an address they gave up."""
    digest = hashed(session, key, kind, value)
    had = session.rows(t.identifiers, kind=kind, hash=digest, person=person, until=None)
    if not had:
        raise Unknown(f"person {person} has no such {kind}; look at their identifiers")
    for row in had:
        session.change(t.identifiers, {"id": row.id}, until=at)
        payload = {"person": person, "identifier": row.id, "kind": kind}
        ledger.record(session, "person.identifier-ended", payload, at=at, person=person)


def everybody_with(session: Session, kind: Kind) -> list[tuple[int, int]]:
    """Everyone who has an identifier of the kind now, with the number of their first, by person."""
    from sqlalchemy import func, select

    having = (t.identifiers.c.kind == kind, t.identifiers.c.until.is_(None))
    firsts = (
        select(t.identifiers.c.person, func.min(t.identifiers.c.id).label("first"))
        .join(t.people, t.people.c.id == t.identifiers.c.person)
        .where(*having, t.people.c.erased_at.is_(None))
        .group_by(t.identifiers.c.person)
        .order_by(t.identifiers.c.person)
    )
    return [(int(row.person), int(row.first)) for row in session.execute(firsts)]
