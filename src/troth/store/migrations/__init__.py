"""The schema's versions: `upgrade` brings a store to the newest, `downgrade` back to an older one.

A whole upgrade is one transaction: it happens or it does not, also when the power goes.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from troth.store.open import Store
from troth.store.problems import StoreProblem
from troth.store.transaction import Over, Transaction

if TYPE_CHECKING:
    from alembic.config import Config
    from sqlalchemy import Connection

NEWEST = "last_said"
NOTHING = "base"
_THERE = {
    "sqlite": "select 1 from sqlite_master where type = 'table' and name = 'alembic_version'",
    "postgresql": "select 1 where to_regclass('alembic_version') is not null",
}
_MARK = (  # as Alembic makes it
    "create table if not exists alembic_version "
    "(version_num varchar(32) not null, constraint alembic_version_pkc primary key (version_num))"
)
_one_at_a_time = threading.Lock()  # Alembic keeps its place in module variables


def upgrade(store: Store, revision: str = NEWEST) -> None:
    """Make or change the tables up to `revision`. At once where they are already there; where there is nothing yet,
    as they are now, without their history."""
    found = schema_version(store)
    if found == revision:
        return
    if found is None and revision == NEWEST:
        _make_new(store)
        return
    if found is not None and found not in versions():
        raise StoreProblem(
            f"{store.name} was made by a newer version of troth (its tables are {found}, this one "
            f"knows them up to {NEWEST}); use that version, or a backup from before"
        )
    from alembic import command

    _run(store, lambda config: command.upgrade(config, revision))


def downgrade(store: Store, revision: str = NOTHING) -> None:
    """Go back to `revision`. What only the newer tables could hold is lost: back up first."""
    from alembic import command

    _run(store, lambda config: command.downgrade(config, revision))


def schema_version(store: Store) -> str | None:
    """The version of the schema a store has, or None where it has no tables yet."""
    with store.begun(writes=False) as transaction:
        return _version(transaction)


def _version(transaction: Transaction) -> str | None:
    with closing(transaction.cursor()) as cursor:
        cursor.execute(_THERE[transaction.kind])
        if cursor.fetchone() is None:
            return None
        cursor.execute("select version_num from alembic_version")
        found = cursor.fetchone()
    return None if found is None else str(found[0])


def _make_new(store: Store) -> None:
    """The tables of a store that has none; those of somebody else's with the same name are an error."""
    from sqlalchemy import text

    from troth.store.postgres import compare_bytes
    from troth.store.schema import metadata

    with store.transaction(writes=True) as connection:
        if _version(Over(connection)) is not None:  # somebody was first
            return
        metadata.create_all(connection, checkfirst=False)
        connection.execute(text(_MARK))
        connection.execute(text("insert into alembic_version values (:now)"), {"now": NEWEST})
        if connection.dialect.name == "postgresql":
            compare_bytes(connection, [*metadata.tables, "alembic_version"])


def make_tables(connection: Connection) -> None:
    """All tables as they are now, without their history: for what is taken back in the end."""
    from troth.store.postgres import compare_bytes
    from troth.store.schema import metadata

    metadata.create_all(connection)
    if connection.dialect.name == "postgresql":
        compare_bytes(connection, [*metadata.tables])


def versions() -> frozenset[str]:
    """The versions of the schema that this program knows."""
    from alembic.script import ScriptDirectory

    scripts = ScriptDirectory(str(Path(__file__).parent))
    return frozenset(script.revision for script in scripts.walk_revisions())


def must_be_free(store: Store) -> None:
    """StoreProblem where a database without our tables holds somebody else's."""
    from sqlalchemy import inspect

    with store.transaction(writes=False) as connection:
        theirs = inspect(connection).get_table_names()
    if theirs and "alembic_version" not in theirs:
        raise StoreProblem(f"{store.name} is a database, but no store of troth; name another")


def _run(store: Store, step: Callable[[Config], None]) -> None:
    from sqlalchemy import text

    from troth.store.postgres import compare_bytes
    from troth.store.schema import metadata

    with _one_at_a_time, store.transaction(writes=True) as connection:
        if connection.dialect.name == "sqlite":
            # a table is changed by copying it: its rows are away for a moment
            connection.execute(text("pragma defer_foreign_keys = on"))
        step(configuration(connection))
        if connection.dialect.name == "postgresql":
            compare_bytes(connection, [*metadata.tables, "alembic_version"])


def configuration(connection: Connection) -> Config:
    """Alembic's settings for one connection: the scripts of this package and nothing from outside."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
