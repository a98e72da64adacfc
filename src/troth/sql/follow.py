"""Permits that follow what is said: the ledger is the queue, and the number that stands with them the place in it.

Where the store is in the very database, a choice changes the permits in its own transaction (`beside`). Otherwise,
and after anything that went another way, whoever follows catches up: first the people of whom something was
said are noted as fresh, so that no view shows their rows; then the rows are worked out anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from troth import ledger
from troth.estate import Database, LiveTable, Map
from troth.estate.database import quoted
from troth.ledger import Event
from troth.sql.aims import Aim
from troth.sql.install import Installed, begin, hold, install
from troth.sql.permits import Basis, Reckoning
from troth.sql.putting import circles_of, note_circles, of_whom, put, work_out
from troth.sql.standing import (
    FRESH,
    META,
    WHOSE,
    Standing,
    any_fresh,
    digest_of,
    has_standing,
    personal,
    read_standing,
    said,
)
from troth.sql.whose import Heard, numbers
from troth.store import Session

LEASE = timedelta(minutes=1)  # for which views hold after a look that found nothing new
PAGE = 1_000  # entries read at once


@dataclass(frozen=True)
class Followed:
    """What one look came to. `rows` were worked out anew; `whole` where that was all of them."""

    people: int = 0
    rows: int = 0
    changed: int = 0
    whole: bool = False


class Follower:
    """Follows the store in one database. `look` as often as a refusal may wait."""

    def __init__(
        self,
        database: Database,
        found: Map,
        basis: Basis,
        aims: tuple[Aim, ...],
        clock: Callable[[], datetime],
        lease: timedelta = LEASE,
    ) -> None:
        self.database, self.found, self.basis, self.aims = database, found, basis, aims
        self.clock, self.lease = clock, lease
        self.digest = digest_of(basis.meaning.policy, found)

    def begin(self) -> Installed:
        """Work everything out, for as long as the lease."""
        return install(
            self.database, self.found, self.basis, self.aims, self.clock(), lasts=self.lease
        )

    def look(self) -> Followed:
        """Take in what was said since the last look."""
        now, live = self.clock(), self.database.tables()
        standing = read_standing(self.database) if has_standing(live) else None
        if standing is None or self._over(standing, now):
            installed = self.begin()
            changed = sum(installed.changed.values())
            return Followed(0, sum(installed.rows.values()), changed, True)
        if self._nothing_new(standing):
            if standing.valid_until - now < self.lease / 2:
                self._renew(standing, now)
            return Followed()
        self._hide(standing)
        return self._catch_up(live, now)

    def _over(self, standing: Standing, now: datetime) -> bool:
        """Whether all is to be worked out: another policy, another day, or a party or matter changed."""
        same = standing.policy == self.digest and standing.aims == self.aims
        return not same or now >= standing.worked_until or standing.closed != 0

    def _nothing_new(self, standing: Standing) -> bool:
        with self.basis.store.reading(standing.company) as session:
            if ledger.last_said(session) != standing.head:
                return False
        return not any_fresh(self.database) and not any(self._new_rows())

    def _new_rows(self) -> Iterable[bool]:
        """For each table whether it has rows that were never worked out, or changed since."""
        for table in personal(self.found):
            name = f"{quoted(self.database.schema)}.{quoted(table.name)}"
            yield bool(
                list(self.database.rows(f"select 1 from {name} where {WHOSE} is null limit 1"))
            )

    def _renew(self, standing: Standing, now: datetime) -> None:
        """The views hold on: what they show is looked at."""
        begin(self.database)
        hold(self.database, META)
        again = read_standing(self.database)
        if again == standing and not standing.shared:
            until = min(standing.worked_until, now + self.lease)
            write(self.database, replace(standing, valid_until=until))
        self.database.run("commit")

    def _hide(self, standing: Standing) -> None:
        """Whoever something was said of since is not shown, from this moment on."""
        with self.basis.store.reading(standing.company) as session:
            heard = since(session, standing.head)
            listed = numbers(session, heard.people)
        if not listed:
            return
        begin(self.database)
        try:
            note_fresh(self.database, listed | circles_of(self.database, listed))
            self.database.run("commit")
        except BaseException:
            with suppress(Exception):
                self.database.run("rollback")
            raise

    def _catch_up(self, live: Mapping[str, LiveTable], now: datetime) -> Followed:
        """Work out the rows of whoever is fresh, and those that are new, in one transaction."""
        database = self.database
        begin(database)
        try:
            hold(database, META)
            standing = read_standing(database)
            assert standing is not None
            with self.basis.store.reading(standing.company) as session:
                heard = since(session, standing.head)
                known = {
                    int(n) for (n,) in database.rows(f"select whose from {_named(database, FRESH)}")
                }
                followed, standing = taken_in(
                    database, live, self.found, self.basis, session, standing, heard, known, now
                )
            valid = standing.worked_until
            if not standing.shared:
                valid = min(valid, now + self.lease)
            write(database, replace(standing, valid_until=valid))
            database.run("commit")
        except BaseException:
            with suppress(Exception):
                database.run("rollback")
            raise
        return followed


def since(session: Session, head: int) -> Heard:
    """What the ledger heard after an entry."""
    heard = Heard()
    while entries := ledger.entries(session, after_seq=head, limit=PAGE):
        for entry in entries:
            if entry.kind not in ledger.SILENT and not entry.forgotten:
                heard.hear(session, Event(entry.kind, entry.payload, entry.person))
        head = entries[-1].seq
    return heard


def taken_in(
    database: Database,
    live: Mapping[str, LiveTable],
    found: Map,
    basis: Basis,
    session: Session,
    standing: Standing,
    heard: Heard,
    known: Iterable[int],
    now: datetime,
    new_too: bool = True,
) -> tuple[Followed, Standing]:
    """The rows of everybody heard of are worked out, in a transaction that is open; what stands afterwards,
    not written yet. `new_too`: also the rows that were never worked out."""
    listed = numbers(session, heard.people) | set(known)
    listed |= circles_of(database, listed)
    standing = replace(
        standing,
        head=ledger.last_said(session),
        closed=standing.closed | closed_by(heard, standing),
    )
    conditions = of_whom(listed) + ([f'"t"."{WHOSE}" is null'] if new_too else [])
    reckoned = Reckoning(basis, session, now)
    rows = changed = 0
    for table in personal(found):
        for condition in conditions:
            _lock(database, table.name, condition)
            one = live[table.name]
            worked = work_out(reckoned, database, found, table, one, standing.aims, condition)
            note_circles(database, worked.circles)
            rows += len(worked.keys)
            changed += put(database, table, one, worked, condition)
    for condition in of_whom(listed):
        short = condition.replace(f'"t"."{WHOSE}"', "whose")
        database.run(f"delete from {_named(database, FRESH)} where {short}")
    until = min(standing.worked_until, reckoned.holds_until())
    return Followed(len(heard.people), rows, changed), replace(standing, worked_until=until)


def closed_by(heard: Heard, standing: Standing) -> int:
    """The aims of which nothing is shown until all is worked out anew, bit by bit: what was said is of a party or
    a matter they name, or of nobody knows whom."""
    closed = 0
    for bit, aim in enumerate(standing.aims):
        if (
            heard.all
            or (heard.parties and aim.party)
            or (heard.matters and (aim.matter or aim.party))
        ):
            closed |= 1 << bit
    return closed


def note_fresh(database: Database, listed: Iterable[int]) -> None:
    """No view shows the rows of these people until they are worked out."""
    some = sorted(listed)
    for first in range(0, len(some), PAGE):
        values = ", ".join(f"({number})" for number in some[first : first + PAGE])
        database.run(
            f"insert into {_named(database, FRESH)} values {values} on conflict do nothing"
        )


def write(database: Database, standing: Standing) -> None:
    """What stands, in place of what stood."""
    for statement in said(standing):
        database.run(statement)


def _named(database: Database, name: str) -> str:
    return f"{quoted(database.schema)}.{name}"


def _lock(database: Database, name: str, condition: str) -> None:
    """Nobody else changes these rows until they are written: where they stand is how they are told apart."""
    if database.dialect == "postgres":
        table = f"{quoted(database.schema)}.{quoted(name)}"
        database.run(f'select 1 from {table} as "t" where {condition} for update')
