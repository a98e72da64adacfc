"""SQLite: a commit is on the disk when it returns, writers queue, and what is deleted is overwritten."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any

from troth.store.transaction import Transaction

if TYPE_CHECKING:
    from sqlalchemy import URL, Connection, Engine

WAIT_SECONDS = 30  # for another writer
KEPT = 16  # connections that wait for the next transaction
FILE = "sqlite:///"
_ON_CONNECT = (
    "pragma foreign_keys = on",
    "pragma secure_delete = on",  # erased is overwritten, not only unlinked
    f"pragma busy_timeout = {WAIT_SECONDS * 1000}",
    "pragma journal_mode = wal",
    "pragma synchronous = full",
)


def file_of(url: str) -> str | None:
    """The path that a plain `sqlite:///PATH` names."""
    path = url.removeprefix(FILE)
    return path if path not in (url, "", ":memory:") and "?" not in path else None


class Link(Transaction):
    """One connection to a file, for one transaction after the other."""

    kind = "sqlite"

    def __init__(self, file: File) -> None:
        self.file = file
        self.driver = connected(file.path)
        self._above: Connection | None = None

    def cursor(self) -> Any:
        return self.driver.cursor()

    @property
    def connection(self) -> Connection:
        if self._above is None:
            self._above = self.file.above(self.driver)
        if not self._above.in_transaction():
            self._above.begin()
        return self._above

    def begin(self, writes: bool) -> None:
        self.driver.execute("begin immediate" if writes else "begin")

    def end(self, well: bool) -> None:
        """Commit, or take all of it back."""
        above = self._above.get_transaction() if self._above is not None else None
        ends: Any = self.driver if above is None else above
        ends.commit() if well else ends.rollback()

    def close(self) -> None:
        if self._above is not None:
            self._above.close()
        self.driver.close()


class File:
    """The connections to one file: given out one to a transaction, and SQLAlchemy over them where it is needed."""

    def __init__(self, path: str) -> None:
        self.path = path
        self._idle: list[Link] = []
        self._given = threading.local()

    @contextmanager
    def transaction(self, writes: bool) -> Iterator[Link]:
        link = self._taken()
        try:
            link.begin(writes)
            try:
                yield link
            except BaseException:
                link.end(well=False)
                raise
            link.end(well=True)
        except BaseException:
            link.close()
            raise
        self._put_back(link)

    def _taken(self) -> Link:
        try:
            return self._idle.pop()
        except IndexError:
            return Link(self)

    def _put_back(self, link: Link) -> None:
        if len(self._idle) < KEPT:
            self._idle.append(link)
        else:
            link.close()

    @cached_property
    def sqlalchemy(self) -> Engine:
        from sqlalchemy import NullPool, create_engine

        made = create_engine(
            FILE + self.path, creator=self._connected, poolclass=NullPool, hide_parameters=True
        )
        _listen(made)
        with made.connect():  # it looks at its first connection, and rolls back what it did there
            pass
        return made

    def _connected(self) -> sqlite3.Connection:
        given: sqlite3.Connection | None = getattr(self._given, "driver", None)
        return given or connected(self.path)

    def above(self, driver: sqlite3.Connection) -> Connection:
        """SQLAlchemy over a connection of ours."""
        engine = self.sqlalchemy
        self._given.driver = driver
        try:
            return engine.connect()
        finally:
            self._given.driver = None

    def close(self) -> None:
        while self._idle:
            self._idle.pop().close()


def connected(path: str) -> sqlite3.Connection:
    """A connection that threads may use one after the other; a transaction begins where it is said."""
    made = sqlite3.connect(
        path, timeout=WAIT_SECONDS, check_same_thread=False, isolation_level=None
    )
    for pragma in _ON_CONNECT:
        made.execute(pragma)
    return made


def connections(url: URL, alone: bool) -> Engine:
    """SQLAlchemy's own connections to one file; `alone`: one connection, for a store in memory."""
    from sqlalchemy import StaticPool, create_engine, event

    if alone:
        shared = {"check_same_thread": False}
        made = create_engine(url, poolclass=StaticPool, connect_args=shared, hide_parameters=True)
    else:
        waiting = {"timeout": WAIT_SECONDS}
        made = create_engine(
            url, pool_size=16, max_overflow=32, connect_args=waiting, hide_parameters=True
        )
    event.listen(made, "connect", _on_connect)
    _listen(made)
    return made


def in_memory(url: URL) -> bool:
    """Whether there is no file."""
    return url.database in (None, "", ":memory:")


def scrub(opened: Engine) -> None:
    """Empty the log, where deleted values still stand until then."""
    from sqlalchemy import text

    with opened.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("pragma wal_checkpoint(truncate)"))


def _listen(made: Engine) -> None:
    from sqlalchemy import event

    event.listen(made, "begin", _on_begin)


def _on_connect(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver must not begin on its own: `_on_begin` does
    for pragma in _ON_CONNECT:
        connection.execute(pragma)


def _on_begin(connection: Connection) -> None:
    driver: Any = connection.connection
    if driver.in_transaction:  # ours, which began without SQLAlchemy
        return
    writes = connection.get_execution_options().get("troth_writes", False)
    cursor = driver.cursor()  # straight to the driver: every ask begins once
    cursor.execute("begin immediate" if writes else "begin")
    cursor.close()
