"""End to end: the person found, what is held of her read, decided, on record; beside SQL written by hand for the rule.

The rule by hand is what own news by e-mail comes to under CallMiner's versions of 2003 and 2014, for addresses
given when a product was registered: no refusal stands, and who lives in one of the regions where consent is
law, or nobody knows where, has said yes. It knows no other question, place, version or day, and cites nothing.
"""

from __future__ import annotations

import hashlib
import hmac
import sqlite3
import statistics
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import cycle
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Any

import troth
from troth.bench import ROOT
from troth.company import Company
from troth.gate import Given
from troth.language.model import Choice
from troth.language.regions import countries
from troth.people import attributes
from troth.people.choices import say
from troth.people.people import add_person
from troth.store import Session
from troth.store.columns import written_moment

YEARS = range(2004, 2016)  # people of the first version, and of the second
NOW = datetime(2016, 6, 1, tzinfo=UTC)
QUESTION: dict[str, Any] = {"action": "use", "data": "email", "purpose": "own-offers"}
SAID = {"no-promotional-email": 0.1, "no-own-news": 0.1, "promotional-email": 0.4}
REGULATED = countries(("EEA", "GB", "CH", "CA"))
GROUP = 1000

LATEST = """exists (select 1 from choices c where c.company = 'callminer' and c.person = i.person
    and c.choice = '{0}' and c.cell in ('{1}', '*') and c.standing and c.at <= :now
    and not exists (select 1 from choices n where n.company = c.company and n.person = c.person
      and n.choice = c.choice and n.cell in ('{1}', '*') and n.at <= :now
      and (n.at > c.at or (n.at = c.at and n.id > c.id))))"""
LIVING = """exists (select 1 from attributes a where a.company = 'callminer' and a.of = 'person'
    and a.key = cast(i.person as text) and a.name = 'country' and a.since <= :now
    and (a.until is null or a.until > :now){0})"""
BY_HAND = f"""
    select i.person, not {LATEST.format("no-promotional-email", "")}
      and not {LATEST.format("no-own-news", "own-offers/email")}
      and ({LATEST.format("promotional-email", "")}
        or ({LIVING.format("")} and not {LIVING.format(f" and a.value in {REGULATED}")}))
    from identifiers i
    where i.company = 'callminer' and i.kind = 'email' and i.hash = :hash and i.until is null"""
AUDIT = "insert into by_hand (person, at, question, allowed) values (?, ?, 'own-offers', ?)"


Asking = Callable[[Sequence[str]], list[bool]]


@dataclass(frozen=True)
class Way:
    """One way to the same answers: `ask` takes addresses and returns yes or no for each, recorded."""

    name: str
    ask: Asking
    at_once: int


@dataclass(frozen=True)
class Spent:
    """Microseconds an ask, medians over the rounds: of this process alone, and on the clock, with the disk."""

    name: str
    cpu: float
    low: float
    high: float
    clock: float

    def line(self) -> str:
        """One row of the printed table."""
        spread = f"{self.low:,.0f}–{self.high:,.0f}"
        per_second = 1e6 / self.cpu if self.cpu else 0
        return f"{self.name:<52} {self.cpu:>8,.0f} {spread:>13} {per_second:>11,.0f} {self.clock:>9,.0f}"


HEAD = f"{'own news by e-mail, from the store, µs an ask':<52} {'CPU':>8} {'of rounds':>13} {'a s of CPU':>11} {'clock':>9}"


def run(people: int, single: int, rounds: int, tell: Callable[[str], None]) -> bool:
    """Ask of everybody in each way: the same verdicts, then the times. False where they differ."""
    everybody = [address(number) for number in range(people)]
    with filled(people) as (company, database), closing(_opened(database)) as beside:
        ways = (
            Way("troth, company.asks, many in one transaction", _asks(company), GROUP),
            Way("by hand, many in one transaction", _by_hand(company, beside), GROUP),
            Way("troth, company.ask, each on the disk by itself", _ask(company), 1),
            Way("by hand, each on the disk by itself", _by_hand(company, beside), 1),
        )
        verdicts = [way.ask(everybody) for way in ways]
        equal = all(verdict == verdicts[0] for verdict in verdicts)
        tell(
            f"{people:,} people, {sum(verdicts[0]):,} of them yes, groups of {min(GROUP, people):,}: "
            f"{'the same verdicts' if equal else 'the verdicts differ'}"
        )
        tell(HEAD)
        for spent in _race(ways, everybody, single, rounds):
            tell(spent.line())
        return equal


def _race(
    ways: Sequence[Way], everybody: Sequence[str], single: int, rounds: int
) -> Iterator[Spent]:
    """Each way once in every round. Those that wait for the disk are asked of fewer people."""
    cpu: dict[str, list[float]] = {way.name: [] for way in ways}
    clock: dict[str, list[float]] = {way.name: [] for way in ways}
    for _ in range(rounds):
        for way in ways:
            asked = everybody if way.at_once > 1 else everybody[:single]
            used, passed = process_time(), perf_counter()
            for first in range(0, len(asked), way.at_once):
                way.ask(asked[first : first + way.at_once])
            cpu[way.name].append((process_time() - used) / len(asked) * 1e6)
            clock[way.name].append((perf_counter() - passed) / len(asked) * 1e6)
    for way in ways:
        mine = cpu[way.name]
        middle, waited = statistics.median(mine), statistics.median(clock[way.name])
        yield Spent(way.name, middle, min(mine), max(mine), waited)


# -- the ways ----------------------------------------------------------------------------------------


def _asks(company: Company) -> Asking:
    def ask(addresses: Sequence[str]) -> list[bool]:
        questions = [{**QUESTION, "person": person} for person in addresses]
        return [answer.allowed for answer in company.asks(questions, at=NOW)]

    return ask


def _ask(company: Company) -> Asking:
    return lambda addresses: [
        company.ask(**QUESTION, person=person, at=NOW).allowed for person in addresses
    ]


def _by_hand(company: Company, database: sqlite3.Connection) -> Asking:
    """Written as one would without us: one statement that knows the rule, and a row of an audit table."""
    moment = written_moment(NOW)

    def ask(addresses: Sequence[str]) -> list[bool]:
        database.execute("begin immediate")
        rows = []
        for person in addresses:
            message = f"callminer\0email\0{person}".encode()
            digest = hmac.new(company.key, message, hashlib.sha256).hexdigest()
            rows.append(database.execute(BY_HAND, {"hash": digest, "now": moment}).fetchone())
        audit = [(person, moment, allowed) for person, allowed in rows]
        database.executemany(AUDIT, audit)
        database.execute("commit")
        return [bool(allowed) for _, allowed in rows]

    return ask


def _opened(database: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(database, isolation_level=None)
    connection.execute("pragma synchronous = full")
    connection.execute(
        "create table by_hand (id integer primary key, person integer, at text, question text,"
        " allowed integer)"
    )
    return connection


# -- the people --------------------------------------------------------------------------------------


def address(number: int) -> str:
    return f"person-{number}@example.com"


@contextmanager
def filled(people: int) -> Iterator[tuple[Company, Path]]:
    """So many people in a SQLite file: some refused, some consented, of two in three the country is known."""
    with TemporaryDirectory() as folder:
        database = Path(folder) / "bench.db"
        company = troth.open(ROOT / "policies", f"sqlite:///{database}").company("callminer")
        choices = {
            c.name: c
            for text in (*company.policy.versions, *company.policy.laws)
            for c in text.choices
        }
        chance = Random(5)
        with company.writing() as session:
            for number, year in zip(range(people), cycle(YEARS), strict=False):
                at, values = datetime(year, 3, 1, tzinfo=UTC), {"email": address(number)}
                person = add_person(session, company.key, at, {"email": address(number)})
                given = Given("product-registration", values, (person,))
                company.gate.collect(session, given, at)
                _known(session, chance, choices, person, at + timedelta(days=1))
        yield company, database


def _known(
    session: Session, chance: Random, choices: Mapping[str, Choice], person: int, at: datetime
) -> None:
    country = chance.choice(("US", "US", "AU", "DE", "", ""))
    if country:
        attributes.set_value(session, "person", person, "country", country, at)
    for name, share in SAID.items():
        if chance.random() < share:
            say(session, person, choices[name], (), True, at, "site", "person")
