"""SQLite: queries read temporary views of names nobody knows, and an authorizer denies everything else.

The authorizer is told through which view a table is read. So a table of the company is readable from
inside our views alone, whatever a query says; permits stand in temporary tables, the file stays as it is.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Sequence

from sqlglot import exp

from troth.estate import LiveTable, Table
from troth.estate.database import quoted
from troth.estate.sqlite import Sqlite
from troth.query import Readable, Rewritten
from troth.sql.permits import Permits
from troth.sql.shield import plain, shielded
from troth.sql.standing import shielded_in_row
from troth.sql.wall import Halted, Result, columns_of, unguessable

STEPS = 10_000  # of SQLite's machine between two looks at the clock
READS = (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_FUNCTION)


class SqliteWall:
    def __init__(self, database: Sqlite) -> None:
        self.database = database
        self._views: set[str] = set()
        self._permits: dict[str, str] = {}
        self._open = database.connection
        self._others = set(database.tables()) | {"sqlite_master", "sqlite_schema"}
        self._open.execute("pragma temp_store = memory")

    def readable(self, table: Table, live: LiveTable, row: str) -> Readable:
        columns = columns_of(table, live)
        if table.personal:
            permits = self._permits[table.name] = unguessable("permits")
            self._open.execute(
                f"create temp table {quoted(permits)} (k integer primary key, w integer)"
            )
            return self.carrying(table, live, row, ())
        return self._viewed(table, live, plain(table, tuple(columns), "main", "sqlite"))

    def carrying(
        self, table: Table, live: LiveTable, row: str, marks: Sequence[exp.Expr]
    ) -> Readable:
        place = exp.table_(self._permits[table.name], db="temp", quoted=True)
        return self._viewed(table, live, shielded(table, row, place, "main", "sqlite", marks))

    def standing(self, table: Table, live: LiveTable, bit: int) -> Readable:
        return self._viewed(table, live, shielded_in_row(table, bit, "main", "sqlite"))

    def _viewed(self, table: Table, live: LiveTable, query: exp.Select) -> Readable:
        columns = columns_of(table, live)
        self._others.discard(table.name)
        view = unguessable("view")
        self._views.add(view)
        written = query.sql(dialect="sqlite", identify=True)
        self._open.execute(f"create temp view {quoted(view)} as {written}")
        return Readable(
            table.name, columns, lambda: exp.table_(view, db="temp", quoted=True), query
        )

    def begin(self) -> None:
        self._open.execute("begin")
        self._open.execute("select count(*) from main.sqlite_master").fetchone()

    def end(self) -> None:
        if self._open.in_transaction:
            self._open.execute("commit")

    def state(self) -> object:
        return self._open.execute("pragma main.data_version").fetchone()

    def written(self) -> object:
        return self.state()

    def put(self, table: Table, permits: Permits) -> None:
        name = quoted(self._permits[table.name])
        self._open.execute(f"delete from temp.{name}")
        self._open.executemany(f"insert into temp.{name} values (?, ?)", permits.pairs())

    def run(self, query: Rewritten, seconds: float) -> Result:
        ends = time.monotonic() + seconds
        self._open.set_progress_handler(lambda: time.monotonic() > ends, STEPS)
        self._open.set_authorizer(self._may)
        try:
            cursor = self._open.execute(query.sql())
            rows = cursor.fetchall()
        except (sqlite3.Error, sqlite3.Warning, OverflowError):
            raise Halted from None
        finally:
            self._open.set_authorizer(None)
            self._open.set_progress_handler(None, STEPS)
        return Result(tuple(None for _ in cursor.description), rows)

    def _may(
        self,
        action: int,
        one: str | None,
        two: str | None,
        database: str | None,
        inside: str | None,
    ) -> int:
        """Reading is allowed of our views and from inside them, and functions; nothing else is."""
        views = self._views
        if action == sqlite3.SQLITE_READ:
            # of what is only counted no column is told: our views, our permits, a `with` of the query
            counted = two == "" and one not in self._others
            mine = (one in views and database == "temp") or inside in views or counted
            return sqlite3.SQLITE_OK if mine else sqlite3.SQLITE_DENY
        if action == sqlite3.SQLITE_FUNCTION and two == "load_extension":
            return sqlite3.SQLITE_DENY
        return sqlite3.SQLITE_OK if action in READS else sqlite3.SQLITE_DENY

    def close(self) -> None:
        self.database.close()
