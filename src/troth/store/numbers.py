"""Numbers of rows: counted for each company and table, never given twice, none lost with a rollback.

The count stands in a table of its own and changes in the transaction that uses it. So a number is not
given again after its row was erased, and a transaction that dies leaves no gap.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from troth.store.straight import Straight
from troth.store.transaction import Over, Transaction


@cache
def _reserving(tables: tuple[str, ...], column: str) -> Straight:
    # rows written with numbers of their own (an import) are counted too: max() reads the key's index
    highest = [
        f"(select coalesce(max({column}), 0) from {table} where company = cast(:of_company as varchar))"
        for table in tables
    ]
    name = [f"cast(:name_{n} as varchar)" for n in range(len(tables))]
    count = [f"cast(:count_{n} as bigint)" for n in range(len(tables))]
    rows = ", ".join(
        f"(cast(:of_company as varchar), {name[n]}, {most} + {count[n]})"
        for n, most in enumerate(highest)
    )
    counts = " ".join(f"when {name[n]} then {count[n]}" for n in range(len(tables)))
    further = f"numbers.last + case numbers.name {counts} end"
    return Straight(
        f"insert into numbers (company, name, last) values {rows} "
        f"on conflict (company, name) do update set last = "
        f"case when {further} > excluded.last then {further} else excluded.last end "
        f"returning name, last"
    )


def reserve_each(
    transaction: Transaction, company: str, counts: Mapping[str, int], column: str = "id"
) -> dict[str, int]:
    """Take the next numbers of several of a company's tables at once, so many of each; the first of each."""
    tables = tuple(sorted(counts))
    if not tables:
        return {}
    asked = {f"name_{n}": table for n, table in enumerate(tables)}
    asked_for = {f"count_{n}": counts[table] for n, table in enumerate(tables)}
    found = _reserving(tables, column).fetch(transaction, company, asked | asked_for)
    return {table: int(last) - counts[table] + 1 for table, last in found}


def reserve(
    transaction: Transaction, company: str, table: str, count: int = 1, column: str = "id"
) -> int:
    """Take the next `count` numbers of a company's table; the first of them is returned."""
    return reserve_each(transaction, company, {table: count}, column)[table]


def next_number(context: Any) -> int:
    """The default of an `id` column: one number, where a row is inserted without."""
    company = context.get_current_parameters()["company"]
    return reserve(Over(context.root_connection), company, context.compiled.statement.table.name)
