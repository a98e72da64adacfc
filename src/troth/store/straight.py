"""Statements kept in a module and sent straight to the driver: their rows come as they are stored.

Sending a statement through SQLAlchemy costs ten times what finding a few rows does, and one ask reads
from several tables. So what every ask sends is compiled once for a dialect, bound to the company as any
other statement, and moments and JSON are read where they are used.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from troth.store.many import copies, copy_stored, plain
from troth.store.transaction import Transaction

if TYPE_CHECKING:
    from sqlalchemy import CompoundSelect, Connection, Select

COMPANY = "of_company"  # the parameter that binds a statement to its company
_NAMED = re.compile(r"(?<!:):(\w+)")
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
    """One statement. Its parameters are text and numbers as the columns keep them; no lists.

    Written as SQL it needs no SQLAlchemy, names `:of_company` for every table itself (a test holds it to that), and
    means the same to SQLite and PostgreSQL. `locks`: the row is held against other writers where the database can.
    """

    def __init__(
        self, statement: str | Select[Any] | CompoundSelect[Any], locks: bool = False
    ) -> None:
        if isinstance(statement, str) and f":{COMPANY}" not in statement:
            raise ValueError(f"the statement names no :{COMPANY}; every statement is one company's")
        self._into = plain(statement) if isinstance(statement, str) else None
        self.statement, self._locks = statement, locks
        self._compiled: dict[str, _Compiled] = {}

    def fetch(
        self, transaction: Transaction, company: str, parameters: Mapping[str, Any]
    ) -> list[Stored]:
        """Every row it finds, or returns."""
        compiled = self._compiled.get(transaction.kind) or self._for(transaction)
        filled = compiled.filled(company, parameters)
        cursor = transaction.cursor()
        try:
            cursor.execute(compiled.written, filled)
            return list(cursor.fetchall())
        except Exception as error:
            raise _told(transaction.connection, compiled, error) from error
        finally:
            cursor.close()

    def each(
        self, transaction: Transaction, company: str, rows: Sequence[Mapping[str, Any]]
    ) -> None:
        """Execute it once for each of the rows."""
        if self._into is not None and copies(transaction, rows):
            whole = ({**row, COMPANY: company} for row in rows)
            ready = [[row[name] for name in self._into.names] for row in whole]
            copy_stored(transaction.connection, self._into, ready)
            return
        compiled = self._compiled.get(transaction.kind) or self._for(transaction)
        filled = compiled.filled_each(company, rows)
        cursor: Any = transaction.cursor()
        try:
            if len(filled) == 1 and transaction.kind == "postgresql":
                cursor.waits = (
                    False  # for what it answers; nothing, but in a pipeline that is a message
                )
                cursor.execute(compiled.written, filled[0])
            else:
                cursor.executemany(compiled.written, filled)
        except Exception as error:
            raise _told(transaction.connection, compiled, error) from error
        finally:
            cursor.close()

    def _for(self, transaction: Transaction) -> _Compiled:
        own = self.statement
        found = (
            _in_words_of(transaction.kind, own, self._locks)
            if isinstance(own, str)
            else _compiled(own, transaction.connection)
        )
        self._compiled[transaction.kind] = found
        return found


def _in_words_of(kind: str, written: str, locks: bool) -> _Compiled:
    names = _NAMED.findall(written)
    if kind == "sqlite":
        return _Compiled(_NAMED.sub("?", written), names, True, {})
    named = _NAMED.sub(r"%(\1)s", written.replace("%", "%%"))
    return _Compiled(
        named + (" for update" if locks else ""), list(dict.fromkeys(names)), False, {}
    )


def _compiled(statement: Select[Any] | CompoundSelect[Any], connection: Connection) -> _Compiled:
    from sqlalchemy.sql.compiler import SQLCompiler

    from troth.store.bound import bound

    compiled = bound(statement).compile(dialect=connection.dialect)
    assert isinstance(compiled, SQLCompiler)
    constants = {n: b.value for n, b in compiled.binds.items() if not b.required}
    by_place = bool(compiled.positional)
    names = list(compiled.positiontup or ()) if by_place else list(compiled.binds)
    return _Compiled(compiled.string, names, by_place, constants)


def _told(connection: Connection, compiled: _Compiled, error: Exception) -> BaseException:
    """The driver's error as SQLAlchemy tells it everywhere else; without values, which may be personal."""
    from sqlalchemy.exc import DBAPIError

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


def listed(name: str, count: int) -> str:
    """The same parameters as SQL lists them: `(:name_0, :name_1)`."""
    return f"({', '.join(f':{name}_{number}' for number in range(count))})"


def numbered(name: str, values: Iterable[T]) -> dict[str, T]:
    """Parameters `name_0` and on."""
    return {f"{name}_{number}": value for number, value in enumerate(values)}
