"""The statements that a session makes itself. One by equal columns is made once: that takes longer than running it."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Delete, Select, Table, Update, bindparam, func, select
from sqlalchemy.sql.elements import ClauseElement
from sqlalchemy.sql.selectable import CompoundSelect

from troth.store.bound import bound
from troth.store.straight import COMPANY

__all__ = ["bound", "count", "equal_to", "must_be_executable", "newest", "select"]
count = func.count


def must_be_executable(statement: ClauseElement) -> bool:
    """TypeError for what a session does not execute; whether the statement writes."""
    if not isinstance(statement, (Select, CompoundSelect, Update, Delete)):
        raise TypeError(
            "a session executes select, update and delete; use add() to insert, sql() for text"
        )
    return isinstance(statement, (Update, Delete))


@lru_cache(maxsize=512)
def equal_to(
    table: Table,
    full: tuple[str, ...],
    null: tuple[str, ...],
    order: tuple[ColumnElement[Any], ...],
    limit: int | None,
) -> Select[Any]:
    """The company's rows with these columns equal to `of_NAME`, and those NULL."""
    own = table.c.company == bindparam(COMPANY)
    equal = [table.c[name] == bindparam(f"of_{name}") for name in full]
    empty = [table.c[name].is_(None) for name in null]
    return select(table).where(own, *equal, *empty).order_by(*order).limit(limit)


@lru_cache
def newest(table: Table) -> tuple[ColumnElement[Any], ...]:
    """The order of a history, the last first."""
    return table.c.at.desc(), table.c.id.desc()
