"""A store with two companies, on SQLite and on PostgreSQL, for the tests of every room that needs one."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import cast

import psycopg

from tests import postgres
from troth.store import Store, open_store
from troth.store import tables as t
from troth.store.migrations import upgrade

NOON = datetime(2014, 11, 21, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
KINDS = ("sqlite", "postgresql")


@contextmanager
def opened(kind: str, folder: Path) -> Iterator[Store]:
    """Acme and Bolt, in a file of the folder or in a database of their own."""
    if kind == "postgresql":
        with postgres.database(filled) as url:
            yield from _closing(open_store(url))
        return
    file = folder / "troth.db"
    file.write_bytes(_made_once())
    yield from _closing(open_store(f"sqlite:///{file}"))


@contextmanager
def place(kind: str, folder: Path, made: bool = False) -> Iterator[str]:
    """Where a new store can be made: the URL of a database that is empty or, `made`, has the tables, or of
    a file that is not there yet."""
    if kind == "postgresql":
        with postgres.database(upgrade if made else None) as url:
            yield url
    else:
        yield f"sqlite:///{folder / 'troth.db'}"


def kept(store: Store) -> bytes:
    """All that is kept, as whoever stole it would have it: the files, or what the tables of the server hold."""
    if store.kind == "sqlite":
        folder = Path(str(store.sqlalchemy.url.database)).parent
        return b"".join(path.read_bytes() for path in folder.iterdir() if path.is_file())
    with psycopg.connect(store.url) as connection:
        found = b""
        for table in t.metadata.sorted_tables:
            with connection.cursor().copy(f'copy "{table.name}" to stdout'.encode()) as rows:
                found += b"".join(bytes(row) for row in rows)
        return found


def _closing(store: Store) -> Iterator[Store]:
    try:
        yield store
    finally:
        store.close()


@cache
def _made_once() -> bytes:
    store = filled(open_store("sqlite://"))
    connection = store.sqlalchemy.raw_connection().driver_connection
    return cast(sqlite3.Connection, connection).serialize()


def filled(store: Store) -> Store:
    """The same store with its tables and two companies."""
    upgrade(store)
    store.add_company("acme", "Acme, Inc.", "America/New_York")
    store.add_company("bolt", "Bolt, Inc.", "UTC")
    return store
