"""The rows that may bear on one ask, or on many: people in one statement, what stands beside them in a few."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    Table,
    bindparam,
    cast,
    literal,
    null,
    or_,
    select,
    union_all,
)

from troth.store import tables as t
from troth.store.columns import read_moment
from troth.store.session import Session
from troth.store.straight import Straight, chunks, numbered

from .scene import Adopted, Agreement, Asserted, Happened, Matter, Rows, Said, Told, Valued

NOTHING = Rows()


def load_rows(
    session: Session, person: int | None, party: str | None = None, matter: str | None = None
) -> Rows:
    """Everything the atoms may look at for a person, and the party and matter the ask names."""
    hers = NOTHING if person is None else load_people(session, [person])[person]
    return together(hers, load_others(session, party, matter))


def together(hers: Rows, others: Rows) -> Rows:
    """What is known of a person, and what is known of a party and a matter."""
    if others is NOTHING:
        return hers
    if hers is NOTHING:
        return others
    return replace(
        hers,
        asserted=hers.asserted + others.asserted,
        valued=hers.valued + others.valued,
        agreements=others.agreements,
        matter=others.matter,
    )


# -- people ----------------------------------------------------------------------------------------


class _Kept(NamedTuple):
    """Where one kind of row is kept: `at` orders it."""

    table: Table
    columns: tuple[str, ...]
    at: str = "at"
    until: str | None = None


_HISTORIES = {
    "said": _Kept(t.choices, ("choice", "cell", "standing", "scope"), until="until"),
    "told": _Kept(t.told, ("version", "way", "outcome")),
    "adopted": _Kept(t.adoptions, ("clause", "digest", "answer")),
    "happened": _Kept(t.events, ("event",)),
}
_REGISTERS = {
    "asserted": _Kept(t.assertions, ("fact", "of", "key", "value")),
    "valued": _Kept(t.attributes, ("of", "key", "name", "value"), "since", "until"),
}


def load_people(session: Session, people: Iterable[int]) -> dict[int, Rows]:
    """What is known of each of the people, and of their records."""
    found: dict[int, dict[str, list[Any]]] = {person: {} for person in people}
    for some in chunks(tuple(found)):
        keys = [str(person) for person in some]
        asked = numbered("person", some) | numbered("key", keys)
        for kind, person, *row in session.fetch(_of_people(len(some)), **asked):
            found[int(person)].setdefault(kind, []).append(_row(kind, *row))
    return {person: _rows(kinds) for person, kinds in found.items()}


def _rows(kinds: dict[str, list[Any]]) -> Rows:
    found: dict[str, Any] = {kind: tuple(rows) for kind, rows in kinds.items()}
    return Rows(**found) if found else NOTHING


@lru_cache
def _of_people(count: int) -> Straight:
    """All of so many people in order of time: their histories, what is known of them by their keys, and
    what is known of their records."""
    people: list[Any] = [bindparam(name) for name in numbered("person", range(count))]
    keys: list[Any] = [bindparam(name) for name in numbered("key", range(count))]
    hers, record = t.record_people.c.person, cast(t.record_people.c.record, String)
    parts: list[Select[Any]] = []
    for kind, kept in _HISTORIES.items():
        c = kept.table.c
        parts.append(_columns(kind, kept, c.person).where(c.person.in_(people)))
    for kind, kept in _REGISTERS.items():
        c = kept.table.c
        parts.append(_columns(kind, kept, c.key).where(c.of == "person", c.key.in_(keys)))
        of_records = _columns(kind, kept, hers).where(c.of == "record", c.key == record)
        parts.append(of_records.where(hers.in_(people)))
    return Straight(union_all(*parts).order_by("at", "id"))


def _columns(kind: str, kept: _Kept, person: ColumnElement[Any]) -> Select[Any]:
    """One shape for all kinds: four columns and two moments, as text, and the number that orders equals."""
    c = kept.table.c
    four = [*(c[name] for name in kept.columns), *(null(),) * (4 - len(kept.columns))]
    until = c[kept.until] if kept.until else null()
    named = zip("abcd", four, strict=True)
    return select(  # type: ignore[return-value]  # it counts its columns, we do not
        literal(kind).label("kind"),
        cast(person, String).label("person"),
        *(cast(column, String).label(name) for name, column in named),
        cast(c[kept.at], String).label("at"),
        cast(until, String).label("until"),
        c.id.label("id"),
    )


def _row(kind: str, a: str, b: str, c: str, d: str, at: str, until: str | None, _: int) -> Any:
    moment = read_moment(at)
    match kind:
        case "said":
            return Said(a, b, _true(c), moment, _moment(until), *read_scope(d))
        case "told":
            return Told(a, b, c, moment)
        case "adopted":
            return Adopted(a, b, c, moment)
        case "happened":
            return Happened(a, moment)
        case "asserted":
            return Asserted(a, b, c, _true(d), moment)
        case "valued":
            return Valued(a, b, c, d, moment, _moment(until))
    raise ValueError(f"no rows of the kind {kind} are kept")


def read_scope(text: str) -> tuple[str | None, tuple[str, ...], datetime | None, datetime | None]:
    """Party, data and period that a consent names."""
    if text == "{}":
        return None, (), None, None
    scope = json.loads(text)
    period = _moment(scope.get("first") or None), _moment(scope.get("end") or None)
    return scope.get("party"), tuple(scope.get("data", ())), *period


def _true(text: str) -> bool:
    return text in ("1", "true")  # as SQLite and as PostgreSQL write it


def _moment(text: str | None) -> datetime | None:
    return None if text is None else read_moment(text)


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


# -- the party and the matter ----------------------------------------------------------------------


def _of_others(kind: str) -> Straight:
    kept = _REGISTERS[kind]
    c = kept.table.c
    mine = or_(*((c.of == of) & (c.key == bindparam(of)) for of in ("party", "matter")))
    return Straight(_columns(kind, kept, c.key).where(mine).order_by("at", "id"))


_ASSERTED, _VALUED = _of_others("asserted"), _of_others("valued")
_AGREED = Straight(
    select(*t.agreements.c["names", "fields", "purposes", "matter", "since", "until"]).where(
        t.agreements.c.party == bindparam("party")
    )
)
_MATTER = Straight(
    select(
        *t.matters.c["id", "kind", "opened_at", "ended_at"],
        *t.matters.c["fields", "period_from", "period_until"],
    ).where(t.matters.c.id == bindparam("matter"))
)
_NAMED = Straight(
    select(t.matter_people.c.person).where(t.matter_people.c.matter == bindparam("matter"))
)


def load_others(session: Session, party: str | None, matter: str | None) -> Rows:
    """What is known of the party and the matter an ask names."""
    if party is None and matter is None:
        return NOTHING
    known = {"party": party, "matter": matter}
    return Rows(
        asserted=tuple(_row(kind, *row) for kind, _, *row in session.fetch(_ASSERTED, **known)),
        valued=tuple(_row(kind, *row) for kind, _, *row in session.fetch(_VALUED, **known)),
        agreements=tuple(_agreements(session, party)) if party is not None else (),
        matter=_matter(session, matter) if matter is not None else None,
    )


def _agreements(session: Session, party: str) -> Iterator[Agreement]:
    for *lists, matter, since, until in session.fetch(_AGREED, party=party):
        names, fields, purposes = (tuple(json.loads(written)) for written in lists)
        yield Agreement(names, fields, purposes, matter, date.fromisoformat(since), _day(until))


def _matter(session: Session, matter: str) -> Matter | None:
    for id, kind, opened, ended, fields, first, last in session.fetch(_MATTER, matter=matter):
        people = frozenset(person for (person,) in session.fetch(_NAMED, matter=matter))
        covered = tuple(json.loads(fields))
        period = _day(first), _day(last)
        return Matter(id, kind, read_moment(opened), _moment(ended), covered, *period, people)
    return None
