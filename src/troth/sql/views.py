"""The same filters in the database itself: a view of each table for each purpose, for clients that know no Troth.

In PostgreSQL they are security-barrier views in a schema of their own for each purpose, and a role may read that
schema alone. A view tests the permits that stand in the rows, and shows nothing once they are past their time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from sqlglot import exp, parse_one

from troth.estate import Database, LiveTable, Map, Table
from troth.estate.database import quoted
from troth.sql.aims import LONGEST, Aim
from troth.sql.shield import plain
from troth.sql.standing import FRESH, META, WHOSE, Standing, shielded_in_row
from troth.sql.wall import columns_of

# the moment, written as the permits write theirs
MOMENTS = {
    "sqlite": "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')",
    "duckdb": "strftime(timezone('UTC', now()), '%Y-%m-%dT%H:%M:%S.%fZ')",
    "postgres": "to_char(now() at time zone 'utc', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')",
}


def schema_of(aim: Aim) -> str:
    """What the views of an aim are called after."""
    return f"troth_{aim.called}"


def role_of(company: str, aim: Aim) -> str:
    """Who may read the views of an aim, and nothing else."""
    called = aim.called
    return f"troth_{company.replace('-', '_')[: LONGEST - 7 - len(called)]}_{called}"


def view_of(database: Database, aim: Aim, table: str) -> str:
    """The name of a view, quoted."""
    if database.dialect == "postgres":
        return f"{quoted(schema_of(aim))}.{quoted(table)}"
    return quoted(f"{schema_of(aim)}_{table}")


def made(
    database: Database, found: Map, live: Mapping[str, LiveTable], standing: Standing
) -> Iterator[str]:
    """The statements that put the views in the place of those that were there."""
    for bit, aim in enumerate(standing.aims):
        if database.dialect == "postgres":
            yield from _schema(found.company, aim)
        for table in found.tables.values():
            name = view_of(database, aim, table.name)
            query = _query(database, table, live[table.name], 1 << bit, standing)
            if database.dialect == "postgres":
                yield f"create view {name} with (security_barrier) as {query}"
            else:
                yield f"drop view if exists {name}"
                yield f"create view {name} as {query}"
        if database.dialect == "postgres":
            schema, role = quoted(schema_of(aim)), quoted(role_of(found.company, aim))
            yield f"grant usage on schema {schema} to {role}"
            yield f"grant select on all tables in schema {schema} to {role}"


def stand(
    database: Database,
    found: Map,
    live: Mapping[str, LiveTable],
    before: Standing | None,
    standing: Standing,
) -> bool:
    """Whether the views are there, made for the very same."""
    if before is None:
        return False
    one, other = (
        (each.policy, each.mapped, each.aims, each.shared, each.company)
        for each in (before, standing)
    )
    return one == other and not any(_missing(database, found, live, standing.aims))


def _schema(company: str, aim: Aim) -> Iterator[str]:
    schema, role = quoted(schema_of(aim)), role_of(company, aim)
    yield f"drop schema if exists {schema} cascade"
    yield f"create schema {schema}"
    literal = exp.Literal.string(role).sql(dialect="postgres")
    yield (
        f"do $troth$ begin if not exists (select 1 from pg_roles where rolname = {literal}) "
        f"then create role {quoted(role)} nologin; end if; end $troth$"
    )


def _query(database: Database, table: Table, live: LiveTable, bit: int, standing: Standing) -> str:
    schema, dialect = database.schema, database.dialect
    if not table.personal:
        shown = tuple(columns_of(table, live))
        return plain(table, shown, schema, dialect).sql(dialect=dialect, identify=True)
    place = {column.name: number for number, column in enumerate(live.columns)}
    in_order = sorted(table.columns, key=lambda column: place[column.name])  # so `*` means the same
    query = shielded_in_row(replace(table, columns=tuple(in_order)), bit, schema, dialect)
    for condition in _holding(database, bit, standing):
        query = query.where(parse_one(condition, dialect=dialect))
    return query.sql(dialect=dialect, identify=True)


def _holding(database: Database, bit: int, standing: Standing) -> Iterator[str]:
    """What must be so for a view to show anything: its permits are of this policy and of now, what the store
    heard last is in them, and the row is of nobody of whom something was said meanwhile."""
    schema, dialect = database.schema, database.dialect
    heard = ""
    if standing.shared:  # the company's name is a word of letters, digits and hyphens
        heard = (
            f" and m.head = (select l.said from {schema}.ledger_trees as l "
            f"where l.company = '{standing.company}')"
        )
    yield (
        f"exists (select 1 from {schema}.{META} as m where m.policy = '{standing.policy}' "
        f"and m.valid_until > {MOMENTS[dialect]} and (m.closed & {bit}) = 0{heard})"
    )
    if dialect != "duckdb":
        yield f'not exists (select 1 from {schema}.{FRESH} as f where f.whose = "t"."{WHOSE}")'


# -- ways around -------------------------------------------------------------------------------------

GRANTED = """
    select g.table_name, g.grantee from information_schema.role_table_grants g
    join pg_tables t on t.schemaname = g.table_schema and t.tablename = g.table_name
    where g.table_schema = 'public' and g.privilege_type = 'SELECT' and g.grantee <> t.tableowner
    order by 1, 2
"""


def around(
    database: Database, found: Map, live: Mapping[str, LiveTable], aims: Sequence[Aim]
) -> Iterator[str]:
    """What lets somebody past the views: views that are missing, others who may read a table itself."""
    yield from _missing(database, found, live, aims)
    if database.dialect == "postgres":
        mine = {table.name for table in found.tables.values() if table.personal}
        for table_name, grantee in database.rows(GRANTED):
            if table_name in mine:
                yield f"{grantee} may read the table {table_name} itself"
    else:
        yield f"whoever can read the file can read its tables: {database.dialect} has no rights inside"


def _missing(
    database: Database, found: Map, live: Mapping[str, LiveTable], aims: Sequence[Aim]
) -> Iterator[str]:
    there = _views(database, live)
    for aim in aims:
        for table in found.tables.values():
            name = view_of(database, aim, table.name)
            if name not in there:
                yield f"there is no view {name.replace(chr(34), '')}"


def _views(database: Database, live: Mapping[str, LiveTable]) -> set[str]:
    if database.dialect != "postgres":
        return {quoted(name) for name, table in live.items() if table.is_view}
    listed = database.rows("select schemaname, viewname from pg_views")
    return {f"{quoted(schema)}.{quoted(name)}" for schema, name in listed}
