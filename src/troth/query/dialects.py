"""The same expression in the words of one database: what is said there otherwise than in SQLite."""

from __future__ import annotations

from sqlglot import exp


def written(expression: exp.Expr, dialect: str) -> str:
    """The statement as `sqlite`, `duckdb` or `postgres` reads it; the expression is used up.

    JSON is kept as text in all of them. What is asked of many rows is large: it is not copied.
    """
    if dialect == "postgres":
        for part in list(expression.find_all(exp.JSONExtractScalar)):
            part.set("this", exp.cast(part.this, "json"))
    return expression.sql(dialect=dialect, identify=True, copy=False)
