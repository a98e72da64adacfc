"""What a query may read: each table with its columns, and what stands in its place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from sqlglot import exp

# in these an unquoted and a quoted name mean the same whatever their case
CASELESS = ("sqlite", "duckdb", "spark")


@dataclass(frozen=True)
class Readable:
    """A table as a query may read it. `columns` have their types; `place` makes what is read instead
    of the table: a query whose columns are called `folded(name)`, or a view that has them. Where `bare` is given
    it makes the same with the plain columns unmasked, for a query in which nothing can fail."""

    name: str
    columns: Mapping[str, str]
    place: Callable[[], exp.Expr]
    shown: exp.Query | None = None  # what a view stands for, where the place is one
    bare: Callable[[], exp.Expr] | None = None


@dataclass(frozen=True)
class Tables:
    """All that a query of one connection may name. `taken` are names it may not give anything."""

    dialect: str
    tables: Mapping[str, Readable]
    views: Mapping[str, str] = field(default_factory=dict)  # the company's own, each with its query
    schemas: tuple[str, ...] = ()  # a table may be written with one of these before it
    taken: frozenset[str] = frozenset()

    def folded(self, name: str) -> str:
        """A name as the dialect compares names."""
        return folded(name, self.dialect)


def folded(name: str, dialect: str) -> str:
    return name.lower() if dialect in CASELESS else name
