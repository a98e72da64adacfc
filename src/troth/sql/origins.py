"""Of what rows a written row was made: whose they are and under which promise, kept with it as text.

An entry says of one row of the company's tables, by the numbers of the store and keyed hashes, never by an address:

    {"of": [["email:9f2c…", 12], …], "under": ["shop/2010-01-01"], "at": "2011-03-01T05:00:00.000000", "place": …}

A column of an origin has the entries of one row or of several, with commas between them. None is an empty text; NULL
was not written by a query of ours, and such a row is not shown.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

import numpy as np
from sqlglot import exp, parse_one

from troth.estate import Database, Map, Table
from troth.estate.database import quoted
from troth.language.model import Stamp
from troth.language.origins import origin_column, origin_name, read_needs
from troth.people.identifiers import Kind, hashed, owners
from troth.people.problems import Unknown
from troth.sql.paths import joined, paths
from troth.sql.persons import UNKNOWN, Persons
from troth.sql.rows import NEVER, Numbers, Rows, Truths

Entry = dict[str, Any]
Allowed = Callable[[str, Rows], Truths]


def marks(table: Table, row: str, dialect: str) -> list[exp.Expr]:
    """What tells of each row of a table what it was made of: for its own rows the row itself, `row` as the
    dialect tells it, as JSON; a written table has it in its rows."""
    if table.origins:
        columns = map(origin_column, table.origins)
        return [exp.alias_(exp.column(c, "t", quoted=True), c, quoted=True) for c in columns]
    told = row.format(t="t")
    text = f"""'"' || ({told})::text || '"'""" if dialect == "postgres" else f"cast({told} as text)"
    name = origin_column(origin_name(table.name))
    return [exp.alias_(parse_one(text, dialect=dialect), name, quoted=True)]


# -- written -----------------------------------------------------------------------------------------


class Made:
    """The entries of the rows of one table, as it stood when it was read."""

    def __init__(
        self, database: Database, found: Map, table: Table, row: str, rows: Rows, persons: Persons
    ) -> None:
        self.rows = rows
        self.persons = persons
        self.number = {key: place for place, key in enumerate(rows.keys)}
        self._people: dict[tuple[str, Any], list[str | int]] = {}
        self._of: dict[Any, list[list[str | int]]] = {}
        told = row.format(t="t")
        for path in paths(found, table):
            source, last = joined(table, path.steps, quoted(database.schema))
            for key, value in database.rows(
                f"select {told}, {last}.{quoted(path.column)} from {source}"
            ):
                if value is not None:
                    self._of.setdefault(key, []).append(self._whom(path.kind, value))

    def _whom(self, kind: str, value: Any) -> list[str | int]:
        """An address as its keyed hash, with whom the store knows by it today."""
        if (kind, value) not in self._people:
            places = self.persons.places(kind, {value})(value) or ()
            numbers = [
                n for n in (self.persons.numbers[place] for place in places) if n is not None
            ]
            written: list[str | int] = [*numbers]
            if kind != "number":
                try:
                    session, key = self.persons.session, self.persons.key
                    written.insert(
                        0, f"{kind}:{hashed(session, key, cast(Kind, kind), str(value))}"
                    )
                except Unknown:  # an empty address is nobody's, and its row is not shown
                    pass
            self._people[kind, value] = written
        return self._people[kind, value]

    def entry(self, key: Any) -> str:
        """The entry of a row, by its number in the database."""
        rows, at = self.rows, self.number[key]
        stamp = rows.stamps[int(rows.stamp[at])]
        given = rows.given[at]
        said = {
            "of": self._of[key],
            "under": list(stamp.versions),
            "at": None if np.isnat(given) else str(given),
            "place": stamp.place,
            "source": rows.source,
            "store": rows.of_store,
        }
        return json.dumps({key: value for key, value in said.items() if value})


def entries(text: str | None, made: Made | None) -> str:
    """What is kept for the marks of a row: of `made` its entries; marks of a written table are such already."""
    if not text:
        return ""
    each = json.loads(f"[{text}]")
    if made is None:
        return ",".join(dict.fromkeys(json.dumps(one) for one in each))
    return ",".join(dict.fromkeys(made.entry(one) for one in each))


# -- read again ----------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Part:
    """Entries of one kind, as rows that are decided on, and which written rows were made of them."""

    rows: Rows
    made: Numbers  # the place of a written row …
    entry: Numbers  # … and that of an entry it was made of


@dataclass(frozen=True, eq=False)
class Written:
    """The rows of a written table. `unknown` are those of which it is not known what they were made of."""

    keys: list[Any]
    unknown: Truths
    parts: Mapping[str, Sequence[Part]]

    def allowed(self, word: str, allowed: Allowed) -> Truths:
        """Of which rows the needs that the word stands for are met, by all that they were made of."""
        found = ~self.unknown
        for need in read_needs(word) or ():
            for part in self.parts[need.of]:
                truths = np.logical_or.reduce([allowed(one, part.rows) for one in need.words])
                found[part.made[~truths[part.entry]]] = False
        return found


def read_written(
    database: Database, table: Table, row: str, persons: Persons, now: datetime
) -> Written:
    """The rows of a written table as they stand, with what they were made of."""
    columns = ", ".join(f"t.{quoted(origin_column(origin))}" for origin in table.origins)
    name = f'{quoted(database.schema)}.{quoted(table.name)} as "t"'
    read = list(database.rows(f"select {row.format(t='t')}, {columns} from {name}"))
    unknown = np.zeros(len(read), dtype=np.bool_)
    parts = {}
    for at, origin in enumerate(table.origins, 1):
        gathered = _Gathered()
        for place, told in enumerate(read):
            try:
                gathered.add(place, told[at])
            except (ValueError, TypeError, AttributeError, KeyError):
                unknown[place] = True
        parts[origin] = gathered.parts(persons, now)
    return Written([told[0] for told in read], unknown, parts)


class _Gathered:
    """The entries of one column, each once."""

    def __init__(self) -> None:
        self.entries: dict[str, tuple[Entry, list[int]]] = {}
        self._read: dict[str, list[str]] = {}

    def add(self, place: int, text: str) -> None:
        """What a row was made of. ValueError and the like where it cannot be read."""
        if text not in self._read:
            each = json.loads(f"[{text}]")
            self._read[text] = []
            for one in each:
                _must_be_whole(one)
                told = json.dumps(one, sort_keys=True)
                self.entries.setdefault(told, (one, []))
                self._read[text].append(told)
        for told in self._read[text]:
            self.entries[told][1].append(place)

    def parts(self, persons: Persons, now: datetime) -> list[Part]:
        whose = _people(persons, [entry for entry, _ in self.entries.values()])
        kinds: dict[tuple[str, bool], list[tuple[Entry, list[int]]]] = {}
        for entry, places in self.entries.values():
            kind = entry.get("source", ""), entry.get("store", False)
            kinds.setdefault(kind, []).append((entry, places))
        return [_part(kind, listed, whose, now) for kind, listed in kinds.items()]


def _must_be_whole(entry: Entry) -> None:
    if not entry["of"] or not all(isinstance(one, list) and one for one in entry["of"]):
        raise ValueError


def _part(
    kind: tuple[str, bool],
    listed: list[tuple[Entry, list[int]]],
    whose: Callable[[list[str | int]], tuple[int, ...] | None],
    now: datetime,
) -> Part:
    stamps: dict[Stamp, int] = {}
    closed, stamp, given = [], [], []
    pairs: list[tuple[int, int]] = []
    made: list[tuple[int, int]] = []
    for at, (entry, places) in enumerate(listed):
        whom = [whose(one) for one in entry["of"]]
        closed.append(None in whom)
        pairs += [(at, place) for one in whom for place in one or ()]
        under = Stamp(tuple(entry.get("under", ())), entry.get("place"))
        stamp.append(stamps.setdefault(under, len(stamps)))
        given.append(np.datetime64(entry["at"], "us") if "at" in entry else NEVER)
        made += [(place, at) for place in places]
    moments = np.array(given, dtype="datetime64[us]")
    latest = np.datetime64(now.astimezone(UTC).replace(tzinfo=None), "us")
    size = len(listed)
    rows = Rows(
        list(range(size)),
        np.array(closed, dtype=np.bool_) | (moments > latest),
        np.array([at for at, _ in pairs], dtype=np.int64),
        np.array([place for _, place in pairs], dtype=np.int64),
        tuple(stamps),
        np.array(stamp, dtype=np.int64),
        moments,
        np.zeros(size, dtype=np.int64),
        {},
        *kind,
    )
    return Part(
        rows,
        np.array([place for place, _ in made], dtype=np.int64),
        np.array([at for _, at in made], dtype=np.int64),
    )


def _people(
    persons: Persons, listed: Sequence[Entry]
) -> Callable[[list[str | int]], tuple[int, ...] | None]:
    """For whom an entry names the places of all she may be: whom it was then and whom the address finds now; none
    where one of them was forgotten."""
    named = {one for entry in listed for whom in entry["of"] for one in whom}
    digests = [_digest(one) for one in named if isinstance(one, str)]
    having = owners(persons.session, digests)
    now = {one: [o.person for o in each if o.now] for one, each in having.items()}
    gone = {one for one, each in having.items() if any(o.forgotten for o in each)}
    numbers = {one for one in named if isinstance(one, int)}
    numbers |= {number for each in now.values() for number in each}
    places = persons.places("number", numbers)

    def whose(whom: list[str | int]) -> tuple[int, ...] | None:
        found: set[int] = set()
        addresses = [_digest(one) for one in whom if isinstance(one, str)]
        known = [one for one in whom if isinstance(one, int)]
        for number in (*known, *(number for one in addresses for number in now[one])):
            hers = places(number)
            if hers is None:
                return None
            found.update(hers)
        if not found:
            return None if gone.intersection(addresses) else (UNKNOWN,)
        return tuple(found)

    return whose


def _digest(written: str) -> tuple[Kind, str]:
    kind, _, digest = written.partition(":")
    return cast(Kind, kind), digest
