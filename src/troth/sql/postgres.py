"""PostgreSQL: queries read temporary barrier views, in a transaction that cannot write, as a role without rights.

A barrier view lets no condition of who asks near a row before the row is let through. The role
`troth_reader`, where there is one, may read nothing but these views; and what the planner says it would
read is compared with what was put there.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from psycopg import Error
from sqlglot import exp

from troth.estate import LiveTable, Table
from troth.estate.database import quoted
from troth.estate.postgres import Postgres
from troth.query import Readable, Rewritten
from troth.sql.permits import Permits
from troth.sql.shield import plain, shielded
from troth.sql.standing import shielded_in_row
from troth.sql.wall import Halted, Result, columns_of, unguessable

READER = "troth_reader"
# what a plan may read from; anything else (a function, a foreign table) was not put there
SCANS = {"Seq Scan", "Index Scan", "Index Only Scan", "Bitmap Heap Scan", "Tid Scan", "Sample Scan"}
OTHERS = {"Function Scan", "Foreign Scan", "Table Function Scan", "Custom Scan"}


# a text means what it was read as: no function of another schema is meant by a name, a text ends at its quote
AS_READ = {
    "search_path": "pg_catalog, pg_temp",
    "standard_conforming_strings": "on",
    "transform_null_equals": "off",
}


class PostgresWall:
    def __init__(self, database: Postgres) -> None:
        self.database = database
        self._open = database.connection
        self._permits: dict[str, str] = {}
        self._parts: dict[str, tuple[str, ...]] = {}
        self._state = ""
        self._reader = self._has_reader()

    def _has_reader(self) -> bool:
        asked = (
            "select 1 from pg_roles where rolname = %s and pg_has_role(session_user, oid, 'member')"
        )
        return self._open.execute(asked, (READER,)).fetchone() is not None

    def readable(self, table: Table, live: LiveTable, row: str) -> Readable:
        columns = columns_of(table, live)
        if table.personal:
            permits = self._permits[table.name] = unguessable("permits")
            kind = "text" if live.parts else "tid"
            self._do(f"create temp table {quoted(permits)} (k {kind}, w bigint)")
            return self.carrying(table, live, row, ())
        return self._viewed(table, live, plain(table, tuple(columns), "public", "postgres"))

    def carrying(
        self, table: Table, live: LiveTable, row: str, marks: Sequence[exp.Expr]
    ) -> Readable:
        place = exp.table_(self._permits[table.name], db="pg_temp", quoted=True)
        return self._viewed(table, live, shielded(table, row, place, "public", "postgres", marks))

    def standing(self, table: Table, live: LiveTable, bit: int) -> Readable:
        return self._viewed(table, live, shielded_in_row(table, bit, "public", "postgres"))

    def _viewed(self, table: Table, live: LiveTable, query: exp.Select) -> Readable:
        columns = columns_of(table, live)
        self._parts[table.name] = live.parts
        view = unguessable("view")
        written = query.sql(dialect="postgres", identify=True)
        self._do(f"create temp view {quoted(view)} with (security_barrier) as {written}")
        if self._reader:
            self._do(f"grant select on pg_temp.{quoted(view)} to {READER}")
        return Readable(
            table.name, columns, lambda: exp.table_(view, db="pg_temp", quoted=True), query
        )

    def _do(self, statement: str) -> None:
        self._open.execute(statement.encode())

    def begin(self) -> None:
        self._do("begin isolation level repeatable read")
        found = self._open.execute("select pg_current_snapshot()::text").fetchone()
        self._state = str(found[0]) if found else ""

    def end(self) -> None:
        self._do("rollback" if self._open.info.transaction_status.name == "INERROR" else "commit")

    def state(self) -> object:
        return self._state

    def written(self) -> object:
        return None

    def put(self, table: Table, permits: Permits) -> None:
        name = f"pg_temp.{quoted(self._permits[table.name])}"
        self._do(f"delete from {name}")
        with (
            self._open.cursor() as cursor,
            cursor.copy(f"copy {name} (k, w) from stdin".encode()) as copy,
        ):
            for pair in permits.pairs():
                copy.write_row(pair)
        self._do(f"analyze {name}")

    def run(self, query: Rewritten, seconds: float) -> Result:
        written = query.sql().encode()
        try:
            settings = {**AS_READ, "statement_timeout": str(int(seconds * 1000))}
            local = (f"set local {setting} = {value}" for setting, value in settings.items())
            self._do("; ".join(("set transaction read only", *local)))  # one message
            self._must_reach(query, written)
            if self._reader:
                self._do(f"set local role {READER}")
            found = self._open.execute(written)
            rows = found.fetchall()
            kinds = tuple(column.type_code for column in found.description or ())
        except (Error, UnicodeError, ValueError, OverflowError):
            raise Halted from None
        return Result(kinds, rows)

    def _must_reach(self, query: Rewritten, written: bytes) -> None:
        """What the planner would read must be what was put there."""
        mine = {("public", table) for table in query.tables}
        mine |= {("public", part) for t in query.tables for part in self._parts.get(t, ())}
        mine |= {("pg_temp", self._permits[t]) for t in query.tables if t in self._permits}
        found = self._open.execute(b"explain (format json, verbose) " + written).fetchone()
        plan = json.loads(found[0]) if found and isinstance(found[0], str) else found and found[0]
        for node in _nodes(plan):
            kind = node.get("Node Type", "")
            if kind in OTHERS:
                raise Halted
            if kind in SCANS:
                schema = str(node.get("Schema", ""))
                named = "pg_temp" if schema.startswith("pg_temp") else schema, node["Relation Name"]
                if named not in mine:
                    raise Halted

    def close(self) -> None:
        self.database.close()


def _nodes(plan: Any) -> Iterator[dict[str, Any]]:
    if isinstance(plan, list):
        for part in plan:
            yield from _nodes(part)
    elif isinstance(plan, dict):
        if "Node Type" in plan:
            yield plan
        for part in plan.values():
            if isinstance(part, (list, dict)):
                yield from _nodes(part)
