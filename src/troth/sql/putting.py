"""Permits put into rows: worked out for all rows of a table, or for those a condition names, and written where
they differ."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from troth.estate import Database, LiveTable, Map, Table
from troth.estate.database import quoted
from troth.sql.aims import Aim
from troth.sql.permits import Reckoning
from troth.sql.rows import Numbers, row_id
from troth.sql.standing import CIRCLES, WHOSE, column_of
from troth.sql.whose import Members

NEW = "troth_new"
AT_ONCE = 500  # numbers that one statement names


@dataclass(frozen=True, eq=False)
class Worked:
    """What was worked out for rows of a table: for each word, and whose they are, a number for each row."""

    keys: list[object]
    columns: Mapping[str, Numbers]
    circles: Mapping[int, Members]


def keeps_whose(database: Database) -> bool:
    """Whether the rows say whose they are: where they can be followed. A DuckDB file has one process."""
    return database.dialect != "duckdb"


def work_out(
    reckoned: Reckoning,
    database: Database,
    found: Map,
    table: Table,
    live: LiveTable,
    aims: Sequence[Aim],
    only: str = "",
) -> Worked:
    """The permits of the rows, bit by bit of aim. `only` is a condition on the table, which it calls t."""
    row = row_id(table, database.dialect, live)
    rows = reckoned.rows(database, found, table, row, only)
    columns = {column_of(word): np.zeros(len(rows.keys), dtype=np.int64) for word in table.words}
    for bit, aim in enumerate(aims):
        asked = reckoned.asked_for(aim)
        for word in table.words:
            allowed = reckoned.allowed(asked, word, rows)
            columns[column_of(word)] |= allowed.astype(np.int64) << bit
    if keeps_whose(database):
        columns[WHOSE] = rows.whose
    circles = rows.circles if keeps_whose(database) else {}
    return Worked(list(rows.keys), columns, circles)


def add_columns(database: Database, table: Table, live: LiveTable) -> None:
    """The columns of the permits, where they are not there."""
    name = f"{quoted(database.schema)}.{quoted(table.name)}"
    there = {column.name for column in live.columns}
    wanted = [column_of(word) for word in table.words]
    wanted += [WHOSE] if keeps_whose(database) else []
    for column in wanted:
        if column not in there:
            database.run(f"alter table {name} add column {quoted(column)} bigint")
    if keeps_whose(database):
        index = quoted(f"{WHOSE}_{table.name}"[:60])
        database.run(
            f"create index if not exists {index} on {quoted(table.name)} ({quoted(WHOSE)})"
        )


def put(
    database: Database,
    table: Table,
    live: LiveTable,
    worked: Worked,
    only: str = "",
    alike: str = "",
) -> int:
    """Change the rows whose permits differ; how many there were. `alike` is a table that says of each row (k)
    which it is like (first): then that one alone was worked out."""
    if not worked.keys:
        return 0
    name = f"{quoted(database.schema)}.{quoted(table.name)}"
    kinds = {"postgres": "text" if live.parts else "tid"}
    listed = ", ".join(f"w{n} bigint" for n in range(len(worked.columns)))
    database.run(f"create temp table {NEW} (k {kinds.get(database.dialect, 'bigint')}, {listed})")
    database.fill(NEW, [worked.keys, *(column.tolist() for column in worked.columns.values())])
    row = row_id(table, database.dialect, live).format(t="t")
    numbered = list(enumerate(map(quoted, worked.columns)))
    sets = ", ".join(f"{column} = n.w{at}" for at, column in numbered)
    unlike = "is not" if database.dialect == "sqlite" else "is distinct from"
    differs = " or ".join(f'"t".{column} {unlike} n.w{at}' for at, column in numbered)
    new = f"(select a.k, n.* exclude (k) from {alike} as a join {NEW} as n on n.k = a.first)"
    source = f"{new if alike else NEW} as n"
    which = f"({row}) = n.k and ({differs})" + (f" and {only}" if only else "")
    change = f'update {name} as "t" set {sets} from {source} where {which}'
    if database.dialect == "duckdb":  # it says how many there were
        ((count,),) = database.rows(change)
    else:
        ((count,),) = database.rows(f'select count(*) from {name} as "t", {source} where {which}')
        if count:
            database.run(change)
    database.run(f"drop table {NEW}")
    return int(count)


def of_whom(numbers: Iterable[int]) -> list[str]:
    """Conditions on a table, called t, for the rows of these people."""
    listed = sorted(numbers)
    return [
        f'"t".{quoted(WHOSE)} in ({", ".join(map(str, listed[first : first + AT_ONCE]))})'
        for first in range(0, len(listed), AT_ONCE)
    ]


def circles_of(database: Database, numbers: Iterable[int]) -> set[int]:
    """The circles in which somebody of these is."""
    listed = sorted(numbers)
    found: set[int] = set()
    for first in range(0, len(listed), AT_ONCE):
        some = ", ".join(map(str, listed[first : first + AT_ONCE]))
        asked = f"select circle from {quoted(database.schema)}.{CIRCLES} where whose in ({some})"
        found |= {int(circle) for (circle,) in database.rows(asked)}
    return found


def note_circles(database: Database, circles: Mapping[int, Members]) -> None:
    """Who is in each circle, where it is not noted yet."""
    pairs = [(member, circle) for circle, members in circles.items() for member in members]
    for first in range(0, len(pairs), AT_ONCE):
        values = ", ".join(f"({one}, {two})" for one, two in pairs[first : first + AT_ONCE])
        database.run(f"insert into {CIRCLES} values {values} on conflict do nothing")
