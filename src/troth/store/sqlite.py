"""SQLite: a commit is on the disk when it returns, writers queue, and what is deleted is overwritten."""

from __future__ import annotations

from typing import Any

from sqlalchemy import URL, Connection, Engine, StaticPool, create_engine, event, text

WAIT_SECONDS = 30  # for another writer
_ON_CONNECT = (
    "pragma foreign_keys = on",
    "pragma secure_delete = on",  # erased is overwritten, not only unlinked
    f"pragma busy_timeout = {WAIT_SECONDS * 1000}",
    "pragma journal_mode = wal",
    "pragma synchronous = full",
)


def connections(url: URL, alone: bool) -> Engine:
    """Connections to one file; `alone`: one connection, for a store in memory."""
    if alone:
        shared = {"check_same_thread": False}
        made = create_engine(url, poolclass=StaticPool, connect_args=shared, hide_parameters=True)
    else:
        waiting = {"timeout": WAIT_SECONDS}
        made = create_engine(
            url, pool_size=16, max_overflow=32, connect_args=waiting, hide_parameters=True
        )
    event.listen(made, "connect", _on_connect)
    event.listen(made, "begin", _on_begin)
    return made


def in_memory(url: URL) -> bool:
    """Whether there is no file."""
    return url.database in (None, "", ":memory:")


def learn(opened: Engine) -> None:
    """SQLite finds its way by the indexes there are, however much stands in a table."""


def scrub(opened: Engine) -> None:
    """Empty the log, where deleted values still stand until then."""
    with opened.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("pragma wal_checkpoint(truncate)"))


def _on_connect(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver must not begin on its own: `_on_begin` does
    for pragma in _ON_CONNECT:
        connection.execute(pragma)


def _on_begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("troth_writes", False)
    cursor = connection.connection.cursor()  # straight to the driver: every ask begins once
    cursor.execute("begin immediate" if writes else "begin")
    cursor.close()
