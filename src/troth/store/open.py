"""Opening a store, and its two kinds of transaction: reading, and writing one at a time.

What is particular to SQLite and to PostgreSQL stands in the module of each; all else is one for both.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Engine, make_url, select
from sqlalchemy.exc import ArgumentError

from troth.store import postgres, sqlite
from troth.store import tables as t
from troth.store.session import Session

WAYS = {"sqlite": sqlite, "postgresql": postgres}


@dataclass(eq=False)
class Store:
    """An open database. Threads may share it; `close()` it at the end."""

    url: str = field(repr=False)  # it may hold a password
    engine: Engine = field(repr=False)
    _lock: threading.RLock | None = field(default=None, repr=False)  # of the one connection
    _outer: Connection | None = field(default=None, repr=False)
    watchers: list[Callable[[Session], None]] = field(default_factory=list, repr=False)

    @property
    def kind(self) -> str:
        """`sqlite` or `postgresql`."""
        return self.engine.dialect.name

    @property
    def name(self) -> str:
        """What it is called in messages: its URL without a password."""
        return self.engine.url.set(drivername=self.kind).render_as_string(hide_password=True)

    @contextmanager
    def reading(self, company: str) -> Iterator[Session]:
        """One unchanging view of the company. What other sessions write meanwhile is not seen."""
        with self.transaction(writes=False, company=company) as connection:
            yield Session(company, connection)

    @contextmanager
    def writing(self, company: str, piped: bool = False) -> Iterator[Session]:
        """All of it or nothing: committed when the block ends, rolled back when it raises.

        Waits for other writers up to 30 seconds. Do not open one inside another, nor await in it. `piped`: on
        PostgreSQL what answers nothing is sent without waiting; what is wrong with it shows at the next that does.
        """
        with self.transaction(writes=True, company=company, piped=piped) as connection:
            session = Session(company, connection, writes=True)
            yield session
            watchers = self.watchers if session.noted else ()
            if watchers and piped and self.kind == "postgresql":
                postgres.all_back(connection)  # they may copy, which a pipeline cannot
            for watcher in watchers:  # before it is committed
                watcher(session)

    def add_company(self, company: str, name: str, zone: str) -> None:
        """Enter a company, or change its name and zone."""
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
        with self.transaction(writes=False) as connection:
            listed = connection.execute(select(t.companies.c.company).order_by("company"))
            return tuple(listed.scalars())

    def learn(self) -> None:
        """Let the database look how its tables have grown, where it finds its way by that."""
        WAYS[self.kind].learn(self.engine)

    def scrub(self) -> None:
        """Do away with what still stands of deleted values beside the tables. Call it after erasing."""
        WAYS[self.kind].scrub(self.engine)

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()

    @contextmanager
    def transaction(
        self, writes: bool, company: str = "", piped: bool = False
    ) -> Iterator[Connection]:
        """A transaction. Without a company: for migrations and the list of companies alone."""
        options = {"troth_writes": writes, "troth_company": company, "troth_piped": piped}
        if self._lock is None:
            opened = self.engine.connect().execution_options(**options)
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
        with self.engine.connect().execution_options(**options) as connection:
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
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise ValueError(OTHER) from None
    kind = parsed.get_backend_name()
    if kind not in WAYS:
        raise ValueError(OTHER)
    alone = alone or (kind == "sqlite" and sqlite.in_memory(parsed))
    store = Store(url, WAYS[kind].connections(parsed, alone))
    store._lock = threading.RLock() if alone else None
    return store


OTHER = "a store is sqlite:///PATH or postgresql://USER@HOST/DATABASE; name one of these"
