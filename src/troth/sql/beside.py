"""Permits that stand beside the store, in the same database: a choice changes them in its own transaction.

It never keeps anybody from choosing. Where somebody else holds the rows, or anything goes wrong, the views
find that the permits have not heard of it, and show nothing until whoever follows has caught up.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime
from typing import Any

from troth import ledger
from troth.estate import Database, Map, read_map
from troth.sql.follow import closed_by, note_fresh, taken_in, write
from troth.sql.install import hold
from troth.sql.permits import Basis
from troth.sql.putting import circles_of
from troth.sql.standing import META, digest_of, has_standing, read_standing
from troth.sql.whose import Heard, numbers
from troth.store import Session

log = logging.getLogger("troth.sql")
MOST = 200  # numbers whose rows are worked out at once; of more the rows are hidden until they are
WAIT = "2s"  # that what was said waits for whoever holds the rows


class Beside:
    """Hears what each transaction says, before it is committed."""

    def __init__(self, basis: Basis) -> None:
        self.basis = basis
        self._maps: dict[str, tuple[Map, str]] = {}

    def hear(self, session: Session, now: datetime) -> None:
        """Change the permits with what this transaction says."""
        database = _database(session)
        if not list(database.rows(_THERE[database.dialect])):
            return
        try:
            with session.part():
                if database.dialect == "postgres":
                    database.run(f"set local lock_timeout = '{WAIT}'")
                self._hear(database, session, now)
        except Exception as error:
            log.error("permits beside the store were not changed: %s", type(error).__name__)

    def _hear(self, database: Database, session: Session, now: datetime) -> None:
        live = database.tables()
        if not has_standing(live):
            return
        hold(database, META)
        standing = read_standing(database)
        if standing is None or standing.company != session.company or not standing.shared:
            return
        found, digest = self._mapped(standing.mapped)
        if standing.policy != digest or standing.head != session.noted[0].before:
            return  # of another policy, or what came before was not heard: nothing is shown anyway
        heard = Heard()
        for noted in session.noted:
            for event in noted.events:
                if event.kind not in ledger.SILENT:
                    heard.hear(session, event)
        listed = numbers(session, heard.people)
        if len(listed) > MOST:
            note_fresh(database, listed | circles_of(database, listed))
            closed = standing.closed | closed_by(heard, standing)
            write(database, replace(standing, head=ledger.last_said(session), closed=closed))
            return
        state = live, found, self.basis, session, standing
        _, standing = taken_in(database, *state, heard, (), now, new_too=False)
        valid = min(standing.valid_until, standing.worked_until)
        write(database, replace(standing, valid_until=valid))

    def _mapped(self, text: str) -> tuple[Map, str]:
        """The map the permits were put in by, with the digest of it and the policy as it is here."""
        if text not in self._maps:
            policy = self.basis.meaning.policy
            found, problems = read_map(text, "", policy)
            assert found is not None, problems
            self._maps[text] = found, digest_of(policy, found)
        return self._maps[text]


_THERE = {
    "postgres": f"select 1 where to_regclass('public.{META}') is not null",
    "sqlite": f"select 1 from sqlite_master where name = '{META}'",
}


def _database(session: Session) -> Database:
    """The database of the store, in the transaction of the session."""
    raw: Any = session.connection.connection.driver_connection
    if session.connection.dialect.name == "postgresql":
        from troth.estate.postgres import Postgres

        return Postgres.over(raw)
    from troth.estate.sqlite import Sqlite

    return Sqlite.over(raw)
