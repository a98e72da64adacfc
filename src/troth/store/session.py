"""A session: one transaction of one company. What it asks, adds, changes and removes is that company's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from troth.store.many import copies, copy, settle
from troth.store.numbers import reserve_each
from troth.store.straight import COMPANY, Stored, Straight
from troth.store.transaction import Transaction

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection, CursorResult, Row, Select, Table
    from sqlalchemy.sql.elements import ClauseElement

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Session:
    """A transaction bound to `company`. `connection` is SQLAlchemy's of the transaction; use it for nothing else."""

    company: str
    transaction: Transaction = field(repr=False)
    writes: bool = False
    noted: list[Any] = field(default_factory=list, repr=False, compare=False)  # by the ledger

    @property
    def connection(self) -> Connection:
        return self.transaction.connection

    # -- asking ----------------------------------------------------------------------------------

    def execute(
        self, statement: ClauseElement, parameters: Values | None = None
    ) -> CursorResult[Any]:
        """Any select, update or delete, with the company added to every table in it, at any depth."""
        from troth.store.statements import bound, must_be_executable

        if must_be_executable(statement):
            self.require_writing()
        given = {**(parameters or {}), COMPANY: self.company}
        return self.connection.execute(bound(statement), given)  # type: ignore[call-overload, no-any-return]

    def sql(self, statement: str, **parameters: Any) -> CursorResult[Any]:
        """SQL as text, made elsewhere. It must say `:company` itself; the session fills it in."""
        from sqlalchemy import text

        if ":company" not in statement:
            raise ValueError("the statement names no :company; every statement is one company's")
        return self.connection.execute(text(statement), {**parameters, "company": self.company})

    def fetch(self, statement: Straight, **parameters: Any) -> list[Stored]:
        """A statement kept for what is read very often: rows as they are stored."""
        return statement.fetch(self.transaction, self.company, parameters)

    def rows(
        self,
        table: Table,
        *where: ColumnElement[bool],
        order: Sequence[ColumnElement[Any]] = (),
        limit: int | None = None,
        **equal: Any,
    ) -> list[Row[Any]]:
        """The company's rows of a table: `rows(t.fields, record=7)`. `name=None` asks for NULL."""
        from troth.store.statements import equal_to, select

        if where:
            statement = self._narrowed(select(table), table, where, equal)
            return list(self.connection.execute(statement.order_by(*order).limit(limit)))
        kept = equal_to(table, *_told_apart(equal), tuple(order), limit)
        return list(self.connection.execute(kept, self._given(equal)))

    def one(self, table: Table, *where: ColumnElement[bool], **equal: Any) -> Row[Any] | None:
        """The one row, or none. More than one is an error of the caller."""
        from troth.store.statements import equal_to, select

        if where:
            statement = self._narrowed(select(table), table, where, equal)
            return self.connection.execute(statement).one_or_none()
        kept = equal_to(table, *_told_apart(equal), (), None)
        return self.connection.execute(kept, self._given(equal)).one_or_none()

    def latest(self, table: Table, *where: ColumnElement[bool], **equal: Any) -> Row[Any] | None:
        """The row of a history that stands: the last by moment, then by number."""
        from troth.store.statements import newest

        return next(iter(self.rows(table, *where, order=newest(table), limit=1, **equal)), None)

    def count(self, table: Table, *where: ColumnElement[bool], **equal: Any) -> int:
        """How many rows of the company there are."""
        from troth.store.statements import count, select

        statement = self._narrowed(select(count()).select_from(table), table, where, equal)
        return int(self.connection.execute(statement).scalar_one())

    def _narrowed(
        self,
        statement: Select[Any],
        table: Table,
        where: Sequence[ColumnElement[bool]],
        equal: Values,
    ) -> Select[Any]:
        return statement.where(
            table.c.company == self.company,
            *where,
            *(table.c[name] == value for name, value in equal.items()),
        )

    def _given(self, equal: Values) -> dict[str, Any]:
        return {COMPANY: self.company, **{f"of_{k}": v for k, v in equal.items() if v is not None}}

    # -- writing ---------------------------------------------------------------------------------

    def add(self, table: Table, **values: Any) -> int:
        """Add one row to a numbered table; its number."""
        return self.add_all(table, [values])[0]

    def reserve(self, counts: Mapping[Table, int]) -> dict[Table, int]:
        """The first of so many numbers of each table, for rows that are added to all of them."""
        self.require_writing()
        wanted = {table.name: count for table, count in counts.items() if count}
        firsts = reserve_each(self.transaction, self.company, wanted)
        return {table: firsts[table.name] for table in counts if table.name in firsts}

    def add_all(
        self, table: Table, rows: Sequence[Values], firsts: Mapping[Table, int] | None = None
    ) -> range:
        """Add rows of equal columns to a numbered table, from a number that was reserved on; their numbers."""
        if not rows:
            return range(0)
        self._writing(rows)
        first = (firsts or self.reserve({table: len(rows)}))[table]
        numbers = range(first, first + len(rows))
        numbered = [{**row, "id": number} for number, row in zip(numbers, rows, strict=True)]
        self._insert(table, numbered)
        return numbers

    def put(self, table: Table, **values: Any) -> None:
        """Add one row to a table whose key is said: `put(t.parties, id="acme-de", …)`."""
        self.put_all(table, [values])

    def put_all(self, table: Table, rows: Sequence[Values]) -> None:
        """Add rows of equal columns to a table whose key is said."""
        if rows:
            self._writing(rows)
            self._insert(table, rows)

    def change(self, table: Table, keys: Values, **values: Any) -> int:
        """Change the rows that `keys` name; how many there were."""
        from troth.store.statements import changing

        self._writing([keys, values])
        kept = changing(table, *_told_apart(keys), tuple(values))
        new = {f"new_{name}": value for name, value in values.items()}
        return self.connection.execute(kept, {**self._given(keys), **new}).rowcount

    def remove(self, table: Table, *where: ColumnElement[bool], **equal: Any) -> int:
        """Remove the rows that are named, never a whole table; how many there were."""
        if not where and not equal:
            raise ValueError(f"say which rows of {table.name} to remove")
        self._writing([equal])
        matching = [table.c[name] == value for name, value in equal.items()]
        own = table.delete().where(table.c.company == self.company, *where, *matching)
        return self.connection.execute(own).rowcount

    def put_straight(self, statement: Straight, rows: Sequence[Values]) -> None:
        """Execute a kept insert once for each row, with values as they are stored."""
        self._writing(rows)
        statement.each(self.transaction, self.company, rows)

    @contextmanager
    def part(self) -> Iterator[None]:
        """A part of the transaction, taken back alone where it raises."""
        with self.connection.begin_nested():
            yield
            settle(self.transaction)

    def _insert(self, table: Table, rows: Sequence[Values]) -> None:
        whole = [{**row, "company": self.company} for row in rows]
        if copies(self.transaction, whole):
            copy(self.connection, table, whole)
        else:
            self.connection.execute(table.insert(), whole)

    def require_writing(self) -> None:
        """Refuse a session that only reads."""
        if not self.writes:
            raise PermissionError("this session only reads; open it with writing()")

    def _writing(self, rows: Sequence[Values]) -> None:
        self.require_writing()
        if any("company" in row for row in rows):
            raise ValueError("the company is the session's; leave it out of the values")


def _told_apart(equal: Values) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The columns that must equal something, and those that must be NULL."""
    full = tuple(name for name, value in equal.items() if value is not None)
    return full, tuple(name for name, value in equal.items() if value is None)
