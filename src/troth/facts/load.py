"""The rows that may bear on one ask, or on many: people in one statement, what stands beside them in a few."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from troth.store.columns import read_moment
from troth.store.session import Session
from troth.store.straight import Straight, chunks, listed, numbered

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

    table: str
    columns: tuple[str, ...]
    at: str = "at"
    until: str | None = None


_HISTORIES = {
    "said": _Kept("choices", ("choice", "cell", "standing", "scope"), until="until"),
    "told": _Kept("told", ("version", "way", "outcome")),
    "adopted": _Kept("adoptions", ("clause", "digest", "answer")),
    "happened": _Kept("events", ("event",)),
}
_REGISTERS = {
    "asserted": _Kept("assertions", ("fact", "of", "key", "value")),
    "valued": _Kept("attributes", ("of", "key", "name", "value"), "since", "until"),
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
    people, keys = listed("person", count), listed("key", count)
    record = "cast(record_people.record as text)"
    parts: list[str] = []
    for kind, kept in _HISTORIES.items():
        parts.append(f"{_columns(kind, kept, 'person')} and person in {people}")
    for kind, kept in _REGISTERS.items():
        parts.append(f"{_columns(kind, kept, 'key')} and of = 'person' and key in {keys}")
        of_records = _columns(kind, kept, "record_people.person", "record_people")
        parts.append(
            f"{of_records} and record_people.company = :of_company and of = 'record' "
            f"and key = {record} and record_people.person in {people}"
        )
    return _in_order(parts)


def _columns(kind: str, kept: _Kept, person: str, beside: str = "") -> str:
    """One shape for all kinds: four columns and two moments, as text, and the number that orders equals."""
    four = [*kept.columns, *("null",) * (4 - len(kept.columns))]
    named = zip((person, *four, kept.at, kept.until or "null"), _NAMES, strict=True)
    shaped = ", ".join(f"cast({column} as text) as {name}" for column, name in named)
    tables = f"{kept.table}, {beside}" if beside else kept.table
    own = f"{kept.table}.company = :of_company"
    return f"select '{kind}' as kind, {shaped}, {kept.table}.id as id from {tables} where {own}"


_NAMES = ("person", "a", "b", "c", "d", "at", "until")


def _in_order(parts: Iterable[str]) -> Straight:
    return Straight(f"{' union all '.join(parts)} order by at, id")


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
    mine = "of = 'party' and key = :party or of = 'matter' and key = :matter"
    return _in_order([f"{_columns(kind, kept, 'key')} and ({mine})"])


_ASSERTED, _VALUED = _of_others("asserted"), _of_others("valued")
_AGREED = Straight(
    "select names, fields, purposes, matter, since, until from agreements "
    "where company = :of_company and party = :party"
)
_MATTER = Straight(
    "select id, kind, opened_at, ended_at, fields, period_from, period_until from matters "
    "where company = :of_company and id = :matter"
)
_NAMED = Straight(
    "select person from matter_people where company = :of_company and matter = :matter"
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
