"""Statements kept in a module and sent straight to the driver: their rows come as they are stored.

Sending a statement through SQLAlchemy costs ten times what finding a few rows does, and one ask reads
from several tables. So what every ask sends is compiled once for a dialect, bound to the company as any
other statement, and moments and JSON are read where they are used.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import CompoundSelect, Connection, Dialect, Select, String, TextClause, bindparam
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.compiler import SQLCompiler

from troth.store.bound import COMPANY, bound
from troth.store.many import copies, copy_stored, plain

AT_ONCE = 128  # of what one statement asks about at most
T = TypeVar("T")
Stored = tuple[Any, ...]  # one row: text, numbers and NULL


class _Compiled(NamedTuple):
    """A statement in the words of a dialect, its parameters by place or by name, its constants."""

    written: str
    names: Sequence[str]
    by_place: bool
    constants: dict[str, Any]

    def filled(self, company: str, parameters: Mapping[str, Any]) -> Any:
        values = {**self.constants, **parameters, COMPANY: company}
        if self.by_place:
            return tuple([values[name] for name in self.names])
        return {name: values[name] for name in self.names}

    def filled_each(self, company: str, rows: Iterable[Mapping[str, Any]]) -> list[Any]:
        same = {**self.constants, COMPANY: company}
        if not self.by_place:
            return [{**row, **same} for row in rows]
        pick = itemgetter(*self.names) if len(self.names) > 1 else lambda row: (row[COMPANY],)
        return [pick({**row, **same}) for row in rows]


class Straight:
    """One statement. Its parameters are text and numbers as the columns keep them; no lists."""

    def __init__(self, statement: Select[Any] | CompoundSelect[Any] | TextClause) -> None:
        if isinstance(statement, TextClause) and f":{COMPANY}" not in statement.text:
            raise ValueError(f"the statement names no :{COMPANY}; every statement is one company's")
        self._into = plain(statement.text) if isinstance(statement, TextClause) else None
        if isinstance(statement, TextClause):
            statement = statement.bindparams(bindparam(COMPANY, type_=String))
        self._statement = statement
        self._compiled: dict[str, _Compiled] = {}

    def fetch(
        self, connection: Connection, company: str, parameters: Mapping[str, Any]
    ) -> list[Stored]:
        """Every row it finds, or returns."""
        compiled = self._for(connection.dialect)
        filled = compiled.filled(company, parameters)
        cursor = connection.connection.cursor()
        try:
            cursor.execute(compiled.written, filled)
            return list(cursor.fetchall())
        except Exception as error:
            raise _told(connection, compiled, error) from error
        finally:
            cursor.close()

    def each(self, connection: Connection, company: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """Execute it once for each of the rows."""
        if self._into is not None and copies(connection, rows):
            whole = ({**row, COMPANY: company} for row in rows)
            ready = [[row[name] for name in self._into.names] for row in whole]
            copy_stored(connection, self._into, ready)
            return
        compiled = self._for(connection.dialect)
        filled = compiled.filled_each(company, rows)
        cursor: Any = connection.connection.cursor()
        try:
            if len(filled) == 1 and connection.dialect.name == "postgresql":
                cursor.waits = (
                    False  # for what it answers; nothing, but in a pipeline that is a message
                )
                cursor.execute(compiled.written, filled[0])
            else:
                cursor.executemany(compiled.written, filled)
        except Exception as error:
            raise _told(connection, compiled, error) from error
        finally:
            cursor.close()

    def _for(self, dialect: Dialect) -> _Compiled:
        found = self._compiled.get(dialect.name)
        if found is None:
            own = self._statement
            whole = own if isinstance(own, TextClause) else bound(own)
            compiled = whole.compile(dialect=dialect)
            assert isinstance(compiled, SQLCompiler)
            constants = {n: b.value for n, b in compiled.binds.items() if not b.required}
            names = (
                list(compiled.positiontup or ()) if compiled.positional else list(compiled.binds)
            )
            found = _Compiled(compiled.string, names, bool(compiled.positional), constants)
            self._compiled[dialect.name] = found
        return found


def _told(connection: Connection, compiled: _Compiled, error: Exception) -> BaseException:
    """The driver's error as SQLAlchemy tells it everywhere else; without values, which may be personal."""
    known = connection.dialect.loaded_dbapi.Error
    return DBAPIError.instance(
        compiled.written, None, error, known, hide_parameters=True, dialect=connection.dialect
    )


def chunks(things: Sequence[T]) -> Iterator[Sequence[T]]:
    """So many at a time as one statement may ask about, filled up with the last of them to one of a few
    lengths, so that a few statements serve all."""
    for first in range(0, len(things), AT_ONCE):
        some = things[first : first + AT_ONCE]
        length = 1 << (len(some) - 1).bit_length()
        yield [*some, *[some[-1]] * (length - len(some))]


def numbered(name: str, values: Iterable[T]) -> dict[str, T]:
    """Parameters `name_0` and on."""
    return {f"{name}_{number}": value for number, value in enumerate(values)}
