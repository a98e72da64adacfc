"""Opening a store, and its two kinds of transaction: reading, and writing one at a time.

What is particular to SQLite and to PostgreSQL stands in the module of each; all else is one for both.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import ModuleType
from typing import TYPE_CHECKING, Any

from troth.store import sqlite
from troth.store.session import Session
from troth.store.sqlite import File, file_of
from troth.store.straight import Straight
from troth.store.transaction import Over, Transaction

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

_KNOWN = Straight("select name, zone from companies where company = :of_company")


@dataclass(eq=False)
class Store:
    """An open database. Threads may share it; `close()` it at the end."""

    url: str = field(repr=False)  # it may hold a password
    _connections: Engine | File = field(repr=False)
    _lock: threading.RLock | None = field(default=None, repr=False)  # of the one connection
    _outer: Connection | None = field(default=None, repr=False)
    watchers: list[Callable[[Session], None]] = field(default_factory=list, repr=False)

    @property
    def sqlalchemy(self) -> Engine:
        """SQLAlchemy's engine, for what is done to the whole database."""
        found = self._connections
        return found.sqlalchemy if isinstance(found, File) else found

    @property
    def kind(self) -> str:
        """`sqlite` or `postgresql`."""
        return "sqlite" if isinstance(self._connections, File) else self.sqlalchemy.dialect.name

    @property
    def name(self) -> str:
        """What it is called in messages: its URL without a password."""
        if isinstance(self._connections, File):
            return self.url
        return self.sqlalchemy.url.set(drivername=self.kind).render_as_string(hide_password=True)

    @contextmanager
    def reading(self, company: str) -> Iterator[Session]:
        """One unchanging view of the company. What other sessions write meanwhile is not seen."""
        with self.begun(writes=False, company=company) as transaction:
            yield Session(company, transaction)

    @contextmanager
    def writing(self, company: str, piped: bool = False) -> Iterator[Session]:
        """All of it or nothing: committed when the block ends, rolled back when it raises.

        Waits for other writers up to 30 seconds. Do not open one inside another, nor await in it. `piped`: on
        PostgreSQL what answers nothing is sent without waiting; what is wrong with it shows at the next that does.
        """
        with self.begun(writes=True, company=company, piped=piped) as transaction:
            session = Session(company, transaction, writes=True)
            yield session
            watchers = self.watchers if session.noted else ()
            if watchers and piped and self.kind == "postgresql":
                from troth.store.postgres import all_back

                all_back(transaction.connection)  # they may copy, which a pipeline cannot
            for watcher in watchers:  # before it is committed
                watcher(session)

    def add_company(self, company: str, name: str, zone: str) -> None:
        """Enter a company, or change its name and zone."""
        with self.begun(writes=False, company=company) as transaction:
            if _KNOWN.fetch(transaction, company, {}) == [(name, zone)]:
                return
        from sqlalchemy import select

        from troth.store import tables as t

        with self.transaction(writes=True, company=company) as connection:
            known = connection.execute(select(t.companies).where(t.companies.c.company == company))
            statement: Any = (
                t.companies.update().where(t.companies.c.company == company)
                if known.one_or_none()
                else t.companies.insert()
            )
            connection.execute(statement.values(company=company, name=name, zone=zone))

    def companies(self) -> tuple[str, ...]:
        """The companies of this store, in order of name."""
        from sqlalchemy import select

        from troth.store import tables as t

        with self.transaction(writes=False) as connection:
            listed = connection.execute(select(t.companies.c.company).order_by("company"))
            return tuple(listed.scalars())

    def learn(self) -> None:
        """Let the database look how its tables have grown, where it finds its way by that."""
        if self.kind == "postgresql":  # SQLite finds its way by the indexes there are
            _way(self.kind).learn(self.sqlalchemy)

    def scrub(self) -> None:
        """Do away with what still stands of deleted values beside the tables. Call it after erasing."""
        _way(self.kind).scrub(self.sqlalchemy)

    def close(self) -> None:
        """Close every connection."""
        if isinstance(self._connections, File):
            self._connections.close()
        else:
            self._connections.dispose()

    @contextmanager
    def begun(self, writes: bool, company: str = "", piped: bool = False) -> Iterator[Transaction]:
        """A transaction, without SQLAlchemy where the store can do without."""
        if isinstance(self._connections, File):
            with self._connections.transaction(writes) as link:
                yield link
            return
        with self.transaction(writes, company, piped) as connection:
            yield Over(connection)

    @contextmanager
    def transaction(
        self, writes: bool, company: str = "", piped: bool = False
    ) -> Iterator[Connection]:
        """A transaction. Without a company: for migrations and the list of companies alone."""
        if isinstance(self._connections, File):
            with self._connections.transaction(writes) as link:
                yield link.connection
            return
        options = {"troth_writes": writes, "troth_company": company, "troth_piped": piped}
        if self._lock is None:
            opened = self.sqlalchemy.connect().execution_options(**options)
            with opened as connection, connection.begin():
                yield connection
            return
        with self._lock:
            yield from self._on_one(options)

    def _on_one(self, options: dict[str, Any]) -> Iterator[Connection]:
        """On the one connection there is: inside a transaction that runs, a part of it."""
        if self._outer is not None:
            with self._outer.begin_nested():
                yield self._outer
            return
        with self.sqlalchemy.connect().execution_options(**options) as connection:
            self._outer = connection
            try:
                with connection.begin():
                    yield connection
            finally:
                self._outer = None


def open_store(url: str, alone: bool = False) -> Store:
    """Open `sqlite:///PATH`, `sqlite://` in memory, or `postgresql://USER@HOST/DATABASE`.

    Its tables are made by `upgrade`. `alone`: over one connection, on which transactions may stand inside
    one another. What a statement was given never stands in an error. ValueError for another kind of store.
    """
    path = file_of(url)
    if path is not None and not alone:
        return Store(url, File(path))
    from sqlalchemy import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        parsed = make_url(url)
    except ArgumentError:
        raise ValueError(OTHER) from None
    kind = parsed.get_backend_name()
    if kind not in KINDS:
        raise ValueError(OTHER)
    alone = alone or (kind == "sqlite" and sqlite.in_memory(parsed))
    store = Store(url, _way(kind).connections(parsed, alone))
    store._lock = threading.RLock() if alone else None
    return store


KINDS = ("sqlite", "postgresql")
OTHER = "a store is sqlite:///PATH or postgresql://USER@HOST/DATABASE; name one of these"


def _way(kind: str) -> ModuleType:
    """What is particular to a kind of database."""
    if kind == "sqlite":
        return sqlite
    from troth.store import postgres

    return postgres
