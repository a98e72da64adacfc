"""Opening a store, and its two kinds of transaction: reading, and writing one at a time.

SQLite: a commit is on the disk when it returns (WAL, synchronous=FULL); writers queue at `begin
immediate`, so that none fails midway; what is deleted is overwritten.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Engine, StaticPool, create_engine, event, make_url, select, text

from troth.store import tables as t
from troth.store.session import Session

WAIT_SECONDS = 30  # for another writer
_ON_CONNECT = (
    "pragma foreign_keys = on",
    "pragma secure_delete = on",  # erased is overwritten, not only unlinked
    f"pragma busy_timeout = {WAIT_SECONDS * 1000}",
    "pragma journal_mode = wal",
    "pragma synchronous = full",
)


@dataclass(eq=False)
class Store:
    """An open database. Threads may share it; `close()` it at the end."""

    url: str
    engine: Engine = field(repr=False)
    _lock: threading.RLock | None = field(default=None, repr=False)  # in memory: one connection
    _outer: Connection | None = field(default=None, repr=False)

    @contextmanager
    def reading(self, company: str) -> Iterator[Session]:
        """One unchanging view of the company. What other sessions write meanwhile is not seen."""
        with self.transaction(writes=False) as connection:
            yield Session(company, connection)

    @contextmanager
    def writing(self, company: str) -> Iterator[Session]:
        """All of it or nothing: committed when the block ends, rolled back when it raises.

        Waits for other writers up to `WAIT_SECONDS`. Do not open one inside another, nor await in it.
        """
        with self.transaction(writes=True) as connection:
            yield Session(company, connection, writes=True)

    def add_company(self, company: str, name: str, zone: str) -> None:
        """Enter a company, or change its name and zone."""
        with self.transaction(writes=True) as connection:
            known = connection.execute(select(t.companies).where(t.companies.c.company == company))
            statement: Any = (
                t.companies.update().where(t.companies.c.company == company)
                if known.one_or_none()
                else t.companies.insert()
            )
            connection.execute(statement.values(company=company, name=name, zone=zone))

    def companies(self) -> tuple[str, ...]:
        """The companies of this store, in order of name."""
        with self.transaction(writes=False) as connection:
            listed = connection.execute(select(t.companies.c.company).order_by("company"))
            return tuple(listed.scalars())

    def scrub(self) -> None:
        """Empty SQLite's log, where deleted values still stand until then. Call it after erasing."""
        if self.engine.dialect.name == "sqlite":
            with self.engine.connect().execution_options(
                isolation_level="AUTOCOMMIT"
            ) as connection:
                connection.execute(text("pragma wal_checkpoint(truncate)"))

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()

    @contextmanager
    def transaction(self, writes: bool) -> Iterator[Connection]:
        """A transaction of no company: for migrations and the list of companies alone."""
        if self._lock is None:
            opened = self.engine.connect().execution_options(troth_writes=writes)
            with opened as connection, connection.begin():
                yield connection
            return
        with self._lock:
            yield from self._in_memory(writes)

    def _in_memory(self, writes: bool) -> Iterator[Connection]:
        if (
            self._outer is not None
        ):  # the one connection is ours already: a part of that transaction
            with self._outer.begin_nested():
                yield self._outer
            return
        with self.engine.connect().execution_options(troth_writes=writes) as connection:
            self._outer = connection
            try:
                with connection.begin():
                    yield connection
            finally:
                self._outer = None


def open_store(url: str) -> Store:
    """Open `sqlite:///PATH`, or `sqlite://` in memory. Its tables are made by `upgrade`. What a statement
    was given never stands in an error."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return Store(url, create_engine(parsed, hide_parameters=True))
    if parsed.database in (None, "", ":memory:"):
        shared = {"check_same_thread": False}
        store = Store(
            url,
            create_engine(parsed, poolclass=StaticPool, connect_args=shared, hide_parameters=True),
        )
        store._lock = threading.RLock()
    else:
        waiting = {"timeout": WAIT_SECONDS}
        engine = create_engine(
            parsed, pool_size=16, max_overflow=32, connect_args=waiting, hide_parameters=True
        )
        store = Store(url, engine)
    event.listen(store.engine, "connect", _on_connect)
    event.listen(store.engine, "begin", _on_begin)
    return store


def _on_connect(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver must not begin on its own: `_on_begin` does
    for pragma in _ON_CONNECT:
        connection.execute(pragma)


def _on_begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("troth_writes", False)
    cursor = connection.connection.cursor()  # straight to the driver: every ask begins once
    cursor.execute("begin immediate" if writes else "begin")
    cursor.close()
