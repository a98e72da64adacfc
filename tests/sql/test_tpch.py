"""TPC-H's 22 queries and some of analysts, unchanged: the same answers as over tables filtered by hand."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import psycopg
import pytest

from tests import postgres
from tests.sql import tpch
from tests.sql.conftest import DATABASES
from tests.sql.shop import plainly
from tests.sql.tpch import DDL, Rows
from troth.query import QueryRefused
from troth.sql.connection import Connection

QUERIES = tpch.queries("tpch.sql") | tpch.queries("analyst.sql")
# the others are not SQLite's SQL: it has neither `date '…'` nor `interval`, `extract`, `rollup`
IN_SQLITE = {"Q2", "Q11", "Q16", "Q17", "Q18", "Q19", "Q21", "A3", "A6", "A8"}


@dataclass
class Trade:
    """The tables behind Troth, and the same filtered by hand."""

    connection: Connection
    by_hand: Any

    def plain(self, query: str) -> list[tuple[Any, ...]]:
        found: list[tuple[Any, ...]] = self.by_hand.execute(query).fetchall()
        return found


@pytest.fixture(scope="module")
def trades(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    folder = tmp_path_factory.mktemp("trade")
    every, kept = tpch.rows(), tpch.company()
    made: list[Trade] = []

    @cache
    def trade(kind: str) -> Trade:
        url, opened = filled(kind, folder / f"all.{kind}", every)
        opened.close()
        connection = kept.connect(url, purpose="analysis", map=tpch.the_map())
        made.append(Trade(connection, filled(kind, folder / f"seen.{kind}", tpch.seen(every))[1]))
        return made[-1]

    yield trade
    for each in made:
        each.connection.close()
        each.by_hand.close()


def filled(kind: str, path: Path, rows: Rows) -> tuple[str, Any]:
    """A database with these rows: its address, and a connection to it."""
    url, mark = f"{kind}:///{path}", "?"
    opened: Any
    match kind:
        case "sqlite":
            opened = sqlite3.connect(path)
        case "duckdb":
            opened = duckdb.connect(str(path))
        case _:
            url, mark = postgres.shared().database(), "%s"
            opened = psycopg.connect(url, autocommit=True)
    cursor = opened.cursor()
    cursor.execute("begin")
    for statement in DDL.split(";"):
        cursor.execute(statement)
    for table, listed in rows.items():
        marks = f"({', '.join([mark] * len(listed[0]))})"
        for some in (listed[first : first + 100] for first in range(0, len(listed), 100)):
            values = [_stored(cell) if kind == "sqlite" else cell for row in some for cell in row]
            cursor.execute(f"insert into {table} values {', '.join([marks] * len(some))}", values)
    cursor.execute("commit")
    return url, opened


def _stored(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


@pytest.mark.parametrize("kind", DATABASES)
def test_they_run_unchanged_with_the_answers_of_tables_filtered_by_hand(
    trades: Any, kind: str
) -> None:
    trade = trades(kind)
    wanted = [name for name in QUERIES if kind != "sqlite" or name in IN_SQLITE]
    empty = []
    for name in wanted:
        found = plainly(trade.connection.execute(QUERIES[name]).fetchall())
        assert found == plainly(trade.plain(QUERIES[name])), name
        empty += [name] if not found or found == [("None",)] else []
    assert len(wanted) == (10 if kind == "sqlite" else 31)
    assert len(empty) <= 1, empty


def test_the_filter_is_one_that_shows(trades: Any) -> None:
    trade = trades("duckdb")
    count = "select count(*), count(c_name) from customer"
    assert trade.connection.execute(count).fetchall() == [(48, 16)]
    assert trade.plain(count) == [(48, 16)]


def test_what_is_not_sqlites_sql_is_refused_there_or_read_rightly(trades: Any) -> None:
    here, there = trades("sqlite").connection, trades("duckdb").connection
    read = []
    for name in QUERIES.keys() - IN_SQLITE:
        with pytest.raises(sqlite3.OperationalError):
            trades("sqlite").plain(QUERIES[name])
        try:
            found = here.execute(QUERIES[name]).fetchall()
        except QueryRefused:
            continue
        assert plainly(found) == plainly(there.execute(QUERIES[name]).fetchall()), name
        read.append(name)
    assert sorted(read) == ["Q13", "Q22"]
