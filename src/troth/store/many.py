"""Many rows of one table at once, on PostgreSQL: by COPY, which takes a twentieth of what inserts take."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence, Sized
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Connection, Table
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import TypeDecorator

ENOUGH = 4  # rows for which it is worth it
_PLAIN = re.compile(r"insert into (\w+) \(([^()]+)\) values \(([^()]+)\)")
Values = Mapping[str, Any]


class Into(NamedTuple):
    """A COPY, and the names of the values it takes, in order."""

    statement: str
    names: tuple[str, ...]


def copies(connection: Connection, rows: Sized) -> bool:
    """Whether these rows are copied."""
    return len(rows) >= ENOUGH and connection.dialect.name == "postgresql"


def copy(connection: Connection, table: Table, rows: Sequence[Values]) -> None:
    """Add rows of equal columns, each with its company; values are as Python has them."""
    into, written = _prepared(table, tuple(rows[0]))
    ready = [[write(row[n]) for n, write in zip(into.names, written, strict=True)] for row in rows]
    copy_stored(connection, into, ready)


def copy_stored(connection: Connection, into: Into, rows: Iterable[Sequence[Any]]) -> None:
    """Add rows whose values are as they are stored, in the order of the names."""
    known = connection.dialect.loaded_dbapi.Error
    cursor: Any = connection.connection.cursor()
    try:
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
    names = tuple(value.removeprefix(":") for value in values)
    return Into(f"copy {found[1]} ({found[2]}) from stdin", names)


@lru_cache(maxsize=256)
def _prepared(table: Table, names: tuple[str, ...]) -> tuple[Into, list[Callable[[Any], Any]]]:
    listed = ", ".join(f'"{name}"' for name in names)
    into = Into(f'copy "{table.name}" ({listed}) from stdin', names)
    return into, [_write(table, name) for name in names]


def _write(table: Table, name: str) -> Callable[[Any], Any]:
    """How a value of the column is written: moments, days and JSON as the text that stands for them."""
    kind: Any = table.c[name].type
    if isinstance(kind, TypeDecorator):
        own: Any = kind.process_bind_param
        return lambda value: own(value, None)
    return lambda value: value
