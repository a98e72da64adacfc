"""The second wall alone: what a rewritten query would never say is refused by the database itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import psycopg
import pytest
from sqlglot import exp, parse_one

from tests import postgres
from tests.sql.conftest import Shop
from tests.sql.shop import DDL, ROWS, company, fill_duckdb, fill_postgres, the_map
from troth.query import QueryRefused, Rewritten
from troth.sql.wall import Halted

READS = (
    "select email from contacts",
    'select pin from "Secret Pins"',
    "with contacts as (select email from orders, contacts) select * from contacts",
)
ATTACKS = {
    "sqlite": (
        "select * from sqlite_master",
        "pragma table_info(contacts)",
        "attach 'x' as y",
        "delete from contacts",
        "create temp table x as select 1",
        "drop table contacts",
    ),
    "duckdb": (
        "select * from duckdb_settings()",
        "select * from read_csv('/etc/passwd')",
        "copy (select 1) to '/tmp/never'",
        "attach 'x' as y",
        "delete from contacts",
        "set threads = 1",
        "install httpfs",
    ),
    "postgres": (
        "delete from contacts",
        "create table x as select 1",
        "select * from pg_authid",
        "select query_to_xml('select * from contacts', true, true, '')",
        "set role postgres",
    ),
}


def through(shop: Shop, written: str) -> list[tuple[Any, ...]]:
    """Run what the first wall never let through."""
    connection = shop.connection("support")
    connection.execute("select email from contacts").fetchall()
    wall = connection._wall
    query = _Forged(exp.select("1"), shop.kind, ("products",), (), (), "")
    object.__setattr__(query, "written", written)
    wall.begin()
    try:
        return list(wall.run(query, 5).rows)
    finally:
        wall.end()


class _Forged(Rewritten):
    def sql(self) -> str:
        return str(self.written)  # type: ignore[attr-defined]


@pytest.mark.parametrize("written", READS)
def test_a_table_of_the_company_is_out_of_reach(shop: Shop, written: str) -> None:
    with pytest.raises(Halted):
        through(shop, written)


def test_nothing_else_of_the_database_is_in_reach(shop: Shop) -> None:
    for written in ATTACKS[shop.kind]:
        with pytest.raises(Halted):
            through(shop, written)
        assert shop.connection("support").execute("select count(*) from products").fetchall()


def test_permits_cannot_be_read_or_borrowed(shop: Shop) -> None:
    """Neither the numbers themselves, nor by a `with` called as what is read in the place of a table."""
    instead = shop.connection("support").rewritten("select email from contacts")
    inner = parse_one(instead.explained(shop.connection("support").tables), dialect=shop.kind)
    permits = next(t for t in inner.find_all(exp.Table) if t.name.startswith("troth_permits"))
    with pytest.raises(Halted):
        through(
            shop, f"select * from {permits.sql(dialect=shop.kind, comments=False)}".split(" AS ")[0]
        )


def test_no_error_tells_of_a_row_that_is_hidden(shop: Shop) -> None:
    """A text that grows too large is an error everywhere: it may not depend on what a hidden row holds."""
    grown = (
        "replace(replace(replace(substr('aaaaaaaa', 1, id), 'a', {x}), 'z', {x}), 'z', {x})".format(
            x=f"'{'z' * 2000}'"
        )
    )
    connection = shop.connection("news")
    hidden = {row[0] for row in ROWS["contacts"]} - {
        row[0] for row in connection.execute("select id from contacts").fetchall()
    }
    assert hidden
    for number in sorted(hidden):
        asked = f"select count(*) from contacts where case when id = {number} then length({grown}) else 0 end > 0"
        assert connection.execute(asked).fetchall() == [(0,)]


def test_a_macro_of_the_company_is_not_run_for_a_function(tmp_path: Path) -> None:
    """In DuckDB it would be, and could read what nobody may see."""
    fill_duckdb(tmp_path / "own.duckdb", ROWS)
    with duckdb.connect(str(tmp_path / "own.duckdb")) as own:
        own.execute("attach ':memory:' as company")
        for statement in DDL.split(";")[:2]:
            own.execute(statement.replace("create table ", "create table company.main."))
        every = "(select string_agg(phone, ',') from company.main.contacts)"
        own.execute(f"create macro lower(x) as {every}")
        own.execute(f'create macro "+"(x, y) as {every}')
    url = f"duckdb:///{tmp_path / 'own.duckdb'}"
    with company().connect(url, purpose="news", map=the_map()) as connection:
        assert connection.execute("select upper(name) from contacts").fetchall()
        for asked in ("lower(name)", "id + 1"):
            with pytest.raises(QueryRefused, match="Q612"):
                connection.execute(f"select {asked} from contacts")


def test_a_function_of_another_schema_is_not_run_for_one_of_postgres() -> None:
    """One that takes just these types would be found first; and a text ends at its quote, whatever the settings."""
    server = postgres.shared()
    url = server.database()
    fill_postgres(url, ROWS)
    every = "select string_agg(phone, ',') from public.contacts"
    with psycopg.connect(url, autocommit=True) as own:
        own.execute(
            f"create function public.lower(varchar) returns text language sql as $${every}$$".encode()
        )
        name = url.rsplit("/", 1)[1]
        own.execute(f"alter database {name} set standard_conforming_strings = off".encode())
        own.execute(f"alter database {name} set search_path = public, pg_catalog".encode())
    with company().connect(url, purpose="news", map=the_map()) as connection:
        asked = "select lower(name) from contacts where name is not null"
        assert connection.execute(asked).fetchall() == [("cara",)]
        quotes = "select '\\' as a, ' , (select 1) --' as b"
        assert connection.execute(quotes).fetchall() == [("\\", " , (select 1) --")]
