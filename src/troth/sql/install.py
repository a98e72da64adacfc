"""Installing permits in a company's database: worked out in bulk, changed only where they differ, with the views
that test them, all in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from troth.estate import Database, Map
from troth.estate.database import quoted
from troth.estate.write import written
from troth.sql import views
from troth.sql.aims import Aim
from troth.sql.alike import alike
from troth.sql.permits import Basis, Reckoning
from troth.sql.putting import add_columns, keeps_whose, note_circles, put, work_out
from troth.sql.standing import (
    CIRCLES,
    FRESH,
    META,
    MOST_AIMS,
    Standing,
    digest_of,
    has_standing,
    made,
    personal,
    read_standing,
    said,
)
from troth.sql.triggers import triggers
from troth.store import Session

LASTS = timedelta(
    hours=1
)  # of views in a database apart from the store, which nobody keeps up to date


@dataclass(frozen=True)
class Installed:
    """What was done: for each table its rows, and how many permits were others than before. `stale` says why
    what stood there before was not shown any more."""

    standing: Standing
    rows: dict[str, int]
    changed: dict[str, int]
    stale: tuple[str, ...] = field(default=())


def install(
    database: Database,
    found: Map,
    basis: Basis,
    aims: Sequence[Aim],
    now: datetime,
    only_look: bool = False,
    lasts: timedelta = LASTS,
) -> Installed:
    """Put the permits for these aims into the rows and make the views, in one transaction. `only_look` tells
    what would change and takes it all back."""
    if not 0 < len(aims) <= MOST_AIMS:
        raise ValueError(f"give one to {MOST_AIMS} purposes")
    begin(database)
    try:
        installed = _installed(database, found, basis, aims, now, lasts)
        database.run("rollback" if only_look else "commit")
    except BaseException:
        with suppress(Exception):  # the first error is told, not that of a connection that is gone
            database.run("rollback")
        raise
    return installed


def begin(database: Database) -> None:
    """Begin to write; in SQLite at once, so that nobody writes between what is read and what is written."""
    database.run("begin immediate" if database.dialect == "sqlite" else "begin")


def hold(database: Database, *tables: str) -> None:
    """Nobody else changes these tables until the transaction ends; they can be read."""
    if database.dialect == "postgres":
        for table in tables:
            database.run(f"lock table {quoted(table)} in share row exclusive mode")


def _installed(
    database: Database,
    found: Map,
    basis: Basis,
    aims: Sequence[Aim],
    now: datetime,
    lasts: timedelta,
) -> Installed:
    live = database.tables()
    before = read_standing(database) if has_standing(live) else None
    for statement in made(database.dialect, live):
        database.run(statement)
    hold(database, META, *(table.name for table in personal(found)))
    rows: dict[str, int] = {}
    changed: dict[str, int] = {}
    if keeps_whose(database):
        database.run(f"delete from {CIRCLES}")
    with basis.store.reading(basis.meaning.policy.name) as session:
        reckoned = Reckoning(basis, session, now)
        for table in personal(found):
            add_columns(database, table, live[table.name])
            one = live[table.name]
            same = alike(database, found, table, live)
            only = same.only if same else ""
            worked = work_out(reckoned, database, found, table, one, aims, only)
            rows[table.name] = same.rows if same else len(worked.keys)
            changed[table.name] = put(
                database, table, one, worked, alike=same.table if same else ""
            )
            note_circles(database, worked.circles)
            if same:
                same.close()
        shared = same_place(database, session)
        until, head = reckoned.holds_until(), reckoned.head
    database.run(f"delete from {FRESH}")
    for statement in triggers(database, found, live):
        database.run(statement)
    valid = until if shared else min(until, now + lasts)
    text, digest = written(found), digest_of(basis.meaning.policy, found)
    standing = Standing(
        found.name, found.company, text, digest, head, valid, until, 0, shared, tuple(aims)
    )
    for statement in said(standing):
        database.run(statement)
    if not views.stand(database, found, database.tables(), before, standing):
        for statement in views.made(database, found, live, standing):
            database.run(statement)
    return Installed(standing, rows, changed, tuple(_stale(before, standing, now)))


def _stale(before: Standing | None, after: Standing, now: datetime) -> list[str]:
    """Why the permits that stood there were not to be used any more."""
    if before is None:
        return ["there are no permits in the rows"]
    told = {
        "they were put in under another policy or map": before.policy != after.policy,
        "they are for other purposes": before.aims != after.aims,
        "something was said since": before.head != after.head,
        "they are past their time": before.worked_until <= now,
        "some of them wait to be worked out": before.closed != 0,
    }
    return [why for why, so in told.items() if so]


def same_place(database: Database, session: Session) -> bool:
    """Whether the store is in the very database: then views look at its ledger, and what is said there changes
    the rows at once."""
    if database.dialect == "postgres" and session.connection.dialect.name == "postgresql":
        asked = "select current_database(), cast(pg_postmaster_start_time() as text)"
        (mine,) = database.rows(asked)
        (theirs,) = session.sql(asked.replace("select", "select :company,", 1)).all()
        return tuple(mine) == tuple(theirs)[1:]
    if database.dialect == "sqlite" and session.connection.dialect.name == "sqlite":
        asked = "select file from pragma_database_list where name = 'main'"
        ((mine,),) = database.rows(asked)
        named = session.sql(asked.replace("file", "file, :company", 1)).all()
        theirs = named[0][0]
        return bool(mine and theirs) and Path(mine).samefile(theirs)
    return False
