"""A transaction as the driver has it, and as SQLAlchemy has it from when a statement is first made with that.

Loading SQLAlchemy takes longer than all else that an ask at a terminal does, and what an ask sends goes straight to
the driver (decision 0011).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sqlalchemy import Connection


class Transaction:
    """One transaction that has begun, on a database of the `kind` `sqlite` or `postgresql`."""

    kind: str

    def cursor(self) -> Any:
        """A cursor of the driver; close it."""
        raise NotImplementedError

    @property
    def connection(self) -> Connection:
        """SQLAlchemy's connection, in this transaction."""
        raise NotImplementedError


class Over(Transaction):
    """One that SQLAlchemy began."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.kind = connection.dialect.name

    def cursor(self) -> Any:
        return self._connection.connection.cursor()

    @property
    def connection(self) -> Connection:
        return self._connection
