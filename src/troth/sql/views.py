"""The same filters in the database itself: a view of each table for each purpose, for clients that know no Troth.

In PostgreSQL they are security-barrier views in a schema of their own for each purpose, and a role may read that
schema alone. A view tests the permits that stand in the rows, and shows nothing once they are past their time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from sqlglot import exp, parse_one

from troth.estate import Database, LiveTable, Map, Table
from troth.estate.database import quoted
from troth.sql.shield import plain
from troth.sql.standing import META, shielded_in_row
from troth.sql.wall import columns_of

# the moment, written as the permits write theirs
MOMENTS = {
    "sqlite": "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')",
    "duckdb": "strftime(timezone('UTC', now()), '%Y-%m-%dT%H:%M:%S.%fZ')",
    "postgres": "to_char(now() at time zone 'utc', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')",
}
LONGEST = 63  # bytes of a name in PostgreSQL


def schema_of(purpose: str) -> str:
    """What the views of a purpose are called after."""
    return f"troth_{purpose.replace('-', '_')}"[:LONGEST]


def role_of(company: str, purpose: str) -> str:
    """Who may read the views of a purpose, and nothing else."""
    return f"troth_{company}_{purpose}".replace("-", "_")[:LONGEST]


def view_of(database: Database, purpose: str, table: str) -> str:
    """The name of a view, quoted."""
    if database.dialect == "postgres":
        return f"{quoted(schema_of(purpose))}.{quoted(table)}"
    return quoted(f"{schema_of(purpose)}_{table}")


def made(
    database: Database, found: Map, live: Mapping[str, LiveTable], purposes: Sequence[str]
) -> Iterator[str]:
    """The statements that put the views in the place of those that were there."""
    for bit, purpose in enumerate(purposes):
        if database.dialect == "postgres":
            yield from _schema(found.company, purpose)
        for table in found.tables.values():
            name = view_of(database, purpose, table.name)
            query = _query(database, table, live[table.name], 1 << bit)
            if database.dialect == "postgres":
                yield f"create view {name} with (security_barrier) as {query}"
            else:
                yield f"drop view if exists {name}"
                yield f"create view {name} as {query}"
        if database.dialect == "postgres":
            schema, role = quoted(schema_of(purpose)), quoted(role_of(found.company, purpose))
            yield f"grant usage on schema {schema} to {role}"
            yield f"grant select on all tables in schema {schema} to {role}"


def _schema(company: str, purpose: str) -> Iterator[str]:
    schema, role = quoted(schema_of(purpose)), role_of(company, purpose)
    yield f"drop schema if exists {schema} cascade"
    yield f"create schema {schema}"
    literal = exp.Literal.string(role).sql(dialect="postgres")
    yield (
        f"do $troth$ begin if not exists (select 1 from pg_roles where rolname = {literal}) "
        f"then create role {quoted(role)} nologin; end if; end $troth$"
    )


def _query(database: Database, table: Table, live: LiveTable, bit: int) -> str:
    schema, dialect = database.schema, database.dialect
    if not table.personal:
        shown = tuple(columns_of(table, live))
        return plain(table, shown, schema, dialect).sql(dialect=dialect, identify=True)
    query = shielded_in_row(table, bit, schema, dialect)
    fresh = f"exists (select 1 from {schema}.{META} as m where m.valid_until > {MOMENTS[dialect]})"
    return query.where(parse_one(fresh, dialect=dialect)).sql(dialect=dialect, identify=True)


# -- ways around -------------------------------------------------------------------------------------

GRANTED = """
    select g.table_name, g.grantee from information_schema.role_table_grants g
    join pg_tables t on t.schemaname = g.table_schema and t.tablename = g.table_name
    where g.table_schema = 'public' and g.privilege_type = 'SELECT' and g.grantee <> t.tableowner
    order by 1, 2
"""


def around(
    database: Database, found: Map, live: Mapping[str, LiveTable], purposes: Sequence[str]
) -> Iterator[str]:
    """What lets somebody past the views: views that are missing, others who may read a table itself."""
    there = _views(database, live)
    for purpose in purposes:
        for table in found.tables.values():
            name = view_of(database, purpose, table.name)
            if name not in there:
                yield f"there is no view {name.replace(chr(34), '')}"
    if database.dialect == "postgres":
        mine = {table.name for table in found.tables.values() if table.personal}
        for table_name, grantee in database.rows(GRANTED):
            if table_name in mine:
                yield f"{grantee} may read the table {table_name} itself"
    else:
        yield f"whoever can read the file can read its tables: {database.dialect} has no rights inside"


def _views(database: Database, live: Mapping[str, LiveTable]) -> set[str]:
    if database.dialect != "postgres":
        return {quoted(name) for name, table in live.items() if table.is_view}
    listed = database.rows("select schemaname, viewname from pg_views")
    return {f"{quoted(schema)}.{quoted(name)}" for schema, name in listed}
