"""What every kind of database gives a connection: one unchanging view, a place for permits, a second wall.

The first wall is the rewritten query. The second is the database's own: it is told which tables a query
may reach, and refuses what the first should never have let through.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sqlglot import exp

from troth.estate import Database, LiveTable, Table
from troth.estate.lint import withheld
from troth.query import Readable, Rewritten
from troth.sql.permits import Permits


@dataclass(frozen=True)
class Result:
    """What a query gave: a name and a type for each column, and the rows."""

    kinds: tuple[Any, ...]
    rows: Sequence[tuple[Any, ...]]


class Halted(Exception):
    """A query that took too long, or that the database could not run. What the database said of it is
    not kept: it may name a value. The text, if any, is ours."""


class Wall(Protocol):
    """One connection to a database, from behind which queries are run."""

    @property
    def database(self) -> Database:
        """What is read; nothing of it is changed."""
        ...

    def readable(self, table: Table, live: LiveTable, row: str) -> Readable:
        """What stands for a table in a query."""
        ...

    def carrying(
        self, table: Table, live: LiveTable, row: str, marks: Sequence[exp.Expr]
    ) -> Readable:
        """The same for what is to be written, with columns more; asked after `readable`."""
        ...

    def standing(self, table: Table, live: LiveTable, bit: int) -> Readable:
        """The same where the permits stand in the rows; `bit` is that of the purpose."""
        ...

    def begin(self) -> None:
        """From here on the database is seen as it stands now."""
        ...

    def end(self) -> None: ...

    def state(self) -> object:
        """Another value than before where the data may be others than before."""
        ...

    def written(self) -> object:
        """Another value than before where anything may have been written meanwhile; None where it cannot tell."""
        ...

    def put(self, table: Table, permits: Permits) -> None:
        """The permits of a table, in place of those it had."""
        ...

    def run(self, query: Rewritten, seconds: float) -> Result:
        """Run a query behind the wall. `Halted` where it cannot be."""
        ...

    def close(self) -> None: ...


def unguessable(name: str) -> str:
    """A name that nobody who asks can know."""
    return f"troth_{name}_{secrets.token_hex(8)}"


def columns_of(table: Table, live: LiveTable) -> Mapping[str, str]:
    """The columns that may be named, with their types: those the map has, of a plain table all. They stand
    in the order of the table, so that `*` means what it means there."""
    hidden = withheld(table, live)
    mapped = {column.name for column in table.columns}
    return {
        column.name: column.type
        for column in live.columns
        if (column.name not in hidden if table.plain else column.name in mapped)
    }
