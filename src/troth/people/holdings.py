"""What is held about a person now: every field with its stamp, its record, and all whom it is about."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from troth.store import Session, Straight
from troth.store import tables as t
from troth.store.columns import read_moment
from troth.store.straight import chunks, listed, numbered

if TYPE_CHECKING:
    from sqlalchemy import Select


@lru_cache(maxsize=256)
def fields_of(people: int, words: int) -> Straight:
    """All fields of so many people; of so many data words alone, where there are any.

    Neither ordered nor narrowed to what holds: either would lead SQLite through all fields of the company.
    """
    narrowed = f" and fields.data in {listed('word', words)}" if words else ""
    return Straight(
        "select fields.id, fields.record, fields.data, fields.value, fields.stamp, fields.label, "
        "fields.derived_from, fields.replaced_by, "
        "records.given_at, records.place, records.matter, records.source "
        "from fields join records on records.company = :of_company and records.id = fields.record "
        f"where fields.company = :of_company and fields.record in {_records_of(people)}{narrowed}"
    )


def _records_of(people: int) -> str:
    mine = f"company = :of_company and person in {listed('person', people)}"
    return f"(select record from record_people where {mine})"


@lru_cache
def _people(people: int) -> Straight:
    """Everybody whom a record of these people is about."""
    return Straight(
        "select record, person from record_people where company = :of_company "
        f"and record in {_records_of(people)} order by record, person"
    )


@cache
def _source_rows() -> Select[Any]:
    from sqlalchemy import bindparam, select

    wanted = t.fields.c.id.in_(bindparam("ids", expanding=True))
    return select(*t.fields.c["id", "data", "stamp", "derived_from"]).where(wanted)


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
        rows = [_Row(*r) for r in session.fetch(fields_of(len(some), len(words)), **asked, **words)]
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
        layer = session.execute(_source_rows(), {"ids": sorted(wanted)})
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
