"""The answer of one query at a time (PEP 249), on a connection with a purpose."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from troth.query import Parameters, read_statement
from troth.query.refused import refused

if TYPE_CHECKING:
    from troth.sql.connection import Connection


class Cursor:
    """What a query found; of a statement that writes, how many rows."""

    arraysize = 1000

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.description: list[tuple[Any, ...]] | None = None
        self.rowcount = -1
        self._rows: Sequence[tuple[Any, ...]] = []
        self._at = 0

    def execute(self, query: str, parameters: Parameters = None) -> Cursor:
        self.description, self.rowcount, self._rows, self._at = None, -1, [], 0
        statement = read_statement(query, self.connection.tables.dialect)
        if statement is not None:
            self.rowcount = self.connection.write(query, statement, parameters)
            return self
        instead, result = self.connection.run(query, parameters)
        self.description = [
            (name, kind, None, None, None, None, None)
            for name, kind in zip(instead.names, result.kinds, strict=True)
        ]
        self._rows, self.rowcount = result.rows, len(result.rows)
        return self

    def executemany(
        self, query: str, _several: Iterable[Sequence[Any] | Mapping[str, Any]]
    ) -> None:
        raise refused("Q603", "many statements at once are only for writing", query)

    def fetchone(self) -> tuple[Any, ...] | None:
        found = self.fetchmany(1)
        return found[0] if found else None

    def fetchmany(self, size: int | None = None) -> list[tuple[Any, ...]]:
        first, self._at = self._at, self._at + (self.arraysize if size is None else size)
        return list(self._rows[first : self._at])

    def fetchall(self) -> list[tuple[Any, ...]]:
        return self.fetchmany(len(self._rows))

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        while some := self.fetchmany():
            yield from some

    def setinputsizes(self, sizes: object) -> None:
        """Nothing to set."""

    def setoutputsize(self, size: object, column: object = None) -> None:
        """Nothing to set."""

    def close(self) -> None:
        self._rows = []
