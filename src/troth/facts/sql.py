"""SQL fragments with literals put in as literals: written once in SQLite's words, generated for any dialect.

The library that reads SQL is loaded with the first fragment: who only decides never waits for it.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlglot import exp

Value = str | int | bool | None | tuple[str, ...]


@lru_cache(maxsize=512)
def _parsed(template: str) -> exp.Expr:
    from sqlglot import parse_one

    return parse_one(template, dialect="sqlite")


def sql(template: str, **values: Value) -> exp.Expr:
    """The template as an expression, each `:name` replaced by its value, never by text of SQL.

    `x in (:names)` takes a tuple; an empty one is false.
    """
    from sqlglot import exp

    tree = _parsed(template).copy()
    for mark in list(tree.find_all(exp.Placeholder)):
        value = values[str(mark.this)]
        if isinstance(value, tuple):
            within = mark.parent
            assert isinstance(within, exp.In)
            if not value:
                within.replace(exp.false())
            else:
                within.set("expressions", [exp.Literal.string(v) for v in value])
        else:
            mark.replace(literal(value))
    return tree


def literal(value: str | int | bool | None) -> exp.Expr:
    """One value as a SQL literal."""
    from sqlglot import exp

    if value is None:
        return exp.null()
    if isinstance(value, bool):
        return truth(value)
    if isinstance(value, int):
        return exp.Literal.number(value)
    return exp.Literal.string(value)


def truth(value: bool) -> exp.Expr:
    """A boolean constant."""
    from sqlglot import exp

    return exp.true() if value else exp.false()


def negated(part: exp.Expr) -> exp.Expr:
    """The opposite."""
    from sqlglot import exp

    return exp.Not(this=part)
