"""Intake: collections and choices that arrive at once, committed together; beside one commit for each.

People nobody knows yet give an address and a name, and then say that they want no news. Each of these is on
the disk before its caller is answered: SQLite with `synchronous = full`, PostgreSQL with `fsync` on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Any

from tests import postgres
from troth import ledger
from troth.bench import ROOT
from troth.company import Company, House
from troth.corpus import load
from troth.language.model import Choice, Policy
from troth.store import open_store, upgrade
from troth.store import tables as t

RUNS = True
AT = datetime(2015, 3, 2, 12, tzinfo=UTC)
PLACE, CHOICE = "optional-field", "no-promotional-email"
CALLERS = 64
KINDS = ("SQLite", "PostgreSQL")


@dataclass(frozen=True)
class Round:
    """So many events: what they took on the clock and of this process's own time, and their groups."""

    events: int
    clock: float
    cpu: float
    groups: int


def run(small: bool = False, tell: Callable[[str], None] = print) -> bool:
    """Both ways in both databases, the rows compared first. False where they differ."""
    people, single, rounds = (24, 8, 1) if small else (1000, 50, 5)
    policy = load(ROOT / "policies", stories=False).policies["callminer"]
    tell(f"{people * 2:,} collections and choices a round, {CALLERS} callers at once")
    tell(
        f"{'durable events':<44} {'a second':>10} {'of rounds':>15} {'a s of CPU':>11} {'group':>6}"
    )
    alike = True
    for kind in KINDS:
        with company_on(kind, policy) as many, company_on(kind, policy) as one:
            together, each = [], []
            for number in range(rounds):
                together.append(_round(many, CALLERS, _people(number, people)))
                each.append(_round(one, 1, _people(number, single)))
            _round(one, CALLERS, [p for n in range(rounds) for p in _people(n, people)[single:]])
            alike = alike and _rows(many) == _rows(one)
            tell(_line(f"{kind}, committed together", together))
            tell(_line(f"{kind}, one commit an event", each))
    tell("the same rows, the ledgers sound" if alike else "the rows differ")
    return alike


def _people(number: int, count: int) -> list[str]:
    return [f"person-{number}-{each}@example.com" for each in range(count)]


def _line(name: str, rounds: Sequence[Round]) -> str:
    speeds = [each.events / each.clock for each in rounds]
    own = median(each.events / each.cpu for each in rounds)
    size = sum(each.events for each in rounds) / sum(each.groups for each in rounds)
    spread = f"{min(speeds):,.0f}–{max(speeds):,.0f}"
    return f"{name:<44} {median(speeds):>10,.0f} {spread:>15} {own:>11,.0f} {size:>6.1f}"


def _round(company: Company, callers: int, people: Sequence[str]) -> Round:
    """Each of the people gives and then says, at each caller one after the other."""
    choice = _choice(company)

    def arrive(person: str) -> None:
        company.collect(PLACE, {"email": person, "name": "Eve"})
        company.say(person, choice, standing=True, way="email", by="crm")

    before = company.together.rounds
    clock, own = perf_counter(), process_time()
    if callers == 1:
        for person in people:
            arrive(person)
    else:
        with ThreadPoolExecutor(callers) as waiting:
            list(waiting.map(arrive, people))
    passed, used = perf_counter() - clock, process_time() - own
    return Round(2 * len(people), passed, used, company.together.rounds - before)


def _choice(company: Company) -> Choice:
    return next(c for v in company.policy.versions for c in v.choices if c.name == CHOICE)


def _rows(company: Company) -> Counter[Any]:
    """What is kept of each address: numbers depend on who came first, and are left out."""
    found: Counter[Any] = Counter()
    with company.reading() as session:
        assert ledger.verify(session)
        hers = {row.person: row.hash for row in session.rows(t.identifiers)}
        about = {row.record: hers[row.person] for row in session.rows(t.record_people)}
        for row in session.rows(t.fields):
            found[about[row.record], row.data, str(row.value), row.stamp] += 1
        for row in session.rows(t.choices):
            found[hers[row.person], row.choice, row.cell, row.standing] += 1
        for entry in ledger.entries(session, limit=1_000_000):
            found[hers.get(entry.person), entry.kind] += 1
        found["people"] = session.count(t.people)
    return found


@contextmanager
def company_on(kind: str, policy: Policy) -> Iterator[Company]:
    """An empty company in a SQLite file, or on a server of its own."""
    with place(kind) as url:
        store = open_store(url)
        upgrade(store)
        house = House({policy.name: policy}, store, lambda: AT, b"k" * 32)
        yield house.company(policy.name)
        store.close()


@contextmanager
def place(kind: str) -> Iterator[str]:
    """Where a new store can be made: a file, or a server of its own that is safe against the end of the machine."""
    if kind == "SQLite":
        with TemporaryDirectory() as folder:
            yield f"sqlite:///{Path(folder) / 'troth.db'}"
    else:
        with postgres.running() as server:
            yield server.database()
