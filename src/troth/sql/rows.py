"""What of each row of a table decides what may be done with it: its people, its stamp, when it was given."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from troth.estate import Database, Given, LiveTable, Map, Table
from troth.estate.database import quoted
from troth.estate.model import STORE
from troth.facts.calendar import day_of, start_of
from troth.language.model import Policy, Stamp
from troth.sql.paths import joined, paths, stamped
from troth.sql.persons import Persons
from troth.sql.whose import NOBODY, Members, circle

Numbers = np.ndarray[Any, np.dtype[np.int64]]
Moments = np.ndarray[Any, np.dtype[np.datetime64]]
Truths = np.ndarray[Any, np.dtype[np.bool_]]
NEVER = np.datetime64("NaT", "us")
ROW_IDS = {"sqlite": ("rowid", "_rowid_", "oid"), "duckdb": ("rowid",), "postgres": ("ctid",)}
IN_PARTS = '"{t}".tableoid::text || "{t}".ctid::text'  # the number of a row is its part's own


@dataclass(frozen=True, eq=False)
class Rows:
    """The rows of a table as they stand at one moment. A row has a pair for each of its people; `closed`
    are those nobody can be asked about."""

    keys: list[Any]
    closed: Truths
    pair_row: Numbers
    pair_place: Numbers
    stamps: tuple[Stamp, ...]
    stamp: Numbers  # of each row
    given: Moments  # of each row
    whose: Numbers  # of each row the number by which its people find it
    circles: Mapping[int, Members]  # whose they are, where that is several
    source: str  # of what they were given, where the map says it
    of_store: bool  # under which promise each cell is, is what the store keeps of that word


class NoRowId(Exception):
    """A table whose rows cannot be told apart while they are decided on."""


def row_id(table: Table, dialect: str, live: LiveTable) -> str:
    """How the dialect tells a row, where no column is called so: an expression over the table, which it
    calls `{t}`."""
    taken = {column.name.lower() for column in live.columns}
    for name in ROW_IDS[dialect]:
        if name not in taken and not (live.parts and "tableoid" in taken):
            return IN_PARTS if live.parts else f'"{{t}}".{name}'
    raise NoRowId(
        f"the rows of `{table.name}` cannot be told apart: a column is called as their number is"
    )


def read_rows(
    database: Database,
    found: Map,
    table: Table,
    row: str,
    persons: Persons,
    stamping: Stamping,
    only: str = "",
) -> Rows:
    """The rows of a table, read in one view of the database; `only` is a condition on the table, called t."""
    schema, narrowed = quoted(database.schema), f" where {only}" if only else ""
    row = row.format(t="t")
    keys, stamp, given, doubtful = _stamps(database, found, table, row, schema, stamping, narrowed)
    number = {key: place for place, key in enumerate(keys)}
    closed = doubtful | (given > np.datetime64(stamping.now.replace(tzinfo=None), "us"))
    owned = np.zeros(len(keys), dtype=np.bool_)
    pairs_row: list[int] = []
    pairs_place: list[int] = []
    whose = [NOBODY] * len(keys)
    several: dict[int, set[int]] = {}
    for path in paths(found, table):
        source, last = joined(table, path.steps, schema)
        value = f"{last}.{quoted(path.column)}"
        read = list(
            database.rows(
                f"select {row}, t.{quoted(path.link.column)} is null, {value} from {source}"
                f"{narrowed}"
            )
        )
        places = persons.places(path.kind, {v for _, _, v in read if v is not None})
        for key, absent, found_by in read:
            at = number.get(key)
            if at is None or absent:
                continue
            whom = places(found_by) if found_by is not None else None
            if found_by is not None:
                _note(persons.members(path.kind, found_by), at, whose, several)
            if whom is None:
                closed[at] = True
                continue
            owned[at] |= path.link.role == "owned"
            for place in whom:
                pairs_row.append(at)
                pairs_place.append(place)
    closed |= ~owned
    circles = _circles(whose, several)
    given_in = stamped(found, table)[0]
    return Rows(
        keys,
        closed,
        np.array(pairs_row, dtype=np.int64),
        np.array(pairs_place, dtype=np.int64),
        tuple(stamping.stamps),
        stamp,
        given,
        np.array(whose, dtype=np.int64),
        circles,
        given_in.source,
        given_in.version == STORE,
    )


def _circles(whose: list[int], several: Mapping[int, set[int]]) -> dict[int, Members]:
    """Rows of several people get the number of their circle; who is in each."""
    found: dict[int, Members] = {}
    for at, members in several.items():
        whose[at] = circle(members)
        found[whose[at]] = tuple(sorted(members))
    return found


def _note(members: Members, at: int, whose: list[int], several: dict[int, set[int]]) -> None:
    """The row is of these people too."""
    for member in members:
        if whose[at] == NOBODY:
            whose[at] = member
        elif whose[at] != member:
            several.setdefault(at, {whose[at]}).add(member)


def _stamps(
    database: Database,
    found: Map,
    table: Table,
    row: str,
    schema: str,
    stamping: Stamping,
    narrowed: str,
) -> tuple[list[Any], Numbers, Moments, Truths]:
    given, steps = stamped(found, table)
    source, last = joined(table, steps, schema)
    version = given.version.removeprefix("column ") if given.version.startswith("column ") else ""
    columns = [
        f"{last}.{quoted(c)}" if c else "null" for c in (given.at, version, given.place_column)
    ]
    known: dict[Any, tuple[int, np.datetime64]] = {}
    keys: list[Any] = []
    stamps: list[int] = []
    moments: list[np.datetime64] = []
    seen: dict[Any, int] = {}
    doubtful: set[int] = set()
    for key, *values in database.rows(
        f"select {row}, {', '.join(columns)} from {source}{narrowed}"
    ):
        said = tuple(values)
        if said not in known:
            known[said] = stamping.stamp(given, *said)
        stamp, moment = known[said]
        if key in seen:  # given like several rows: under each of their promises
            at = seen[key]
            if (stamps[at], moments[at]) != (stamp, moment):
                doubtful.add(at)
            continue
        seen[key] = len(keys)
        keys.append(key)
        stamps.append(stamp)
        moments.append(moment)
    unclear = np.zeros(len(keys), dtype=np.bool_)
    unclear[list(doubtful)] = True
    return (
        keys,
        np.array(stamps, dtype=np.int64),
        np.array(moments, dtype="datetime64[us]"),
        unclear,
    )


class Stamping:
    """What the values of a row's columns come to as a stamp of the policy."""

    def __init__(self, policy: Policy, zone: str, written_in: str, now: datetime) -> None:
        self.policy = policy
        self.zone = zone
        self.written_in = ZoneInfo(written_in)
        self.now = now.astimezone(UTC)
        self.stamps: dict[Stamp, int] = {}
        self._days = [v.in_force.toordinal() for v in policy.versions if v.in_force]
        self._ids = [v.id for v in policy.versions if v.in_force]

    def stamp(self, given: Given, at: Any, version: Any, place: Any) -> tuple[int, np.datetime64]:
        """The number of the stamp, and the moment in UTC."""
        moment, day = self._moment(given.day if given.day is not None else at)
        where = given.place or dict(given.places).get(str(place), "") or None
        found = Stamp(self._versions(given, version, day), where)
        number = self.stamps.setdefault(found, len(self.stamps))
        return number, moment

    def _versions(self, given: Given, version: Any, day: date | None) -> tuple[str, ...]:
        if given.version in ("none", STORE):
            return ()
        if given.version == "by date":
            place = bisect_right(self._days, day.toordinal()) if day else 0
            return (self._ids[place - 1],) if place else ()
        said = version if given.version.startswith("column ") else given.version
        if said in (None, ""):
            return ()
        name = str(said)
        return (name if "/" in name else f"{self.policy.name}/{name}",)

    def _moment(self, value: Any) -> tuple[np.datetime64, date | None]:
        if isinstance(value, str):
            value = _read(value)
        if isinstance(value, datetime):
            aware = value if value.tzinfo else value.replace(tzinfo=self.written_in)
            utc = aware.astimezone(UTC).replace(tzinfo=None)
            return np.datetime64(utc, "us"), day_of(aware, self.zone)
        if isinstance(value, date):
            return np.datetime64(start_of(value, self.zone).replace(tzinfo=None), "us"), value
        return NEVER, None


def _read(written: str) -> date | datetime | None:
    try:
        return date.fromisoformat(written)
    except ValueError:
        pass
    try:
        return datetime.fromisoformat(written)
    except ValueError:
        return None
