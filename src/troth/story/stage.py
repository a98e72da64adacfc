"""The company of one story: empty at first, gone in the end, with the parties its file declares."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Table, text

from troth import parties
from troth.gate import Gate
from troth.language.model import Choice, Document, Policy
from troth.language.story_model import Agreement, Entry, Fixture
from troth.people import attributes
from troth.people.people import add_person
from troth.store import Session, Store, make_tables, open_store
from troth.store import tables as t

from .readings import READINGS, Reading

SECRET = b"a story's own key, of no use anywhere else"
LONG_AGO = date(1990, 1, 1)


@dataclass
class Stage:
    """What the steps of one story act on. Persons are known by the name the story gives them."""

    gate: Gate
    session: Session
    persons: dict[str, int] = field(default_factory=dict)
    last: str = ""  # the person last mentioned: whom a question is about

    @property
    def readings(self) -> dict[str, Reading]:
        """The readings that can be had where the rows of this story lie."""
        return READINGS[self.session.connection.dialect.name]

    @property
    def policy(self) -> Policy:
        return self.gate.policy

    def moment(self, day: date, at: time) -> datetime:
        """A step's time, in the policy's zone."""
        return datetime.combine(day, at, tzinfo=ZoneInfo(self.gate.zone))

    def starts(self, day: date) -> datetime:
        return self.moment(day, time())

    def ends(self, day: date) -> datetime:
        """The moment after an inclusive last day."""
        return self.starts(day + timedelta(days=1))

    def person(self, name: str, at: datetime) -> int:
        """The number of a person, entered when first mentioned."""
        if name not in self.persons:
            self.persons[name] = add_person(self.session, SECRET, at)
        self.last = name
        return self.persons[name]

    def version(self, day: date, named: str = "") -> Document:
        """A version by its date or id; without a name, the one in force on the day."""
        if named:
            return self.policy.version(named.rsplit("/", maxsplit=1)[-1])
        current = self.policy.at(day)
        if current is None:
            raise LookupError(f"no version of {self.policy.name} is in force on {day}")
        return current

    def contract(self, name: str) -> str | None:
        """The document id of a contract by its name; none where none is named."""
        if not name:
            return None
        return next(d.id for d in self.policy.contracts if d.setting("contract") == name)

    def choice(self, name: str, day: date) -> Choice:
        """A choice as worded in the version in force, else in another text of the policy."""
        current = self.policy.at(day)
        texts = [*([current] if current else []), *reversed(self.policy.versions)]
        texts += [d for d in (self.policy.house, *self.policy.laws) if d is not None]
        found = next((c for t in texts for c in t.choices if c.name == name), None)
        if found is None:
            raise LookupError(f"{self.policy.name} knows no choice `{name}`")
        return found

    # -- parties ----------------------------------------------------------------------------

    def declare(self, fixtures: Iterable[Fixture]) -> None:
        """Enter the parties of the file, with what is known of them and what they signed."""
        for fixture in fixtures:
            at = self.starts(fixture.starts or LONG_AGO)
            known = party_id(fixture.kind, fixture.name)
            name = fixture.display or fixture.name
            word = self.gate.words.words["party", fixture.kind]
            parties.register(self.session, known, word, name, at)
            self.describe("party", known, [Entry("code", (fixture.name,))], LONG_AGO)
            self.describe(
                "party", known, fixture.entries, fixture.starts or LONG_AGO, fixture.until
            )
            for agreement in fixture.agreements:
                self.sign(known, agreement, fixture.starts or LONG_AGO, fixture.until)

    def describe(
        self,
        of: attributes.Of,
        key: str,
        entries: Iterable[Entry],
        starts: date,
        until: date | None = None,
    ) -> None:
        """Enter attributes, each for its own days or for those of the whole."""
        for entry in entries:
            since = self.starts(entry.starts or starts)
            for value in entry.values:
                attributes.add_value(self.session, of, key, entry.name, value, since)
            last = entry.until or until
            if last is not None:
                for value in entry.values:
                    attributes.end_value(self.session, of, key, entry.name, self.ends(last), value)

    def sign(
        self, party: str, agreement: Agreement, starts: date, until: date | None = None
    ) -> None:
        """Enter an agreement; its last day is inclusive."""
        since = agreement.starts or starts
        parties.sign(
            self.session,
            party,
            agreement.terms,
            since,
            self.starts(since),
            until=agreement.until or until,
            fields=agreement.fields,
        )


def party_id(kind: str, name: str) -> str:
    """The id of a declared party: `reseller-FR`."""
    return f"{kind}-{name}"


class _Over(Exception):
    """The story is over: what it did is taken back."""


@cache
def _in_memory() -> Store:
    """One store in memory for all stories of a process; each takes back what it did."""
    store = open_store("sqlite://")
    with store.transaction(writes=True) as connection:
        make_tables(connection)
    return store


@contextmanager
def theatre(database: str) -> Iterator[Store]:
    """A store of stories on a PostgreSQL: tables of its own in one transaction, which is taken back in the
    end. Nothing that is in the database is seen, and nothing of the stories is ever committed."""
    store, name = open_store(database, alone=True), f"stories_{secrets.token_hex(4)}"
    try:
        with suppress(_Over), store.transaction(writes=True, company=name) as connection:
            connection.execute(text(f"create schema {name}"))
            connection.execute(text(f"set local search_path to {name}"))
            connection.execute(
                text("set local enable_seqscan = off")
            )  # each story leaves dead rows
            make_tables(connection)
            yield store
            raise _Over
    finally:
        store.close()


@contextmanager
def empty(gate: Gate, fixtures: Iterable[Fixture], theatre: Store | None = None) -> Iterator[Stage]:
    """A stage with nothing on it but the parties; gone when the story ends."""
    store, name = theatre or _in_memory(), gate.policy.name
    with suppress(_Over), store.transaction(writes=True):
        store.add_company(name, name, gate.zone)
        with store.writing(name) as session:
            stage = Stage(gate, session)
            _set(stage, tuple(fixtures))
            yield stage
        raise _Over


@dataclass(frozen=True)
class _Scenery:
    """The rows of the parties of a file, as they stood when these had been entered for the first time."""

    words: object
    rows: tuple[tuple[Table, list[dict[str, Any]]], ...]


_SCENERY: dict[tuple[str, str, tuple[Fixture, ...]], _Scenery] = {}


def _set(stage: Stage, fixtures: tuple[Fixture, ...]) -> None:
    """Enter the parties on an empty stage. A file has many stories and all have its parties: after the first
    their rows are laid down as they were, which takes a tenth of the time."""
    session, words = stage.session, stage.policy.words
    key = (stage.policy.name, stage.gate.zone, fixtures)
    known = _SCENERY.get(key)
    if known is None or known.words is not words:
        stage.declare(fixtures)
        _SCENERY[key] = _Scenery(words, tuple(_rows(session)))
        return
    for table, rows in known.rows:
        session.put_all(table, rows)


def _rows(session: Session) -> Iterator[tuple[Table, list[dict[str, Any]]]]:
    for table in t.metadata.sorted_tables:
        if table is not t.companies:
            found = session.rows(table, order=list(table.primary_key.columns))
            if found:
                without = [dict(row._mapping) for row in found]
                for row in without:
                    del row["company"]
                yield table, without
