"""The statements that a session makes itself. One by equal columns is made once: that takes longer than running it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Delete, Select, Table, Update, bindparam, func, select, update
from sqlalchemy.sql.elements import ClauseElement
from sqlalchemy.sql.selectable import CompoundSelect

from troth.store.bound import bound
from troth.store.straight import COMPANY

__all__ = ["bound", "changing", "count", "equal_to", "must_be_executable", "newest", "select"]
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
    return select(table).where(*_are(table, full, null)).order_by(*order).limit(limit)


@lru_cache(maxsize=512)
def changing(
    table: Table, full: tuple[str, ...], null: tuple[str, ...], changed: tuple[str, ...]
) -> Update:
    """These columns changed to `new_NAME`, of the same rows."""
    new = {name: bindparam(f"new_{name}", type_=table.c[name].type) for name in changed}
    return update(table).where(*_are(table, full, null)).values(new)


def _are(
    table: Table, full: tuple[str, ...], null: tuple[str, ...]
) -> Iterator[ColumnElement[bool]]:
    yield table.c.company == bindparam(COMPANY)
    yield from (table.c[name] == bindparam(f"of_{name}") for name in full)
    yield from (table.c[name].is_(None) for name in null)


@lru_cache
def newest(table: Table) -> tuple[ColumnElement[Any], ...]:
    """The order of a history, the last first."""
    return table.c.at.desc(), table.c.id.desc()
