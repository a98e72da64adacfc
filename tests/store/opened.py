"""A store on the disk with two companies, for the tests of every room that needs one."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import cast

from troth.store import Store, open_store
from troth.store.migrations import upgrade

NOON = datetime(2014, 11, 21, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def opened(folder: Path) -> Store:
    """Acme and Bolt, in a file."""
    file = folder / "troth.db"
    file.write_bytes(_made_once())
    return open_store(f"sqlite:///{file}")


@cache
def _made_once() -> bytes:
    store = filled(open_store("sqlite://"))
    connection = store.engine.raw_connection().driver_connection
    return cast(sqlite3.Connection, connection).serialize()


def filled(store: Store) -> Store:
    """The same store with its tables and two companies."""
    upgrade(store)
    store.add_company("acme", "Acme, Inc.", "America/New_York")
    store.add_company("bolt", "Bolt, Inc.", "UTC")
    return store
