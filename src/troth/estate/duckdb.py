"""A DuckDB file, attached so that it cannot be written and reaches nothing outside itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from duckdb import Error, connect
from numpy import asarray

from troth.estate.database import Dialect, LiveColumn, LiveTable, Unusable

AT_ONCE = 10_000  # rows
# nothing outside: no files, no network, no extensions, no variables of the program around it
LOCKED = {
    "enable_external_access": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "python_enable_replacements": "false",
}


class Duck:
    dialect: Dialect = "duckdb"
    schema = "main"
    catalog = "company"  # as the file is called here: each connection has a database of its own

    def __init__(self, path: Path, writes: bool = False) -> None:
        self.path = path
        try:
            self.connection = connect(":memory:")
            mode = "" if writes else " (read_only)"
            self.connection.execute("set enable_progress_bar = false")
            name = str(path).replace("'", "''")
            self.connection.execute(f"attach '{name}' as {self.catalog}{mode}")
            self.connection.execute(f"use {self.catalog}")
            for setting, value in LOCKED.items():
                self.connection.execute(f"set {setting} = {value}")
            self.connection.execute("set lock_configuration = true")
        except Error:
            raise Unusable(f"{path} is no DuckDB database that can be read") from None

    def rows(self, statement: str, parameters: Sequence[Any] = ()) -> Iterator[tuple[Any, ...]]:
        asked = self.connection.execute(statement, list(parameters))
        while found := asked.fetchmany(AT_ONCE):
            yield from found

    def run(self, statement: str) -> None:
        self.connection.execute(statement)

    def fill(self, name: str, columns: Sequence[Sequence[Any]]) -> None:
        arrays = {f"c{n}": asarray(column) for n, column in enumerate(columns)}
        self.connection.register("troth_rows", arrays)
        self.connection.execute(f"insert into {name} select * from troth_rows")
        self.connection.unregister("troth_rows")

    def tables(self) -> Mapping[str, LiveTable]:
        columns: dict[str, list[LiveColumn]] = {}
        mine = "database_name = current_database() and schema_name = 'main'"
        for table, name, kind in self.rows(
            f"select table_name, column_name, data_type from duckdb_columns() where {mine} "
            "and not internal order by table_name, column_index"
        ):
            columns.setdefault(table, []).append(LiveColumn(name, kind))
        views = dict(
            self.rows(f"select view_name, sql from duckdb_views() where {mine} and not internal")
        )
        keys, references = self._constraints(mine)
        return {
            name: LiveTable(
                name,
                tuple(found),
                keys.get(name, ()),
                references.get(name, ()),
                views.get(name, ""),
            )
            for name, found in columns.items()
        }

    def _constraints(
        self, mine: str
    ) -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[tuple[str, str, str], ...]]]:
        keys: dict[str, tuple[str, ...]] = {}
        references: dict[str, tuple[tuple[str, str, str], ...]] = {}
        for table, kind, own, to, others in self.rows(
            "select table_name, constraint_type, constraint_column_names, referenced_table, "
            f"referenced_column_names from duckdb_constraints() where {mine}"
        ):
            if kind == "PRIMARY KEY":
                keys[table] = tuple(own)
            elif kind == "FOREIGN KEY":
                found = tuple((a, to, b) for a, b in zip(own, others, strict=False))
                references[table] = references.get(table, ()) + found
        return keys, references

    def close(self) -> None:
        self.connection.close()
