"""Many rows of one table at once, on PostgreSQL: by COPY, which takes a twentieth of what inserts take.

Inside a pipeline, where statements go out without waiting for one another, COPY cannot be: there a statement
takes each column whole, as an array.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence, Sized
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from troth.store.transaction import Transaction

if TYPE_CHECKING:
    from sqlalchemy import Connection, Dialect, Table

ENOUGH = 4  # rows for which it is worth it
_PLAIN = re.compile(r"insert into (\w+) \(([^()]+)\) values \(([^()]+)\)")
_BETWEEN = "\0"  # no text of PostgreSQL has it
Values = Mapping[str, Any]


class Into(NamedTuple):
    """A COPY, and the names of the values it takes, in order: for each of the columns one."""

    table: str
    columns: tuple[str, ...]
    names: tuple[str, ...]

    @property
    def statement(self) -> str:
        listed = ", ".join(f'"{column}"' for column in self.columns)
        return f'copy "{self.table}" ({listed}) from stdin'


def copies(transaction: Transaction, rows: Sized) -> bool:
    """Whether these rows are copied."""
    if transaction.kind != "postgresql":
        return False
    return len(rows) >= ENOUGH or _piped(transaction.connection)


def settle(transaction: Transaction) -> None:
    """Wait for what was sent in a pipeline: what is wrong with it is raised here."""
    if transaction.kind == "postgresql" and _piped(transaction.connection):
        transaction.connection.exec_driver_sql("select 1")


def _piped(connection: Connection) -> bool:
    driver: Any = connection.connection.driver_connection
    return bool(driver.pgconn.pipeline_status)


def copy(connection: Connection, table: Table, rows: Sequence[Values]) -> None:
    """Add rows of equal columns, each with its company; values are as Python has them."""
    into, written = _prepared(table, tuple(rows[0]))
    ready = [[write(row[n]) for n, write in zip(into.names, written, strict=True)] for row in rows]
    copy_stored(connection, into, ready)


def copy_stored(connection: Connection, into: Into, rows: Iterable[Sequence[Any]]) -> None:
    """Add rows whose values are as they are stored, in the order of the names."""
    from sqlalchemy.exc import DBAPIError

    known = connection.dialect.loaded_dbapi.Error
    cursor: Any = connection.connection.cursor()
    try:
        if _piped(connection):
            cursor.waits = False
            arrays = [_array(column) for column in zip(*rows, strict=True)]
            cursor.execute(_spread(connection.dialect, into.table, into.columns), arrays)
            return
        with cursor.copy(into.statement) as open_copy:
            for row in rows:
                open_copy.write_row(row)
    except known as error:
        raise DBAPIError.instance(
            into.statement, None, error, known, hide_parameters=True, dialect=connection.dialect
        ) from error
    finally:
        cursor.close()


def plain(written: str) -> Into | None:
    """The COPY that does what an insert does which gives every column a parameter; None for another."""
    found = _PLAIN.fullmatch(written)
    values = [value.strip() for value in found[3].split(",")] if found else []
    if found is None or not all(re.fullmatch(r":\w+", value) for value in values):
        return None
    columns = tuple(column.strip() for column in found[2].split(","))
    return Into(found[1], columns, tuple(value.removeprefix(":") for value in values))


@lru_cache(maxsize=256)
def _prepared(table: Table, names: tuple[str, ...]) -> tuple[Into, list[Callable[[Any], Any]]]:
    return Into(table.name, names, names), [_write(table, name) for name in names]


@lru_cache(maxsize=256)
def _spread(dialect: Dialect, table: str, columns: tuple[str, ...]) -> str:
    """An insert of rows that come as one array for each column."""
    from troth.store.tables import metadata  # which count their rows by what is here

    kinds = [metadata.tables[table].c[name].type.compile(dialect) for name in columns]
    listed = ", ".join(f'"{name}"' for name in columns)
    arrays = ", ".join(f"%s::{kind}[]" for kind in kinds)
    return f'insert into "{table}" ({listed}) select * from unnest({arrays})'


def _array(values: Sequence[Any]) -> str:
    """An array as PostgreSQL writes it. Most columns are all text or all numbers: these are written at once."""
    kinds = set(map(type, values))
    if kinds == {int}:
        return "{" + ",".join(map(str, values)) + "}"
    if kinds == {str}:
        whole = _BETWEEN.join(values)
        if whole.count(_BETWEEN) == len(values) - 1:
            return '{"' + _escaped(whole).replace(_BETWEEN, '","') + '"}'
    return "{" + ",".join(map(_element, values)) + "}"


def _element(value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bytes):
        value = f"\\x{value.hex()}"
    if isinstance(value, str):
        return f'"{_escaped(value)}"'
    return str(value)  # a number, or True and False, which it reads in any case


def _write(table: Table, name: str) -> Callable[[Any], Any]:
    """How a value of the column is written: moments, days and JSON as the text that stands for them."""
    from sqlalchemy.types import TypeDecorator

    kind: Any = table.c[name].type
    if isinstance(kind, TypeDecorator):
        own: Any = kind.process_bind_param
        return lambda value: own(value, None)
    return lambda value: value


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
