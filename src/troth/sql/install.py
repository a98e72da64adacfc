"""Installing permits in a company's database, and keeping them: worked out in bulk, changed only where they differ.

What the permit of a row was worked out from may change under it. In SQLite and PostgreSQL a trigger then
empties the permit, and the row is not there until it is worked out anew; DuckDB has no triggers, so there
permits are installed after each load.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from troth.estate import Database, Map, Table
from troth.estate.database import quoted
from troth.sql.paths import joined, paths, stamped
from troth.sql.permits import Basis, Reckoning
from troth.sql.rows import Numbers, row_id
from troth.sql.standing import (
    MOST_PURPOSES,
    Standing,
    column_of,
    digest_of,
    personal,
    said,
)

NEW = "troth_new"


@dataclass(frozen=True)
class Installed:
    """What was done: for each table its rows, and how many permits were others than before."""

    standing: Standing
    rows: dict[str, int]
    changed: dict[str, int]


def install(
    database: Database,
    found: Map,
    basis: Basis,
    purposes: Sequence[str],
    now: datetime,
    only_look: bool = False,
) -> Installed:
    """Put the permits for these purposes into the rows, in one transaction. `only_look` tells what would
    change and takes it all back."""
    if not 0 < len(purposes) <= MOST_PURPOSES:
        raise ValueError(f"give one to {MOST_PURPOSES} purposes")
    database.run("begin")
    try:
        installed = _installed(database, found, basis, purposes, now)
        database.run("rollback" if only_look else "commit")
    except BaseException:
        database.run("rollback")
        raise
    return installed


def _installed(
    database: Database, found: Map, basis: Basis, purposes: Sequence[str], now: datetime
) -> Installed:
    rows: dict[str, int] = {}
    changed: dict[str, int] = {}
    with basis.store.reading(basis.meaning.policy.name) as session:
        reckoned = Reckoning(basis, session, now)
        for table in personal(found):
            keys, words = _worked_out(reckoned, database, found, table, purposes)
            rows[table.name] = len(keys)
            changed[table.name] = _put(database, table, keys, words)
        until, head = reckoned.holds_until(), reckoned.head
    for statement in _triggers(database, found):
        database.run(statement)
    digest = digest_of(basis.meaning.policy, found)
    standing = Standing(found.name, digest, head, until, tuple(purposes))
    for statement in said(standing):
        database.run(statement)
    return Installed(standing, rows, changed)


def _worked_out(
    reckoned: Reckoning, database: Database, found: Map, table: Table, purposes: Sequence[str]
) -> tuple[list[object], dict[str, Numbers]]:
    """The number of each row, and for each word the permits of the rows, bit by bit of purpose."""
    live = database.tables()[table.name]
    row = row_id(table, database.dialect, {c.name: c.type for c in live.columns})
    rows = reckoned.rows(database, found, table, row)
    words = {word: np.zeros(len(rows.keys), dtype=np.int64) for word in table.words}
    for bit, purpose in enumerate(purposes):
        for word in table.words:
            ask = replace(reckoned.asked.ask, purpose=purpose)
            allowed = reckoned.allowed(ask, table, word, rows)
            words[word] |= allowed.astype(np.int64) << bit
    return list(rows.keys), words


def _put(database: Database, table: Table, keys: list[object], words: dict[str, Numbers]) -> int:
    """Change the rows whose permits differ; how many there were."""
    name = f"{quoted(database.schema)}.{quoted(table.name)}"
    there = {column.name for column in database.tables()[table.name].columns}
    columns = {word: quoted(column_of(word)) for word in words}
    for word, column in columns.items():
        if column_of(word) not in there:
            database.run(f"alter table {name} add column {column} bigint")
    kind = "tid" if database.dialect == "postgres" else "bigint"
    listed = ", ".join(f"w{n} bigint" for n in range(len(words)))
    database.run(f"create temp table {NEW} (k {kind}, {listed})")
    database.fill(NEW, [keys, *(column.tolist() for column in words.values())])
    live = database.tables()[table.name]
    row = row_id(table, database.dialect, {c.name: c.type for c in live.columns})
    target = quoted(table.name)
    sets = ", ".join(f"{c} = n.w{at}" for at, c in enumerate(columns.values()))
    differs = " or ".join(
        f"{target}.{c} is distinct from n.w{at}" for at, c in enumerate(columns.values())
    )
    if database.dialect == "sqlite":
        differs = differs.replace("is distinct from", "is not")
    matched = f"from {NEW} as n where {target}.{row} = n.k and ({differs})"
    counted = next(
        database.rows(
            f"select count(*) from {name}, {NEW} as n where {target}.{row} = n.k and ({differs})"
        )
    )
    if counted[0]:
        database.run(f"update {name} set {sets} {matched}")
    database.run(f"drop table {NEW}")
    return int(counted[0])


# -- what empties a permit ---------------------------------------------------------------------------


def _triggers(database: Database, found: Map) -> Iterator[str]:
    if database.dialect == "duckdb":
        return
    for table in found.tables.values():
        if table.plain:
            continue
        for event in ("insert", "update", "delete"):
            statements = list(_emptying(database, found, table, event))
            yield from _trigger(database.dialect, found, table, event, statements)


def _emptying(database: Database, found: Map, table: Table, event: str) -> Iterator[str]:
    """What is to be emptied when a row of a table changes: its own permits, and those of the rows that
    reach their people or their stamp through it."""
    row = {"sqlite": "rowid", "postgres": "ctid"}[database.dialect]
    if event == "update" and table.personal and database.dialect == "sqlite":
        yield f"update {quoted(table.name)} set {_nulls(table)} where rowid = new.rowid"
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
                within = (
                    f"select t.{row} from {source} where {last}.{quoted(step.column)} in {values}"
                )
                statement = (
                    f"update {quoted(other.name)} set {_nulls(other)} where {row} in ({within})"
                )
                if statement not in seen:
                    seen.add(statement)
                    yield statement


def _nulls(table: Table) -> str:
    return ", ".join(f"{quoted(column_of(word))} = null" for word in table.words)


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
    own = [f"new.{quoted(column_of(word))} := null" for word in table.words]
    mine = own if event == "update" and table.personal else []
    back = "old" if event == "delete" else "new"
    body = "; ".join((*mine, *statements, f"return {back}"))
    yield (
        f"create or replace function {name}() returns trigger language plpgsql as "
        f"$troth$ begin {body}; end $troth$"
    )
    yield f"drop trigger if exists {name} on {on}"
    yield f"create trigger {name} before {when} on {on} for each row execute function {name}()"
