"""What is held about a person now: every field with its stamp, its record, and all whom it is about."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, select

from troth.store import Session, Straight
from troth.store import tables as t
from troth.store.columns import read_moment
from troth.store.straight import chunks, numbered


@lru_cache(maxsize=256)
def fields_of(people: int, words: int) -> Select[Any]:
    """All fields of so many people; of so many data words alone, where there are any.

    Neither ordered nor narrowed to what holds: either would lead SQLite through all fields of the company.
    """
    fields = (
        select(
            *t.fields.c["id", "record", "data", "value", "stamp", "label", "derived_from"],
            t.fields.c.replaced_by,
            *t.records.c["given_at", "place", "matter", "source"],
        )
        .join_from(t.fields, t.records, t.records.c.id == t.fields.c.record)
        .where(t.fields.c.record.in_(_records_of(people)))
    )
    named: list[Any] = [bindparam(name) for name in numbered("word", range(words))]
    return fields.where(t.fields.c.data.in_(named)) if named else fields


def _records_of(people: int) -> Select[Any]:
    named = [bindparam(name, type_=t.NUMBER) for name in numbered("person", range(people))]
    return select(t.record_people.c.record).where(t.record_people.c.person.in_(named))


@lru_cache(maxsize=256)
def _fields(people: int, words: int) -> Straight:
    return Straight(fields_of(people, words))


@lru_cache
def _people(people: int) -> Straight:
    """Everybody whom a record of these people is about."""
    both = t.record_people.c["record", "person"]
    mine = t.record_people.c.record.in_(_records_of(people))
    return Straight(select(*both).where(mine).order_by(*both))


_SOURCES = select(*t.fields.c["id", "data", "stamp", "derived_from"]).where(
    t.fields.c.id.in_(bindparam("ids", expanding=True))
)
Origin = tuple[str, int]  # a data word and the number of a stamp


class _Row(NamedTuple):
    """A row of `fields_of`, as it is stored."""

    id: int
    record: int
    data: str
    value: str | None
    stamp: int
    label: str | None
    derived_from: str
    replaced: int | None
    given_at: str
    place: str | None
    matter: str | None
    source: str


class _Source(NamedTuple):
    data: str
    stamp: int
    derived_from: list[int]


@dataclass(frozen=True, slots=True)
class Held:
    """One field that is held. `people` are all whom its record is about: all must allow.

    `origins` are the words and stamps it is under: its own, and those of everything it was derived from;
    each must allow.
    """

    field: int
    record: int
    data: str
    value: Any
    stamp: int
    given_at: datetime
    place: str | None
    matter: str | None
    source: str
    label: str | None
    people: tuple[int, ...]
    origins: tuple[Origin, ...]


def held(session: Session, person: int, data: Iterable[str] | None = None) -> list[Held]:
    """The fields held about a person, in order of being kept; `data` narrows to these words."""
    return held_of(session, [person], data)[person]


def held_of(
    session: Session, people: Iterable[int], data: Iterable[str] | None = None
) -> dict[int, list[Held]]:
    """The same of several people."""
    found: dict[int, list[Held]] = {person: [] for person in people}
    words = numbered("word", [] if data is None else sorted(data))
    for some in chunks(tuple(found) if words or data is None else ()):
        asked = numbered("person", some)
        rows = [_Row(*r) for r in session.fetch(_fields(len(some), len(words)), **asked, **words)]
        rows = [row for row in rows if row.replaced is None and row.value is not None]
        about: dict[int, list[int]] = {}
        for record, person in session.fetch(_people(len(some)), **asked) if rows else ():
            about.setdefault(record, []).append(person)
        sources = _sources(session, rows)
        for row in sorted(rows, key=lambda row: row.id):
            one = _held(row, tuple(about[row.record]), sources)
            for person in set(one.people) & set(some):
                found[person].append(one)
    return found


def _held(row: _Row, people: tuple[int, ...], sources: dict[int, _Source]) -> Held:
    return Held(
        field=row.id,
        record=row.record,
        data=row.data,
        value=json.loads(row.value or "null"),
        stamp=row.stamp,
        given_at=read_moment(row.given_at),
        place=row.place,
        matter=row.matter,
        source=row.source,
        label=row.label,
        people=people,
        origins=_origins(row, sources),
    )


def _sources(session: Session, rows: Sequence[_Row]) -> dict[int, _Source]:
    """Everything the rows were derived from, at any depth; corrected and erased sources too."""
    found: dict[int, _Source] = {}
    wanted = {source for row in rows for source in _numbers(row.derived_from)}
    while wanted:
        layer = session.execute(_SOURCES, {"ids": sorted(wanted)})
        new = {row.id: _Source(row.data, row.stamp, row.derived_from) for row in layer}
        found |= new
        wanted = {s for source in new.values() for s in source.derived_from} - found.keys()
    return found


def _numbers(derived_from: str) -> list[int]:
    return [] if derived_from == "[]" else json.loads(derived_from)


def _origins(row: _Row, sources: dict[int, _Source]) -> tuple[Origin, ...]:
    origins: dict[Origin, None] = {(row.data, row.stamp): None}
    waiting, seen = _numbers(row.derived_from), set[int]()
    while waiting:
        number = waiting.pop(0)
        if number in seen:
            continue
        seen.add(number)
        source = sources[number]
        origins[source.data, source.stamp] = None
        waiting += source.derived_from
    return tuple(origins)
