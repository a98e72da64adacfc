"""The statements of ours that make a table and fill it, in the three databases."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from troth.estate import Database, Table
from troth.estate.database import quoted
from troth.language.origins import origin_column
from troth.query import Flow

AT_ONCE = 5_000  # rows of one statement
KINDS = (
    "select column_name, data_type from duckdb_columns() where table_name = ? "
    "and schema_name = 'main' and database_name = current_database()"
)
SIMPLE = re.compile(
    r"[A-Za-z][A-Za-z ]{0,40}(\(\d{1,4}(, ?\d{1,4})?\))?"
)  # a type that is written as it is
# what would be done besides when a row comes, or put where nothing was given
BESIDE = {
    "sqlite": (
        "select 'a trigger' from sqlite_master where type = 'trigger' and lower(tbl_name) = lower(?) "
        "union all select 'a default' from pragma_table_xinfo(?) where dflt_value is not null or hidden <> 0"
    ),
    "duckdb": (
        "select 'a default' from duckdb_columns() where table_name = ? and schema_name = 'main' "
        "and database_name = current_database() and column_default is not null and table_name = ?"
    ),
    "postgres": (
        "select case when exists (select 1 from pg_trigger g where g.tgrelid = c.oid and not g.tgisinternal) "
        "then 'a trigger' when exists (select 1 from pg_rewrite r where r.ev_class = c.oid) then 'a rule' "
        "when exists (select 1 from pg_attribute a where a.attrelid = c.oid "
        "and (a.atthasdef or a.attidentity <> '')) then 'a default' end "
        "from pg_class c join pg_namespace n on n.oid = c.relnamespace "
        "where n.nspname = 'public' and c.relname = %s and c.relname = %s"
    ),
}


def types(database: Database, kinds: Sequence[Any], flow: Flow) -> list[str]:
    """The types of the columns of a new table: as the database says of the answer; SQLite says nothing of it, there
    a column that is a table's own keeps its type and others have none."""
    size = len(flow.columns)
    match database.dialect:
        case "sqlite":
            said = [flow.types.get(name, "") for name in flow.columns]
        case "duckdb":
            said = [str(kind).replace('"NULL"', "VARCHAR") for kind in kinds[:size]]
            return [kind if kind != "NULL" else "VARCHAR" for kind in said]
        case "postgres":
            found = []
            for kind in kinds[:size]:
                ((name,),) = database.rows("select format_type(%s::oid, null)", (kind,))
                found.append(str(name))
            return found
    return [kind if SIMPLE.fullmatch(kind) else "" for kind in said]


def create(database: Database, table: Table, kinds: Sequence[str]) -> None:
    """The table, with a column for each origin."""
    columns = [
        f"{quoted(column.name)} {kind}" for column, kind in zip(table.columns, kinds, strict=True)
    ]
    columns += [f"{quoted(origin_column(origin))} text not null" for origin in table.origins]
    database.run(f"create table {_named(database, table.name)} ({', '.join(columns)})")


def drop(database: Database, name: str) -> None:
    database.run(f"drop table {_named(database, name)}")


def insert(
    database: Database, name: str, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]
) -> None:
    """The rows, in the transaction that is open."""
    if not rows:
        return
    listed = ", ".join(map(quoted, columns))
    into = f"{_named(database, name)} ({listed})"
    if database.dialect != "duckdb":
        database.fill(into, list(zip(*_plain(database, rows), strict=True)))
        return
    kinds = dict(database.rows(KINDS, (name,)))
    lists = ", ".join(f"unnest(?::{kinds[column]}[])" for column in columns)
    for first in range(0, len(rows), AT_ONCE):
        some = [list(column) for column in zip(*rows[first : first + AT_ONCE], strict=True)]
        list(database.rows(f"insert into {into} select {lists}", some))


def not_bare(database: Database, name: str) -> str:
    """What the table has that would do something of its own when a row comes; nothing where it has nothing."""
    beside = [what for (what,) in database.rows(BESIDE[database.dialect], (name, name)) if what]
    return f"`{name}` has {beside[0]}, and nothing is added to it" if beside else ""


def _plain(database: Database, rows: Sequence[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    """Rows as the driver takes them."""
    if database.dialect != "postgres":
        yield from rows
        return
    for row in rows:
        yield tuple(json.dumps(cell) if isinstance(cell, dict) else cell for cell in row)


def _named(database: Database, name: str) -> str:
    return f"{quoted(database.schema)}.{quoted(name)}"
