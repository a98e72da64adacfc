"""The permits of one connection: worked out for a table when it is first asked for, and anew when the
company's data, what people said, or the day are others than then."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import numpy as np

from troth import ledger
from troth.estate import Database, Map, Table
from troth.facts.calendar import day_of, start_of
from troth.facts.load import load_others
from troth.facts.scene import Rows as Known
from troth.language.meaning import Meaning
from troth.language.model import Ask
from troth.sql.aims import Aim
from troth.sql.origins import Written, read_written
from troth.sql.persons import Persons
from troth.sql.reckon import Asked, Formulas, Reckoner, words_of
from troth.sql.rows import Numbers, Rows, Stamping, Truths, read_rows
from troth.store import Session, Store
from troth.store import tables as t


@dataclass(frozen=True, eq=False)
class Permits:
    """The permit of each row of a table: `words` bit by bit for `table.words`."""

    table: Table
    rows: Rows | Written
    words: Numbers

    def pairs(self) -> Iterator[tuple[object, int]]:
        """The rows that have any, with their permit."""
        keys = self.rows.keys
        for at in np.flatnonzero(self.words):
            yield keys[at], int(self.words[at])


@dataclass(frozen=True)
class Basis:
    """What stays the same for every table of a connection."""

    store: Store
    meaning: Meaning
    key: bytes
    zone: str
    asked: Asked
    matter: str | None
    formulas: Formulas = field(default_factory=dict, compare=False, repr=False)  # made once

    @property
    def aim(self) -> Aim | None:
        """What is asked for as an aim of permits in the rows; none where it is none."""
        ask = self.asked.ask
        if ask.purpose is None or ask.action not in ("use", "share"):
            return None
        return Aim(ask.purpose, self.asked.party or ask.party, self.matter, ask.by)


class Reckoning:
    """Permits for one moment: people and stamps are shared by all tables."""

    def __init__(self, basis: Basis, session: Session, now: datetime) -> None:
        self.basis = basis
        self.now = now
        self.head = head_of(session)
        others = load_others(session, basis.asked.party, basis.matter)
        self.asked = replace(basis.asked, at=now, others=others)
        self.persons = Persons(session, basis.key)
        self._reckoners: dict[tuple[Ask, str | None, str], Reckoner] = {}
        self._asked: dict[Aim, Asked] = {}

    def permits(self, database: Database, found: Map, table: Table, row: str) -> Permits:
        """The permits of a table as it stands."""
        if table.origins:
            made = read_written(database, table, row, self.persons, self.now)
            truths = [made.allowed(word, self._allowed) for word in table.words]
            return Permits(table, made, words_of(truths, len(made.keys)))
        rows = self.rows(database, found, table, row)
        truths = [self.allowed(self.asked, word, rows) for word in table.words]
        return Permits(table, rows, words_of(truths, len(rows.keys)))

    def rows(self, database: Database, found: Map, table: Table, row: str, only: str = "") -> Rows:
        """What decides of each row of a table, as it stands; of those alone that a condition names."""
        policy = self.basis.meaning.policy
        stamping = Stamping(policy, self.basis.zone, found.zone, self.now)
        return read_rows(database, found, table, row, self.persons, stamping, only)

    def _allowed(self, word: str, rows: Rows) -> Truths:
        return self.allowed(self.asked, word, rows)

    def asked_for(self, aim: Aim) -> Asked:
        """What is asked of every row for an aim."""
        if aim not in self._asked:
            session = self.persons.session
            party = session.one(t.parties, id=aim.party) if aim.party else None
            ask = aim.ask(party.kind if party else aim.party)
            known = party.id if party else None
            others = load_others(session, known, aim.matter)
            self._asked[aim] = replace(self.asked, ask=ask, party=known, others=others)
        return self._asked[aim]

    def allowed(self, asked: Asked, word: str, rows: Rows) -> Truths:
        """Of which rows a word may be used for what is asked."""
        matter = asked.others.matter.id if asked.others.matter else ""
        key = asked.ask, asked.party, f"{matter}/{rows.source}"
        if key not in self._reckoners:
            whole = replace(asked, source=rows.source or None)
            formulas = self.basis.formulas
            self._reckoners[key] = Reckoner(self.basis.meaning, whole, self.persons, formulas)
        return self._reckoners[key].allowed(word, rows)

    def holds_until(self) -> datetime:
        """The next moment at which something begins or ends to count: the next day, or sooner."""
        tomorrow = start_of(day_of(self.now, self.basis.zone) + timedelta(days=1), self.basis.zone)
        others = (asked.others for asked in (self.asked, *self._asked.values()))
        known = (*self.persons.rows, *others)
        moments = (m for rows in known for m in _moments(rows))
        return min((m for m in moments if self.now < m < tomorrow), default=tomorrow)


def _moments(rows: Known) -> Iterator[datetime]:
    """The moments from which something counts, or no longer."""
    for said in rows.said:
        yield said.at
        if said.until is not None:
            yield said.until
    for kept in (rows.told, rows.adopted, rows.happened, rows.asserted):
        yield from (one.at for one in kept)
    for valued in rows.valued:
        yield valued.since
        if valued.until is not None:
            yield valued.until
    if rows.matter is not None:
        yield rows.matter.opened_at
        if rows.matter.ended_at is not None:
            yield rows.matter.ended_at


def head_of(session: Session) -> int:
    """The last entry of the ledger that may have changed what may be done."""
    return ledger.last_said(session)
