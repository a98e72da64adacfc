"""DuckDB: it has no rights inside, so what was asked runs in a process of its own, locked down, and asked what it reads.

Its own reader of SQL tells which tables a query touches. Where that is not what the first wall put there,
nothing is run. Permits stand in temporary tables of that process; the file stays as it is. Here the file is read for
permits alone, with statements of ours.
"""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from typing import Any

import numpy as np
from sqlglot import exp

from troth.estate import LiveTable, Table, Unusable
from troth.estate.database import quoted
from troth.estate.duckdb import LOCKED, Duck
from troth.query import Readable, Rewritten, folded
from troth.sql.apart.process import GRACE, WAIT, Ended, Failed, Process
from troth.sql.apart.values import Chunks
from troth.sql.permits import Permits
from troth.sql.shield import plain, shielded
from troth.sql.standing import shielded_in_row
from troth.sql.wall import Halted, Result, columns_of, unguessable

# the company's own: one that is called like a function of the list would be run in its place
MACROS = "select function_name from duckdb_functions() where not internal"
AT_ONCE = 100_000  # permits
SHARE = 2  # of the machine's memory a query may have one in so many


class DuckWall:
    def __init__(self, database: Duck) -> None:
        self.database = database
        self._permits: dict[str, str] = {}
        self._reached: dict[str, set[str]] = {}  # by table, what reading it touches
        try:
            self._apart = Process(self._opening())
        except (Ended, Failed):
            raise Unusable("DuckDB could not be begun in a process of its own") from None

    def _opening(self) -> dict[str, Any]:
        ((zone,),) = self.database.rows("select current_setting('TimeZone')")
        settings = {"arrow_large_buffer_size": "true", "TimeZone": f"'{zone}'"} | LOCKED
        return {
            "path": str(self.database.path.resolve()),
            "catalog": self.database.catalog,
            "settings": settings,
            "macros": [name.lower() for (name,) in self.database.rows(MACROS)],
            "memory": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // SHARE,
            "threads": os.cpu_count() or 1,
        }

    @property
    def held(self) -> tuple[str, ...]:
        """What the kernel keeps that process from: `limits` everywhere; `files`, `network` and `programs` where
        it can."""
        return tuple(self._apart.held)

    def readable(self, table: Table, live: LiveTable, row: str) -> Readable:
        columns = columns_of(table, live)
        reached = {f"{self.database.catalog}.main.{table.name}"}
        if table.personal:
            permits = self._permits[table.name] = unguessable("permits")
            self._ask("table", name=_place(permits))
            return self.carrying(table, live, row, ())
        query = plain(table, tuple(columns), "main", "duckdb")
        return self._read(table, live, query, reached)

    def carrying(
        self, table: Table, live: LiveTable, row: str, marks: Sequence[exp.Expr]
    ) -> Readable:
        permits = self._permits[table.name]
        place = exp.table_(permits, db="main", catalog="temp", quoted=True)
        query = shielded(table, row, place, "main", "duckdb", marks)
        bare = shielded(table, row, place, "main", "duckdb", marks, bare=True)
        reached = {f"{self.database.catalog}.main.{table.name}", f"temp.main.{permits}"}
        return self._read(table, live, query, reached, bare)

    def standing(self, table: Table, live: LiveTable, bit: int) -> Readable:
        query = shielded_in_row(table, bit, "main", "duckdb")
        bare = shielded_in_row(table, bit, "main", "duckdb", bare=True)
        reached = {f"{self.database.catalog}.main.{table.name}"}
        return self._read(table, live, query, reached, bare)

    def _read(
        self,
        table: Table,
        live: LiveTable,
        query: exp.Select,
        reached: set[str],
        bare: exp.Select | None = None,
    ) -> Readable:
        columns = columns_of(table, live)
        for tree in (query, bare) if bare else (query,):
            for inner in tree.find_all(exp.Table):
                if not inner.catalog:
                    inner.set("catalog", exp.to_identifier(self.database.catalog, quoted=True))
        known = self._reached.setdefault(folded(table.name, "duckdb"), set())
        known |= {name.lower().replace('"', "") for name in reached}
        return Readable(table.name, columns, query.copy, bare=bare.copy if bare else None)

    def begin(self) -> None:
        """Nobody can write to the file while it is open here."""

    def end(self) -> None:
        """Nothing was begun."""

    def state(self) -> object:
        return None

    def written(self) -> object:
        return "nothing"

    def put(self, table: Table, permits: Permits) -> None:
        name = _place(self._permits[table.name])
        some = np.flatnonzero(permits.words)
        keys = np.array(permits.rows.keys, dtype=np.int64)[some]
        self._ask("empty", name=name)
        for first in range(0, len(some), AT_ONCE):
            part = slice(first, first + AT_ONCE)
            words = permits.words[some[part]]
            self._ask("put", name=name, keys=_listed(keys[part]), words=_listed(words))

    def _ask(self, what: str, **said: Any) -> dict[str, Any]:
        try:
            return self._apart.ask({"do": what, **said}, said.get("seconds", WAIT))
        except Failed:
            raise Halted from None
        except Ended as ended:
            raise Halted(f"the process in which DuckDB runs is gone: {ended}") from None

    def run(self, query: Rewritten, seconds: float) -> Result:
        may = sorted({name for table in query.tables for name in self._reached[table]})
        ends = time.monotonic() + seconds + GRACE
        found = self._ask("run", query=query.sql(), seconds=seconds, may=may)
        rows = Chunks(found["kinds"], found["shape"])
        try:
            while not (part := self._apart.hear(ends)).get("end"):
                rows.add(part["nodes"], part["buffers"])
        except Failed:
            raise Halted from None
        except Ended as ended:
            raise Halted(f"the process in which DuckDB runs is gone: {ended}") from None
        return Result(tuple(found["kinds"]), rows)

    def close(self) -> None:
        self._apart.close()
        self.database.close()


def _place(permits: str) -> str:
    return f"temp.main.{quoted(permits)}"


def _listed(numbers: np.ndarray[Any, np.dtype[np.int64]]) -> str:
    """A list as DuckDB reads it."""
    return f"[{','.join(map(str, numbers.tolist()))}]"
