"""Taking the census of some people: every row that an atom may look at, sorted into sections.

Three sorts of people are only listed, to be asked singly: those of a record that is about several, those
joined with another, and those of whose records something is known. They are few, and theirs is no plain case.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
from sqlalchemy import ColumnElement, Select, String, bindparam, cast, func, literal, select

from troth.census.columns import Section, moments, narrow
from troth.people.same import SAME_AS
from troth.store import Session, Straight
from troth.store import tables as t
from troth.store.tables import PART

SINGLY = "singly"
RECORDS = "records"
_NONE = "NaT"
_FIRST, _END = bindparam("first", type_=t.NUMBER), bindparam("end", type_=t.NUMBER)
Row = tuple[Any, ...]


def _among(person: ColumnElement[Any]) -> ColumnElement[bool]:
    return (person >= _FIRST) & (person < _END)


def _moment(column: ColumnElement[Any]) -> ColumnElement[Any]:
    return func.coalesce(func.substr(cast(column, String), 1, 26), _NONE)


def _held(field: Any) -> Select[Any]:
    """Person, record, the word it is held by, the word and stamp it is under, its source, when given."""
    hers = t.record_people
    return (
        select(hers.c.person, hers.c.record, t.fields.c.data, field.data, field.stamp)
        .add_columns(t.records.c.source, _moment(t.records.c.given_at))
        .join(t.records, t.records.c.id == hers.c.record)
        .join(t.fields, t.fields.c.record == hers.c.record)
        .where(_among(hers.c.person), t.fields.c.replaced_by.is_(None))
        .where(t.fields.c.value.is_not(None))
    )


_FIELDS = Straight(_held(t.fields.c))
_ORIGINS = Straight(
    _held(t.field_origins.c).join(t.field_origins, t.field_origins.c.field == t.fields.c.id)
)
_other = t.record_people.alias("other")
_SHARED = Straight(
    select(t.record_people.c.person)
    .join(_other, _other.c.record == t.record_people.c.record)
    .where(_among(t.record_people.c.person), _other.c.person != t.record_people.c.person)
)


def _said(table: Any, topic: str, *values: str, until: bool = False) -> Straight:
    """Topic, person, moment, end, number, and what the row says."""
    c = table.c
    end = _moment(c.until) if until else literal(_NONE)
    columns = [c[topic], c.person, _moment(c.at), end, c.id]
    return Straight(select(*columns, *(cast(c[v], String) for v in values)).where(_among(c.person)))


def _known(table: Any, topic: str, value: str, since: str, until: bool = False) -> Straight:
    """The same of a register, whose keys are text."""
    c = table.c
    end = _moment(c.until) if until else literal(_NONE)
    columns = [c[topic], t.people.c.id, _moment(c[since]), end, c.id, cast(c[value], String)]
    joined = select(*columns).join(t.people, c.key == cast(t.people.c.id, String))
    return Straight(joined.where(c.of == "person", _among(t.people.c.id)))


_HISTORIES = {
    "said": _said(t.choices, "choice", "cell", "standing", "scope", until=True),
    "told": _said(t.told, "version", "way", "outcome"),
    "adopted": _said(t.adoptions, "clause", "digest", "answer"),
    "happened": _said(t.events, "event"),
    "asserted": _known(t.assertions, "fact", "value", "at"),
    "valued": _known(t.attributes, "name", "value", "since", until=True),
}


def _of_records(table: Any) -> tuple[Straight, Straight]:
    """Whether anything is known of any record; and the people of those of which something is."""
    c, hers = table.c, t.record_people.c
    joined = select(hers.person).join(table, c.key == cast(hers.record, String))
    any_ = select(c.id).where(c.of == "record").limit(1)
    return Straight(any_), Straight(joined.where(c.of == "record", _among(hers.person)))


_OF_RECORDS = [_of_records(table) for table in (t.attributes, t.assertions)]
_ANY_ORIGIN = Straight(select(t.field_origins.c.field).limit(1))


def take(session: Session, part: int) -> dict[str, Section]:
    """Everything that is known of the people numbered from `part * PART` on, by section."""
    asked = {"first": part * PART, "end": (part + 1) * PART}
    fields = session.fetch(_FIELDS, **asked)
    if session.fetch(_ANY_ORIGIN):
        fields += session.fetch(_ORIGINS, **asked)
    found = dict(_fields(fields, part * PART))
    singly = {person for (person,) in session.fetch(_SHARED, **asked)}
    for exists, people in _OF_RECORDS:
        if session.fetch(exists):
            singly |= {person for (person,) in session.fetch(people, **asked)}
    for kind, statement in _HISTORIES.items():
        rows = session.fetch(statement, **asked)
        if kind == "valued":
            singly |= {row[1] for row in rows if row[0] == SAME_AS}
            rows = [row for row in rows if row[0] != SAME_AS]
        for topic, mine in _by_topic(rows).items():
            found[f"{kind}/{topic}"] = _history(mine, part * PART)
    places = np.array(sorted(singly), dtype=np.int64) - part * PART
    return found | {SINGLY: Section({"person": narrow(places)})}


def _by_topic(rows: Iterable[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row[0], []).append(row)
    return found


def _fields(rows: list[Row], first: int) -> Iterator[tuple[str, Section]]:
    """When each record was given; and for each word it is held by who, in which record, under what."""
    if not rows:
        return
    numbers, place = np.unique(np.array([row[1] for row in rows]), return_inverse=True)
    given = np.full(len(numbers), np.datetime64(0, "us"))
    given[place] = moments(row[6] for row in rows)
    yield RECORDS, Section({"at": given})
    words: dict[str, list[int]] = {}
    for number, row in enumerate(rows):
        words.setdefault(row[2], []).append(number)
    for word, mine in words.items():
        people = np.array([rows[number][0] for number in mine]) - first
        order = np.argsort(people, kind="stable")
        codes, values = _coded(rows[number][3:6] for number in mine)
        columns = {"person": people, "record": place[mine], "code": codes}
        yield (
            f"field/{word}",
            Section({n: narrow(column[order]) for n, column in columns.items()}, values),
        )


def _history(rows: list[Row], first: int) -> Section:
    people = np.array([row[1] for row in rows]) - first
    at, until = moments(row[2] for row in rows), moments(row[3] for row in rows)
    order = np.lexsort((np.array([row[4] for row in rows]), at, people))
    codes, values = _coded(row[5:] for row in rows)
    columns = {"person": narrow(people[order]), "code": narrow(codes[order]), "at": at[order]}
    if not np.isnat(until).all():
        columns["until"] = until[order]
    return Section(columns, values)


def _coded(values: Iterable[Row]) -> tuple[Any, list[Row]]:
    """A code for each distinct value, and the values by code."""
    known: dict[Row, int] = {}
    codes = np.array([known.setdefault(value, len(known)) for value in values], dtype=np.int64)
    return codes, list(known)
