"""A statement bound to one company: every table it names, at any depth, is read for that company alone.

A forgotten `where company = …` would show one company's people to another. So it is not left to whoever
writes the statement: the condition is added to each select, and to the `on` of each outer join.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Join, Select, TableClause, and_, bindparam, select
from sqlalchemy.sql import visitors
from sqlalchemy.sql.elements import ClauseElement
from sqlalchemy.sql.selectable import AliasedReturnsRows

from troth.store.straight import COMPANY  # what a bound statement asks for


@lru_cache(maxsize=512)
def bound(statement: ClauseElement) -> ClauseElement:
    """The same statement with the company added wherever a table is named; executed with `COMPANY`.

    A statement kept in a module is bound once: binding takes about as long as reading a row.
    """
    plain = [part for part in visitors.iterate(statement) if _is_plain(part)]
    visits = {"select": _select, "join": _join, "update": _change, "delete": _change}
    return visitors.cloned_traverse(statement, {"stop_on": plain}, visits)


def _select(element: Any) -> None:
    for condition in _own(element.get_final_froms()):
        Select.where.non_generative(element, condition)  # type: ignore[attr-defined]


def _join(element: Any) -> None:
    if element.full:
        raise TypeError("a full outer join cannot be bound to one company; use two selects")
    if element.isouter:
        element.onclause = and_(element.onclause, *_own([element.right]))


def _change(element: Any) -> None:
    named = [element.table]
    if element.whereclause is not None:
        beside = select(element.table).where(element.whereclause).get_final_froms()
        named += [part for part in beside if part is not element.table]
    for condition in _own(named):
        type(element).where.non_generative(element, condition)


def _is_plain(part: Any) -> bool:
    """A table under another name: kept as it is, so that its columns still mean it."""
    return isinstance(part, AliasedReturnsRows) and isinstance(part.element, TableClause)


def _own(froms: Iterable[FromClause]) -> list[ColumnElement[bool]]:
    return [table.c.company == bindparam(COMPANY) for table in _tables(froms)]


def _tables(froms: Iterable[FromClause]) -> Iterator[FromClause]:
    """The tables a list of froms requires to have a row: not those right of an outer join."""
    for part in froms:
        if isinstance(part, Join):
            yield from _tables([part.left] if part.isouter else [part.left, part.right])
        elif isinstance(part, TableClause) or _is_plain(part):
            yield part
