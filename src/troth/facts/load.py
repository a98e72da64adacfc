"""The rows that may bear on one ask, read in as few statements as there are tables.

The statements are built once and kept: building one costs more than reading the few rows it finds.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Select, Table, bindparam, or_, select

from troth.store import tables as t
from troth.store.columns import read_moment
from troth.store.session import Session

from .scene import Adopted, Agreement, Asserted, Happened, Matter, Rows, Said, Told, Valued


def _hers(table: Table) -> Select[Any]:
    """A person's history in order."""
    mine = table.c.person == bindparam("person")
    return select(table).where(mine).order_by(table.c.at, table.c.id)


def _of_all(table: Table, order: str) -> Select[Any]:
    """What is known of the person, the party, the matter and the records asked about."""
    c = table.c
    mine = or_(
        *((c.of == of) & (c.key == bindparam(of)) for of in ("person", "party", "matter")),
        (c.of == "record") & c.key.in_(bindparam("records", expanding=True)),
    )
    return select(table).where(mine).order_by(c[order], c.id)


SAID, TOLD, ADOPTED, HAPPENED = (_hers(x) for x in (t.choices, t.told, t.adoptions, t.events))
ASSERTED, VALUED = _of_all(t.assertions, "at"), _of_all(t.attributes, "since")
AGREED = select(t.agreements).where(t.agreements.c.party == bindparam("party"))
MATTER = select(t.matters).where(t.matters.c.id == bindparam("matter"))
NAMED = select(t.matter_people.c.person).where(t.matter_people.c.matter == bindparam("matter"))


def load_rows(
    session: Session,
    person: int | None,
    party: str | None = None,
    matter: str | None = None,
    records: Iterable[int] = (),
) -> Rows:
    """Everything the atoms may look at for a person, and the party and matter the ask names."""
    hers = {"person": person}
    keys = {
        "person": None if person is None else str(person),
        "party": party,
        "matter": matter,
        "records": [str(record) for record in records],
    }
    known = person is not None
    return Rows(
        said=_said(session, hers) if known else (),
        told=_told(session, hers) if known else (),
        adopted=_adopted(session, hers) if known else (),
        happened=_happened(session, hers) if known else (),
        asserted=_asserted(session, keys),
        valued=_valued(session, keys),
        agreements=_agreements(session, party) if party is not None else (),
        matter=_matter(session, matter) if matter is not None else None,
    )


def _said(session: Session, hers: dict[str, Any]) -> tuple[Said, ...]:
    return tuple(
        Said(
            r.choice,
            r.cell,
            r.standing,
            r.at,
            r.until,
            r.scope.get("party"),
            tuple(r.scope.get("data", ())),
            _moment(r.scope.get("first")),
            _moment(r.scope.get("end")),
        )
        for r in session.execute(SAID, hers)
    )


def _moment(text: str | None) -> datetime | None:
    return read_moment(text) if text else None


def _told(session: Session, hers: dict[str, Any]) -> tuple[Told, ...]:
    return tuple(Told(r.version, r.way, r.outcome, r.at) for r in session.execute(TOLD, hers))


def _adopted(session: Session, hers: dict[str, Any]) -> tuple[Adopted, ...]:
    rows = session.execute(ADOPTED, hers)
    return tuple(Adopted(r.clause, r.digest, r.answer, r.at) for r in rows)


def _happened(session: Session, hers: dict[str, Any]) -> tuple[Happened, ...]:
    return tuple(Happened(r.event, r.at) for r in session.execute(HAPPENED, hers))


def _asserted(session: Session, keys: dict[str, Any]) -> tuple[Asserted, ...]:
    rows = session.execute(ASSERTED, keys)
    return tuple(Asserted(r.fact, r.of, r.key, r.value, r.at) for r in rows)


def _valued(session: Session, keys: dict[str, Any]) -> tuple[Valued, ...]:
    rows = session.execute(VALUED, keys)
    return tuple(Valued(r.of, r.key, r.name, r.value, r.since, r.until) for r in rows)


def _agreements(session: Session, party: str) -> tuple[Agreement, ...]:
    return tuple(
        Agreement(tuple(r.names), tuple(r.fields), tuple(r.purposes), r.matter, r.since, r.until)
        for r in session.execute(AGREED, {"party": party})
    )


def _matter(session: Session, matter: str) -> Matter | None:
    row = session.execute(MATTER, {"matter": matter}).one_or_none()
    if row is None:
        return None
    return Matter(
        row.id,
        row.kind,
        row.opened_at,
        row.ended_at,
        tuple(row.fields),
        row.period_from,
        row.period_until,
        frozenset(session.execute(NAMED, {"matter": matter}).scalars()),
    )
