"""A connection with a purpose: queries as always, and of every table the rows and cells it allows.

It is a DBAPI connection (PEP 249), so pandas, polars and SQLAlchemy read from it. It reads; what a query finds may
also be written into a table that keeps whose its rows are (`writing`). Each statement leaves one entry in the
ledger: its template, the purpose, who asked, how many rows went out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

from troth import ledger
from troth.estate import LiveTable, Map, Table
from troth.facts.calendar import day_of
from troth.language.model import Stamp
from troth.language.origins import read_needs
from troth.query import (
    Parameters,
    QueryRefused,
    Readable,
    Rewritten,
    Statement,
    Tables,
    folded,
    read_statement,
    rewrite,
    view_query,
)
from troth.query.refused import refused
from troth.sql.cursor import Cursor
from troth.sql.origins import Made, marks
from troth.sql.permits import Basis, Reckoning, head_of
from troth.sql.rows import row_id
from troth.sql.standing import (
    Standing,
    digest_of,
    has_standing,
    look,
    personal,
    read_standing,
    standing_in,
)
from troth.sql.wall import Halted, Result, Wall

if TYPE_CHECKING:
    from troth.sql.writing import Writing

SECONDS = 60.0  # that a query may take
REMEMBERED = 256  # queries


class Clock(Protocol):
    def __call__(self) -> datetime: ...


class Connection:
    """Reads a company's database for one purpose. Close it, or use it in a `with`."""

    def __init__(
        self,
        wall: Wall,
        found: Map,
        basis: Basis,
        clock: Clock,
        who: str,
        seconds: float = SECONDS,
        url: str = "",
    ) -> None:
        self.basis = basis
        self.clock = clock
        self.who = who
        self.seconds = seconds
        self.url = url  # of the database, where it may be written to
        self.see(wall, found)

    def see(self, wall: Wall, found: Map) -> None:
        """From here on it is this database, mapped so, that is read."""
        self._wall = wall
        self._map = found
        self._rows: dict[str, str] = {}
        self.tables, self._in_rows = self._readable()
        policy = self.basis.meaning.policy
        self._digest = digest_of(policy, found.kept) if self._in_rows else ""
        self._reckoned: Reckoning | None = None
        self._until: datetime | None = None
        self._look: tuple[object, tuple[Standing | None, bool]] | None = None
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
                if bit and table.personal and not table.origins:
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
        complete = all(standing_in(table, live[table.name]) for table in personal(self._map.kept))
        return found if complete else None

    def in_rows(self, now: datetime) -> bool:
        """Whether the permits that stand in the rows may be used now."""
        if self._in_rows is None or self.standing is None:
            return False
        bit = self.standing.bit(self.basis.aim)
        try:  # as they stand now: they may have been put in anew, with other bits
            standing, fresh = self._looked()
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

    def _looked(self) -> tuple[Standing | None, bool]:
        """What is said of the permits, looked at anew where anything may have been written."""
        written = self._wall.written()
        if self._look is None or written is None or written != self._look[0]:
            self._look = written, look(self._wall.database)
        return self._look[1]

    # -- queries -----------------------------------------------------------------------------

    def cursor(self) -> Cursor:
        return Cursor(self)

    def execute(self, query: str, parameters: Parameters = None) -> Cursor:
        """Run a query; `?` and `:name` take parameters. `QueryRefused` says what is not understood."""
        return self.cursor().execute(query, parameters)

    def rewritten(self, query: str, parameters: Parameters = None) -> Rewritten:
        """What would be run instead of a query. Nothing is read."""
        statement = read_statement(query, self.tables.dialect)
        if statement is not None:
            return self._writing.plan(query, statement, parameters).instead
        return rewrite(query, self.tables, parameters)

    def explained(self, query: str) -> str:
        """The same for people to read."""
        instead = self.rewritten(query)
        statement = read_statement(query, self.tables.dialect)
        return instead.explained(self.tables if statement is None else self._writing.read)

    def write(self, text: str, statement: Statement, parameters: Parameters = None) -> int:
        """Write what a query finds into a table that keeps whose its rows are; how many rows."""
        return self._writing.write(text, statement, parameters)

    @cached_property
    def _writing(self) -> Writing:
        from troth.sql.writing import Writing

        return Writing(self)

    def run(self, query: str, parameters: Parameters) -> tuple[Rewritten, Any]:
        wall = self._wall
        now = self.clock()
        stand = self.in_rows(now)
        tables = self._in_rows if stand and self._in_rows else self.tables
        instead = self._instead(query, tables, parameters)
        if stand and any(self._mapped(name).origins for name in instead.tables):
            stand, instead = False, self._instead(query, self.tables, parameters)
        wall.begin()
        try:
            if not stand:
                self._permit(instead, now)
            result = self._result(instead, query)
        finally:
            wall.end()
        self.note("queried", instead, len(result.rows), now)
        return instead, result

    def carried(
        self, instead: Rewritten, query: str, now: datetime
    ) -> tuple[Result, Mapping[str, Made]]:
        """What a query finds that carries the marks of its rows, and what the rows of each table were."""
        self._wall.begin()
        try:
            self._permit(instead, now)
            made = self._made(instead)  # before the wall: behind it no table can be read itself
            return self._result(instead, query), made
        finally:
            self._wall.end()

    def _result(self, instead: Rewritten, query: str) -> Result:
        try:
            result = self._wall.run(instead, self.seconds)
        except Halted as halted:
            raise self._halted(str(halted), query) from None
        if len(result.kinds) != len(instead.names):
            raise refused("Q611", "the answer has other columns than the query", query)
        return result

    def _made(self, instead: Rewritten) -> dict[str, Made]:
        reckoned, database = self._reckoned, self._wall.database
        found: dict[str, Made] = {}
        with self.basis.store.reading(self.basis.meaning.policy.name) as session:
            for name in instead.tables:
                table = self._mapped(name)
                if reckoned is None or not table.personal or table.origins:
                    continue
                reckoned.persons.session = session
                row = self._rows[table.name]
                rows = reckoned.rows(database, self._map, table, row)
                found[name] = Made(database, self._map, table, row, rows, reckoned.persons)
        return found

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

    def note(self, kind: str, query: Rewritten, rows: int, now: datetime, **more: Any) -> None:
        """Leave the entry of a statement in the ledger."""
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
        payload["data"] = sorted(set(self._words(query)))
        payload |= {"rows": rows, **more}
        with self.basis.store.writing(self.basis.meaning.policy.name) as session:
            ledger.record(session, kind, payload, at=now)

    def _words(self, query: Rewritten) -> Iterator[str]:
        """The data words of the columns a query reads."""
        for name, column in query.columns:
            table = self._mapped(name)
            for one in table.columns:
                if not one.personal or folded(one.name, query.dialect) != column:
                    continue
                if table.origins:
                    yield from (word for need in read_needs(one.word) or () for word in need.words)
                else:
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

    @property
    def map(self) -> Map:
        return self._map

    def live(self) -> Mapping[str, LiveTable]:
        """The tables and views of the database as they stand."""
        return self._wall.database.tables()

    def carrying(self, table: Table, live: LiveTable) -> Readable:
        """What stands for a table in a query whose rows are written: with the marks of its rows."""
        dialect, row = self.tables.dialect, self._rows[table.name]
        return self._wall.carrying(table, live, row, marks(table, row, dialect))

    def close(self) -> None:
        self._wall.close()

    def __enter__(self) -> Connection:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


__all__ = ["Connection", "Cursor", "QueryRefused"]
