"""A connection with a purpose: queries as always, and of every table the rows and cells it allows.

It is a DBAPI connection (PEP 249) that only reads, so pandas, polars and SQLAlchemy read from it. Each
statement leaves one entry in the ledger: its template, the purpose, who asked, how many rows went out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Protocol

from troth import ledger
from troth.estate import LiveTable, Map, Table
from troth.facts.calendar import day_of
from troth.language.model import Stamp
from troth.query import Parameters, QueryRefused, Rewritten, Tables, folded, rewrite, view_query
from troth.query.refused import refused
from troth.sql.permits import Basis, Reckoning, head_of
from troth.sql.rows import row_id
from troth.sql.standing import (
    Standing,
    any_fresh,
    digest_of,
    has_standing,
    personal,
    read_standing,
    standing_in,
)
from troth.sql.wall import Halted, Wall

SECONDS = 60.0  # that a query may take
REMEMBERED = 256  # queries


class Clock(Protocol):
    def __call__(self) -> datetime: ...


class Connection:
    """Reads a company's database for one purpose. Close it, or use it in a `with`."""

    def __init__(
        self, wall: Wall, found: Map, basis: Basis, clock: Clock, who: str, seconds: float = SECONDS
    ) -> None:
        self.basis = basis
        self.clock = clock
        self.who = who
        self.seconds = seconds
        self._wall = wall
        self._map = found
        self._rows: dict[str, str] = {}
        self.tables, self._in_rows = self._readable()
        self._digest = digest_of(basis.meaning.policy, found) if self._in_rows else ""
        self._reckoned: Reckoning | None = None
        self._until: datetime | None = None
        self._state: object = None
        self._done: set[str] = set()
        self._rewritten: dict[tuple[str, bool], Rewritten] = {}

    def _readable(self) -> tuple[Tables, Tables | None]:
        """What stands for each table: with permits worked out here, and, where there are, with those that
        stand in the rows."""
        wall, dialect = self._wall, self._wall.database.dialect
        live = wall.database.tables()
        tables, views, rows = {}, {}, {}
        self.standing = self._stands(live)
        bit = self.standing.bit(self.basis.aim) if self.standing else 0
        for name, one in live.items():
            key = folded(name, dialect)
            table = self._map.tables.get(name)
            if table is not None:
                row = row_id(table, dialect, one) if table.personal else ""
                self._rows[name] = row
                tables[key] = rows[key] = wall.readable(table, one, row)
                if bit and table.personal:
                    rows[key] = wall.standing(table, one, bit)
            elif one.is_view:
                query = view_query(one.definition, dialect)
                if query is not None:
                    views[key] = query
        made = Tables(dialect, tables, views, (wall.database.schema,), frozenset(live))
        return made, replace(made, tables=rows) if bit else None

    def _stands(self, live: Mapping[str, LiveTable]) -> Standing | None:
        """The permits in the rows, where they are of this map."""
        found = read_standing(self._wall.database) if has_standing(live) else None
        if found is None or found.map != self._map.name:
            return None
        complete = all(standing_in(table, live[table.name]) for table in personal(self._map))
        return found if complete else None

    def in_rows(self, now: datetime) -> bool:
        """Whether the permits that stand in the rows may be used now."""
        if self._in_rows is None or self.standing is None:
            return False
        bit = self.standing.bit(self.basis.aim)
        try:  # as they stand now: they may have been put in anew, with other bits
            standing = read_standing(self._wall.database)
            fresh = any_fresh(self._wall.database)
        except Exception:  # taken out meanwhile: permits are worked out here
            return False
        if (
            standing is None
            or fresh
            or standing.closed & bit
            or standing.aims != self.standing.aims
        ):
            return False
        with self.basis.store.reading(self.basis.meaning.policy.name) as session:
            return standing.holds(self._digest, head_of(session), now)

    # -- queries -----------------------------------------------------------------------------

    def cursor(self) -> Cursor:
        return Cursor(self)

    def execute(self, query: str, parameters: Parameters = None) -> Cursor:
        """Run a query; `?` and `:name` take parameters. `QueryRefused` says what is not understood."""
        return self.cursor().execute(query, parameters)

    def rewritten(self, query: str, parameters: Parameters = None) -> Rewritten:
        """What would be run instead of a query. Nothing is read."""
        return rewrite(query, self.tables, parameters)

    def run(self, query: str, parameters: Parameters) -> tuple[Rewritten, Any]:
        wall = self._wall
        now = self.clock()
        stand = self.in_rows(now)
        tables = self._in_rows if stand and self._in_rows else self.tables
        instead = self._instead(query, tables, parameters)
        wall.begin()
        try:
            if not stand:
                self._permit(instead, now)
            try:
                result = wall.run(instead, self.seconds)
            except Halted as halted:
                raise self._halted(str(halted), query) from None
        finally:
            wall.end()
        if len(result.kinds) != len(instead.names):
            raise refused("Q611", "the answer has other columns than the query", query)
        self._note(instead, len(result.rows), now)
        return instead, result

    def _halted(self, why: str, query: str) -> QueryRefused:
        if why:
            return refused("Q612", why, query, remedy="close this connection, and connect anew")
        message = f"the database could not run the query, or not within {self.seconds:g} seconds"
        remedy = "what it said is not shown: it could name what you may not see"
        return refused("Q612", message, query, remedy=remedy)

    def _instead(self, query: str, tables: Tables, parameters: Parameters) -> Rewritten:
        """What is run instead; remembered where a query comes again without values."""
        if parameters:
            return rewrite(query, tables, parameters)
        key = query, tables is self.tables
        if key not in self._rewritten:
            if len(self._rewritten) >= REMEMBERED:
                self._rewritten.clear()
            self._rewritten[key] = rewrite(query, tables)
        return self._rewritten[key]

    def _permit(self, query: Rewritten, now: datetime) -> None:
        """See to it that the tables a query reads have permits of this state of things."""
        mine = [self._mapped(name) for name in query.tables]
        wanted = [table for table in mine if table.personal]
        if not wanted:
            return
        with self.basis.store.reading(self.basis.meaning.policy.name) as session:
            state = self._wall.state(), head_of(session)
            if self._until is None or now >= self._until or state != self._state:
                self._done.clear()
                self._reckoned = Reckoning(self.basis, session, now)
            reckoned = self._reckoned
            assert reckoned is not None
            for table in wanted:
                if table.name not in self._done:
                    reckoned.persons.session = session
                    permits = reckoned.permits(
                        self._wall.database, self._map, table, self._rows[table.name]
                    )
                    self._wall.put(table, permits)
                    self._done.add(table.name)
            self._state, self._until = state, reckoned.holds_until()

    def _mapped(self, name: str) -> Table:
        return self._map.tables[self.tables.tables[name].name]

    def _note(self, query: Rewritten, rows: int, now: datetime) -> None:
        asked = self.basis.asked
        said = {
            "action": asked.ask.action,
            "purpose": asked.ask.purpose,
            "party": asked.ask.party,
            "with": asked.party,
            "within": self.basis.matter,
            "by": asked.ask.by,
            "who": self.who,
            "map": self._map.name,
        }
        payload: dict[str, Any] = {key: value for key, value in said.items() if value}
        payload["template"] = hashlib.sha256(query.template.encode()).hexdigest()
        payload["data"] = sorted(self._words(query))
        payload["rows"] = rows
        with self.basis.store.writing(self.basis.meaning.policy.name) as session:
            ledger.record(session, "queried", payload, at=now)

    def _words(self, query: Rewritten) -> Iterator[str]:
        """The data words of the columns a query reads."""
        for name, column in query.columns:
            table = self._mapped(name)
            for one in table.columns:
                if one.personal and folded(one.name, query.dialect) == column:
                    yield one.word

    def clauses(self, query: Rewritten) -> dict[str, tuple[str, ...]]:
        """For each data word a query reads the clauses that have their say today, of data given today."""
        meaning, asked = self.basis.meaning, self.basis.asked
        day = day_of(self.clock(), self.basis.zone)
        current = meaning.policy.at(day)
        stamp = Stamp((current.id,) if current else ())
        found: dict[str, tuple[str, ...]] = {}
        for word in sorted(set(self._words(query))):
            named: dict[str, None] = {}
            for leaf in meaning.points(replace(asked.ask, data=word)):
                ruling = meaning.ruling(leaf, stamp, day)
                for layer in (ruling.current, *ruling.over):
                    if layer is not None:
                        named |= dict.fromkeys(one.id for one in layer.grants)
                        named |= dict.fromkeys(one.id for one in layer.bars)
                        named |= dict.fromkeys(one.id for one in layer.needs)
            found[word] = tuple(named)
        return found

    # -- the rest of a DBAPI connection --------------------------------------------------------

    def commit(self) -> None:
        """Nothing is written, so there is nothing to commit."""

    def rollback(self) -> None:
        """Nothing is written, so there is nothing to take back."""

    def close(self) -> None:
        self._wall.close()

    def __enter__(self) -> Connection:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Cursor:
    """The answer of one query at a time (PEP 249)."""

    arraysize = 1000

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.description: list[tuple[Any, ...]] | None = None
        self.rowcount = -1
        self._rows: Sequence[tuple[Any, ...]] = []
        self._at = 0

    def execute(self, query: str, parameters: Parameters = None) -> Cursor:
        self.description, self.rowcount, self._rows, self._at = None, -1, [], 0
        instead, result = self.connection.run(query, parameters)
        self.description = [
            (name, kind, None, None, None, None, None)
            for name, kind in zip(instead.names, result.kinds, strict=True)
        ]
        self._rows, self.rowcount = result.rows, len(result.rows)
        return self

    def executemany(
        self, query: str, _several: Iterable[Sequence[Any] | Mapping[str, Any]]
    ) -> None:
        raise refused("Q603", "many statements at once are only for writing", query)

    def fetchone(self) -> tuple[Any, ...] | None:
        found = self.fetchmany(1)
        return found[0] if found else None

    def fetchmany(self, size: int | None = None) -> list[tuple[Any, ...]]:
        first, self._at = self._at, self._at + (self.arraysize if size is None else size)
        return list(self._rows[first : self._at])

    def fetchall(self) -> list[tuple[Any, ...]]:
        return self.fetchmany(len(self._rows))

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        while some := self.fetchmany():
            yield from some

    def setinputsizes(self, sizes: object) -> None:
        """Nothing to set."""

    def setoutputsize(self, size: object, column: object = None) -> None:
        """Nothing to set."""

    def close(self) -> None:
        self._rows = []


__all__ = ["Connection", "Cursor", "QueryRefused"]
