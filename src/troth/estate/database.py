"""A database that a company has: opened by its address, asked for its tables, never written to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

Dialect = Literal["sqlite", "duckdb", "postgres", "spark"]


@dataclass(frozen=True, slots=True)
class LiveColumn:
    name: str
    type: str


@dataclass(frozen=True)
class LiveTable:
    """A table or view as it stands in the database. `references` are (column, table, its column)."""

    name: str
    columns: tuple[LiveColumn, ...]
    key: tuple[str, ...] = ()
    references: tuple[tuple[str, str, str], ...] = ()
    definition: str = ""  # of a view
    parts: tuple[str, ...] = ()  # the tables that hold its rows, where it has none itself
    unread: str = ""  # why it is not read

    @property
    def is_view(self) -> bool:
        return bool(self.definition)


class Unusable(Exception):
    """A database that cannot be opened or read, told without what it holds."""


class Database(Protocol):
    """An open database, read and not written; temporary tables of our own apart."""

    dialect: Dialect
    schema: str  # its tables stand in

    def rows(self, statement: str, parameters: Sequence[Any] = ()) -> Iterator[tuple[Any, ...]]:
        """Every row that a statement of ours finds."""
        ...

    def run(self, statement: str) -> None:
        """A statement of ours that gives no rows."""
        ...

    def fill(self, name: str, columns: Sequence[Sequence[Any]]) -> None:
        """Rows for a temporary table of ours, column by column."""
        ...

    def tables(self) -> Mapping[str, LiveTable]:
        """Its tables and views by name."""
        ...

    def close(self) -> None: ...


def quoted(name: str) -> str:
    """A name as all three dialects write it."""
    return '"' + name.replace('"', '""') + '"'
