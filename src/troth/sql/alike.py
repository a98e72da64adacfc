"""Rows that are alike in all that decides of them: one of each is worked out, and the others have its permits.

A table of ten million rows has few people and days beside that. Which rows are alike the database finds itself.
"""

from __future__ import annotations

from collections.abc import Mapping

from troth.estate import Database, LiveTable, Map, Table
from troth.estate.database import quoted
from troth.sql.paths import joined, paths, stamped

ENOUGH = 10_000  # rows from which on it is worth it
ALIKE, FIRST = "troth_alike", "troth_first"


class Alike:
    """The rows of a table by the first of those that are alike, until `close`."""

    table = ALIKE

    def __init__(self, database: Database, rows: int) -> None:
        self.database = database
        self.rows = rows
        self.only = f'"t".rowid in (select first from {FIRST})'

    def close(self) -> None:
        for name in (ALIKE, FIRST):
            self.database.run(f"drop table {name}")


def alike(
    database: Database, found: Map, table: Table, live: Mapping[str, LiveTable]
) -> Alike | None:
    """Which rows of a table are alike; none where that is not worth it, or a row may reach several others."""
    name = f"{quoted(database.schema)}.{quoted(table.name)}"
    if database.dialect != "duckdb" or not _single(found, table, live):
        return None
    ((rows,),) = database.rows(f"select count(*) from {name}")
    if rows < ENOUGH:
        return None
    source, deciding = _deciding(database, found, table)
    columns = ", ".join(f"{value} as c{n}" for n, value in enumerate(deciding))
    listed = ", ".join(f"c{n}" for n in range(len(deciding)))
    same = " and ".join(f"e.c{n} is not distinct from f.c{n}" for n in range(len(deciding)))
    each = f'select "t".rowid as k, {columns} from {source}'
    database.run(
        f"create temp table {FIRST} as select min(k) as first, {listed} from ({each}) group by all"
    )
    ((kinds,),) = database.rows(f"select count(*) from {FIRST}")
    if kinds > rows // 2:
        database.run(f"drop table {FIRST}")
        return None
    database.run(
        f"create temp table {ALIKE} as select e.k, f.first from ({each}) as e join {FIRST} as f on {same}"
    )
    return Alike(database, int(rows))


def _single(found: Map, table: Table, live: Mapping[str, LiveTable]) -> bool:
    """Whether each reference on the way leads to one row at most."""
    steps = {step for path in paths(found, table) for step in path.steps}
    return all(
        live[step.to].key == (step.to_column,) for step in steps | set(stamped(found, table)[1])
    )


def _deciding(database: Database, found: Map, table: Table) -> tuple[str, list[str]]:
    """All that is read of a row to decide of it, and where it stands."""
    schema = quoted(database.schema)
    base, _ = joined(table, (), schema)
    source, values = base, []
    for number, path in enumerate(paths(found, table)):
        written, last = joined(table, path.steps, schema, f"p{number}_")
        source += written.removeprefix(base)
        values += [f'"t".{quoted(path.link.column)} is null', f"{last}.{quoted(path.column)}"]
    given, steps = stamped(found, table)
    written, last = joined(table, steps, schema, "s")
    version = given.version.removeprefix("column ") if given.version.startswith("column ") else ""
    named = (given.at, version, given.place_column)
    values += [f"{last}.{quoted(column)}" for column in named if column]
    return source + written.removeprefix(base), values
