"""What is held about a person now: every field with its stamp, its record, and all whom it is about."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, select

from troth.store import Session
from troth.store import tables as t

_MINE = select(t.record_people.c.record).where(t.record_people.c.person == bindparam("person"))
# Neither ordered nor narrowed to what holds: either would lead SQLite through all fields of the company.
_FIELDS = (
    select(
        *t.fields.c["id", "record", "data", "value", "stamp", "label", "derived_from"],
        t.fields.c.replaced_by,
        *t.records.c["given_at", "place", "matter", "source"],
    )
    .join_from(t.fields, t.records, t.records.c.id == t.fields.c.record)
    .where(t.fields.c.record.in_(_MINE))
)
_SOME_FIELDS = _FIELDS.where(t.fields.c.data.in_(bindparam("data", expanding=True)))
_PEOPLE = (
    select(t.record_people.c.record, t.record_people.c.person)
    .where(t.record_people.c.record.in_(_MINE))
    .order_by(t.record_people.c.record, t.record_people.c.person)
)
_SOURCES = select(*t.fields.c["id", "data", "stamp", "derived_from"]).where(
    t.fields.c.id.in_(bindparam("ids", expanding=True))
)
Origin = tuple[str, int]  # a data word and the number of a stamp


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
    asked: dict[str, Any] = {"person": person}
    if data is not None:
        asked["data"] = list(data)
    found = session.execute(_FIELDS if data is None else _SOME_FIELDS, asked)
    rows = [row for row in found if row.replaced_by is None and row.value is not None]
    if not rows:
        return []
    rows.sort(key=lambda row: int(row.id))
    people: dict[int, list[int]] = {}
    for row in session.execute(_PEOPLE, {"person": person}):
        people.setdefault(row.record, []).append(row.person)
    sources = _sources(session, rows)
    return [_held(row, tuple(people[row.record]), sources) for row in rows]


def _held(row: Row[Any], people: tuple[int, ...], sources: dict[int, Row[Any]]) -> Held:
    return Held(
        field=row.id,
        record=row.record,
        data=row.data,
        value=row.value,
        stamp=row.stamp,
        given_at=row.given_at,
        place=row.place,
        matter=row.matter,
        source=row.source,
        label=row.label,
        people=people,
        origins=_origins(row, sources),
    )


def _sources(session: Session, rows: Sequence[Row[Any]]) -> dict[int, Row[Any]]:
    """Everything the rows were derived from, at any depth; corrected and erased sources too."""
    found: dict[int, Row[Any]] = {}
    wanted = {source for row in rows for source in row.derived_from}
    while wanted:
        layer = {row.id: row for row in session.execute(_SOURCES, {"ids": sorted(wanted)})}
        found |= layer
        wanted = {s for row in layer.values() for s in row.derived_from} - found.keys()
    return found


def _origins(row: Row[Any], sources: dict[int, Row[Any]]) -> tuple[Origin, ...]:
    origins: dict[Origin, None] = {(row.data, row.stamp): None}
    waiting, seen = list(row.derived_from), set[int]()
    while waiting:
        number = waiting.pop(0)
        if number in seen:
            continue
        seen.add(number)
        source = sources[number]
        origins[source.data, source.stamp] = None
        waiting += source.derived_from
    return tuple(origins)
