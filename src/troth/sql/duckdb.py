"""DuckDB: it has no rights inside, so the file is opened read-only, locked down, and asked what it reads.

Its own reader of SQL tells which tables a query touches. Where that is not what the first wall put there,
nothing is run. Permits stand in temporary tables; the file stays as it is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from threading import Timer
from typing import Any

import numpy as np
from duckdb import Error
from sqlglot import exp

from troth.estate import LiveTable, Table
from troth.estate.database import quoted
from troth.estate.duckdb import Duck
from troth.query import Readable, Rewritten, folded
from troth.sql.permits import Permits
from troth.sql.shield import plain, shielded
from troth.sql.standing import shielded_in_row
from troth.sql.wall import Halted, Result, columns_of, unguessable

# what its own reader of SQL calls that which is read and is no table
NOT_READ = {"TABLE_FUNCTION", "COLUMN_DATA", "PIVOT", "SHOW_REF"}
# the company's own: one that is called like a function of the list would be run in its place
MACROS = "select function_name from duckdb_functions() where not internal"
REMEMBERED = 256  # queries
_ALIAS = re.compile(r" AS (?:\"(?:[^\"]|\"\")*\"|[^\"]+)$")


class DuckWall:
    def __init__(self, database: Duck) -> None:
        self.database = database
        self._open = database.connection
        self._permits: dict[str, str] = {}
        self._macros = {name.lower() for (name,) in database.rows(MACROS)}
        self._agreed: set[str] = set()
        self._reached: dict[str, set[str]] = {}  # by table, what reading it touches

    def readable(self, table: Table, live: LiveTable, row: str) -> Readable:
        columns = columns_of(table, live)
        reached = {f"{self.database.catalog}.main.{table.name}"}
        if table.personal:
            permits = self._permits[table.name] = unguessable("permits")
            self._open.execute(
                f"create temp table {quoted(permits)} (k bigint primary key, w bigint)"
            )
            place = exp.table_(permits, db="main", catalog="temp", quoted=True)
            query = shielded(table, row, place, "main", "duckdb")
            reached.add(f"temp.main.{permits}")
        else:
            query = plain(table, tuple(columns), "main", "duckdb")
        return self._read(table, live, query, reached)

    def standing(self, table: Table, live: LiveTable, bit: int) -> Readable:
        query = shielded_in_row(table, bit, "main", "duckdb")
        return self._read(table, live, query, {f"{self.database.catalog}.main.{table.name}"})

    def _read(
        self, table: Table, live: LiveTable, query: exp.Select, reached: set[str]
    ) -> Readable:
        columns = columns_of(table, live)
        for inner in query.find_all(exp.Table):
            if not inner.catalog:
                inner.set("catalog", exp.to_identifier(self.database.catalog, quoted=True))
        known = self._reached.setdefault(folded(table.name, "duckdb"), set())
        known |= {name.lower() for name in reached}
        return Readable(table.name, columns, query.copy)

    def begin(self) -> None:
        """Nobody can write to the file while it is open here."""

    def end(self) -> None:
        """Nothing was begun."""

    def state(self) -> object:
        return None

    def put(self, table: Table, permits: Permits) -> None:
        name = f"temp.main.{quoted(self._permits[table.name])}"
        some = np.flatnonzero(permits.words)
        keys = np.array(permits.rows.keys, dtype=np.int64)[some]
        self._open.execute(f"delete from {name}")
        self._open.register("troth_words", {"k": keys, "w": permits.words[some]})
        self._open.execute(f"insert into {name} select k, w from troth_words")
        self._open.unregister("troth_words")

    def run(self, query: Rewritten, seconds: float) -> Result:
        written = query.sql()
        halt = Timer(seconds, self._open.interrupt)
        halt.start()
        try:
            self._must_reach(query, written)
            found = self._open.execute(written)
            rows = found.fetchall()
            kinds = tuple(column[1] for column in found.description or ())
        except (Error, RuntimeError, ValueError, OverflowError):
            raise Halted from None
        finally:
            halt.cancel()
        return Result(kinds, rows)

    def _must_reach(self, query: Rewritten, written: str) -> None:
        """The database's own opinion of what is read must be ours; of one text it is asked once."""
        if written in self._agreed:
            return
        mine = {name for table in query.tables for name in self._reached[table]}
        found = self._open.get_table_names(written, qualified=True)
        told = {_ALIAS.sub("", name).replace('"', "").lower() for name in found}
        if not told <= {name.replace('"', "") for name in mine}:
            raise Halted
        read = self._open.execute("select json_serialize_sql(?)", [written]).fetchone()
        tree = json.loads(read[0]) if read is not None else {"error": True}
        if any(kind in NOT_READ for kind in _kinds(tree)) or self._macros & set(_functions(tree)):
            raise Halted
        if len(self._agreed) >= REMEMBERED:
            self._agreed.clear()
        self._agreed.add(written)

    def close(self) -> None:
        self.database.close()


def _functions(tree: Any) -> Iterator[str]:
    """The name of every function and operator."""
    for part in tree.values() if isinstance(tree, dict) else tree:
        if isinstance(part, (dict, list)):
            yield from _functions(part)
    if isinstance(tree, dict) and isinstance(tree.get("function_name"), str):
        yield tree["function_name"].lower()


def _kinds(tree: Any) -> Iterator[str]:
    """The kind of every node; a text that cannot be read as a query has none but an error."""
    if isinstance(tree, dict):
        if tree.get("error") is True:
            yield "TABLE_FUNCTION"
        if isinstance(tree.get("type"), str):
            yield tree["type"]
        for part in tree.values():
            yield from _kinds(part)
    elif isinstance(tree, list):
        for part in tree:
            yield from _kinds(part)
