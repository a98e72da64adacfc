"""Whether nothing in a query can fail, whatever the rows hold.

A database may try the condition of who asks on rows that are left out of what stands for a table, and an
error would tell what stands there. In a query made of forms that have an answer for every value there is no error
to tell anything; what cannot be shown to be one counts as able to fail.
"""

from __future__ import annotations

from datetime import datetime

from sqlglot import exp
from sqlglot.optimizer.annotate_types import annotate_types
from sqlglot.schema import MappingSchema

# These have an answer for all values of their parts, or are worked out of rows that are let through.
HARMLESS = (
    *(exp.Select, exp.Subquery, exp.With, exp.CTE, exp.Table, exp.TableAlias, exp.From),
    *(exp.Group, exp.Order, exp.Ordered, exp.Distinct),
    *(exp.Alias, exp.Paren, exp.Column, exp.Identifier, exp.Literal, exp.Null, exp.Boolean),
    *(exp.Star, exp.Limit, exp.Offset),
    *(
        exp.DataType,
        exp.Count,
        exp.Min,
        exp.Max,
        exp.Window,
        exp.RowNumber,
        exp.Rank,
        exp.DenseRank,
    ),
)
TESTING = (exp.Where, exp.Having, exp.Qualify, exp.And, exp.Or, exp.Not)
COMPARED = (exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.Between, exp.In)
WHOLE = {exp.DType.TINYINT, exp.DType.SMALLINT, exp.DType.INT, exp.DType.BIGINT}
TEXT = {exp.DType.VARCHAR, exp.DType.TEXT, exp.DType.CHAR}
TIMES = {exp.DType.DATE, exp.DType.TIMESTAMP}
LONGEST = 18  # digits of a number that is a whole one whatever it is compared with


def cannot_fail(bound: exp.Query, columns: MappingSchema, dialect: str) -> bool:
    """Of a query whose columns are bound to their tables."""
    typed = annotate_types(bound.copy(), schema=columns, dialect=dialect)
    return all(_harmless(node) for node in typed.walk())


def _harmless(node: exp.Expr) -> bool:
    if isinstance(node, COMPARED):
        return not node.args.get("query") and _alike([*node.iter_expressions()])
    if isinstance(node, TESTING):
        return all(_test(part) for part in node.iter_expressions())
    if isinstance(node, exp.Join):
        on = node.args.get("on")
        return not node.args.get("using") and (on is None or _test(on))
    if isinstance(node, exp.Is):
        return isinstance(node.expression, exp.Null)
    if isinstance(node, exp.Sum):
        return _is(node.this, WHOLE)
    if isinstance(node, exp.Mod):
        return _is(node.this, WHOLE) and _number(node.expression) and int(node.expression.name) > 0
    return isinstance(node, HARMLESS) or _moment(node)


def _test(node: exp.Expr) -> bool:
    """Whether it is true or false as it stands: a text taken for a truth would be made into one, or fail."""
    inner = node.unnest()
    if isinstance(inner, exp.Column):
        return _is(inner, {exp.DType.BOOLEAN})
    return isinstance(inner, (*COMPARED, *TESTING, exp.Is, exp.Boolean))


def _alike(sides: list[exp.Expr]) -> bool:
    """Whether all are compared as what they are: nothing of a row is made into another type on the way."""
    counted = [side for side in sides if isinstance(side, (exp.Mod, exp.Count))]
    types = {_type(side) for side in sides if isinstance(side, exp.Column)}
    types |= {exp.DType.BIGINT for _ in counted}
    written = [side for side in sides if not isinstance(side, (exp.Column, exp.Mod, exp.Count))]
    if types and types <= WHOLE:
        return all(_number(side) for side in written)
    if len(types) == 1 and types <= TEXT:
        return all(isinstance(side, exp.Literal) and side.is_string for side in written)
    return len(types) == 1 and types <= TIMES and all(_moment(side) for side in written)


def _is(side: exp.Expr, types: set[exp.DType]) -> bool:
    return _type(side) in types


def _type(side: exp.Expr) -> exp.DType:
    return side.type.this if side.type is not None else exp.DType.UNKNOWN


def _number(side: exp.Expr) -> bool:
    return isinstance(side, exp.Literal) and side.name.isdigit() and len(side.name) <= LONGEST


def _moment(side: exp.Expr) -> bool:
    """A day or a moment written out as `'2014-01-01'` or `date '2014-01-01'`, and there is one."""
    if isinstance(side, exp.Cast):
        return _is(side, {exp.DType.DATE}) and _moment(side.this)
    try:
        return isinstance(side, exp.Literal) and bool(datetime.strptime(side.name, "%Y-%m-%d"))
    except ValueError:
        return False
