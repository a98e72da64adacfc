"""What empties a permit: triggers, so that a row changed since is not there until it is worked out anew.

DuckDB has no triggers: there permits are installed after each load.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from troth.estate import Database, LiveTable, Map, Table
from troth.estate.database import quoted
from troth.sql.paths import joined, paths, stamped
from troth.sql.rows import row_id
from troth.sql.standing import WHOSE, column_of, personal


def triggers(database: Database, found: Map, live: Mapping[str, LiveTable]) -> Iterator[str]:
    """The statements that put them in the place of those that were there."""
    if database.dialect == "duckdb":
        return
    for table in found.tables.values():
        if table.plain:
            continue
        for event in ("insert", "update", "delete"):
            statements = list(_emptying(database, found, live, table, event))
            yield from _trigger(database.dialect, found, table, event, statements)


def _emptying(
    database: Database, found: Map, live: Mapping[str, LiveTable], table: Table, event: str
) -> Iterator[str]:
    """What is to be emptied when a row of a table changes: its own permits, and those of the rows that
    reach their people or their stamp through it."""
    if event != "delete" and table.personal and database.dialect == "sqlite":
        some = ", ".join(quoted(column) for column in _emptied(table))
        yield (
            f"update {quoted(table.name)} set {_nulls(table)} "
            f"where rowid = new.rowid and coalesce({some}) is not null"
        )
    seen: set[str] = set()
    for other in personal(found):
        chains = [path.steps for path in paths(found, other)]
        chains.append(stamped(found, other)[1])
        for steps in chains:
            for place, step in enumerate(steps):
                if step.to != table.name:
                    continue
                source, last = joined(other, steps[:place], quoted(database.schema))
                values = {
                    "insert": f"(new.{quoted(step.to_column)})",
                    "delete": f"(old.{quoted(step.to_column)})",
                    "update": f"(old.{quoted(step.to_column)}, new.{quoted(step.to_column)})",
                }[event]
                row = row_id(other, database.dialect, live[other.name])
                within = (
                    f"select {row.format(t='t')} from {source} "
                    f"where {last}.{quoted(step.column)} in {values}"
                )
                mine = row.format(t=other.name.replace('"', '""'))
                statement = (
                    f"update {quoted(other.name)} set {_nulls(other)} where {mine} in ({within})"
                )
                if statement not in seen:
                    seen.add(statement)
                    yield statement


def _nulls(table: Table) -> str:
    return ", ".join(f"{quoted(column)} = null" for column in _emptied(table))


def _emptied(table: Table) -> list[str]:
    return [*map(column_of, table.words), WHOSE]


def _decisive(found: Map, table: Table) -> list[str]:
    """The columns from which a permit is worked out, of this table's rows or of others'."""
    given = table.given
    version = given.version.removeprefix("column ") if given.version.startswith("column ") else ""
    own = [link.column for link in table.people]
    own += [c for c in (given.at, given.place_column, version) if c]
    for other in found.tables.values():
        own += [link.to_column for link in other.people if link.to == table.name]
    return list(dict.fromkeys(own))


def _trigger(
    dialect: str, found: Map, table: Table, event: str, statements: list[str]
) -> Iterator[str]:
    name, on = quoted(f"troth_{event}_{table.name}"), quoted(table.name)
    decisive = ", ".join(map(quoted, _decisive(found, table)))
    if not decisive:
        return
    when = f"update of {decisive}" if event == "update" else event
    if dialect == "sqlite":
        yield f"drop trigger if exists {name}"
        if statements:
            yield f"create trigger {name} after {when} on {on} begin {'; '.join(statements)}; end"
        return
    own = [f"new.{quoted(column)} := null" for column in _emptied(table)]
    mine = own if event != "delete" and table.personal else []  # a copied row has no permits
    back = "old" if event == "delete" else "new"
    body = "; ".join((*mine, *statements, f"return {back}"))
    yield (
        f"create or replace function {name}() returns trigger language plpgsql as "
        f"$troth$ begin {body}; end $troth$"
    )
    yield f"drop trigger if exists {name} on {on}"
    yield f"create trigger {name} before {when} on {on} for each row execute function {name}()"
