"""Numbers of rows: counted for each company and table, never given twice, none lost with a rollback.

The count stands in a table of its own and changes in the transaction that uses it. So a number is not
given again after its row was erased, and a transaction that dies leaves no gap.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import BigInteger, Connection, bindparam, text

from troth.store.straight import Straight


@cache
def _reserving(table: str, column: str) -> Straight:
    # rows written with numbers of their own (an import) are counted too: max() reads the key's index
    highest = f"(select coalesce(max({column}), 0) from {table} where company = :of_company)"
    written = (
        f"insert into numbers (company, name, last) values (:of_company, :name, {highest} + :count) "
        f"on conflict (company, name) do update set last = :count + "
        f"case when numbers.last >= {highest} then numbers.last else {highest} end "
        f"returning last"
    )
    typed = text(written).bindparams(bindparam("count", type_=BigInteger))
    return Straight(typed)


def reserve(
    connection: Connection, company: str, table: str, count: int = 1, column: str = "id"
) -> int:
    """Take the next `count` numbers of a company's table; the first of them is returned."""
    asked = {"name": table, "count": count}
    ((last,),) = _reserving(table, column).fetch(connection, company, asked)
    return int(last) - count + 1


def next_number(context: Any) -> int:
    """The default of an `id` column: one number, where a row is inserted without."""
    company = context.get_current_parameters()["company"]
    return reserve(context.root_connection, company, context.compiled.statement.table.name)
