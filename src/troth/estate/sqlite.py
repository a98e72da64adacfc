"""A SQLite file, opened so that it cannot be written."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from troth.estate.database import Dialect, LiveColumn, LiveTable, Unusable, quoted


class Sqlite:
    dialect: Dialect = "sqlite"
    schema = "main"

    def __init__(self, path: Path, writes: bool = False) -> None:
        try:
            self.connection = sqlite3.connect(
                f"{path.resolve().as_uri()}?mode={'rw' if writes else 'ro'}",
                uri=True,
                isolation_level=None,
            )
            self.connection.execute("select count(*) from sqlite_master").fetchone()
        except sqlite3.Error:
            raise Unusable(f"{path} is no SQLite database that can be read") from None

    @classmethod
    def over(cls, connection: Any) -> Sqlite:
        """One whose connection is open and in a transaction already, which is not ours to end."""
        made = cls.__new__(cls)
        made.connection = connection
        return made

    def rows(self, statement: str, parameters: Sequence[Any] = ()) -> Iterator[tuple[Any, ...]]:
        return iter(self.connection.execute(statement, parameters))

    def run(self, statement: str) -> None:
        self.connection.execute(statement)

    def fill(self, name: str, columns: Sequence[Sequence[Any]]) -> None:
        marks = ", ".join("?" for _ in columns)
        rows = zip(*columns, strict=True)
        self.connection.executemany(f"insert into {name} values ({marks})", rows)

    def tables(self) -> Mapping[str, LiveTable]:
        listed = self.rows(
            "select name, type, sql from sqlite_master "
            "where type in ('table', 'view') and name not like 'sqlite\\_%' escape '\\'"
        )
        return {
            name: self._table(name, sql if kind == "view" else "") for name, kind, sql in listed
        }

    def _table(self, name: str, definition: str) -> LiveTable:
        listed = list(self.rows(f"pragma table_xinfo({quoted(name)})"))
        columns = tuple(LiveColumn(row[1], row[2] or "") for row in listed if row[6] in (0, 2, 3))
        key = tuple(row[1] for row in sorted(listed, key=lambda row: row[5]) if row[5])
        return LiveTable(name, columns, key, tuple(self._references(name)), definition)

    def _references(self, name: str) -> Iterator[tuple[str, str, str]]:
        for _, _, table, own, other, *_ in self.rows(f"pragma foreign_key_list({quoted(name)})"):
            to = other or next(
                (r[1] for r in self.rows(f"pragma table_info({quoted(table)})") if r[5] == 1), ""
            )
            yield own, table, to

    def close(self) -> None:
        self.connection.close()
