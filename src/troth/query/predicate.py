"""A formula as a SQL expression: the atoms are bound by whoever knows the rows, the rest is AND, OR, NOT."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from sqlglot import exp

from troth.language.formula import Atom, Formula, fold

Binding = Callable[[Atom], exp.Expr]


def predicate(formula: Formula, binding: Binding) -> exp.Expr:
    """The formula in SQL. Every atom's expression must be true or false, never NULL."""
    return fold(
        formula,
        binding,
        lambda part: exp.Not(this=exp.Paren(this=part)),
        lambda parts: _joined(parts, exp.And, exp.true()),
        lambda parts: _joined(parts, exp.Or, exp.false()),
    )


def residual_predicate(
    residuals: Iterable[tuple[tuple[int, ...], Formula]], stamp: exp.Expr, binding: Binding
) -> exp.Expr:
    """Row by row, the formula of the row's own stamp: `stamp in (…) and …`, joined by OR.

    `residuals` pairs the numbers of stamps with the formula they share; a stamp that is in none of
    them is not allowed.
    """
    cases: list[exp.Expr] = []
    for numbers, formula in residuals:
        if numbers:
            mine = exp.In(this=stamp.copy(), expressions=[exp.Literal.number(n) for n in numbers])
            cases.append(exp.And(this=mine, expression=exp.Paren(this=predicate(formula, binding))))
    return _joined(cases, exp.Or, exp.false())


def _joined(parts: list[exp.Expr], connector: type[exp.Connector], empty: exp.Expr) -> exp.Expr:
    if not parts:
        return empty
    joined = parts[0]
    for part in parts[1:]:
        joined = connector(this=joined, expression=part)
    return joined if len(parts) == 1 else exp.Paren(this=joined)
