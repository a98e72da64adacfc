"""Which of all these people may get this now: the census beside SQL written by hand for the rule, and one by one.

Five thousand people are made through the ordinary doors, each with moments of her own, and copied under new
numbers until there are enough. The rule by hand is that of `stored`; it knows no other question and cites nothing.
"""

from __future__ import annotations

import sqlite3
import statistics
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from itertools import cycle
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Any

import numpy as np
from sqlalchemy import text

import troth
from benchmarks.stored import LATEST, LIVING, NOW, QUESTION, REGULATED, SAID, YEARS
from troth import census
from troth.bench import ROOT
from troth.company import Company, many
from troth.gate import Given, Question
from troth.language.model import Ask
from troth.people import attributes
from troth.people.choices import say
from troth.people.people import add_person
from troth.store.columns import written_moment

RUNS = True
MADE = 5_000  # people who are made through the doors
SAMPLE = 2_000  # people asked one by one
BY_HAND = f"""
    select i.id from people i where i.company = 'callminer' and not {LATEST.format("no-promotional-email", "")}
      and not {LATEST.format("no-own-news", "own-offers/email")}
      and ({LATEST.format("promotional-email", "")}
        or ({LIVING.format("")} and not {LIVING.format(f" and a.value in {REGULATED}")}))
""".replace("i.person", "i.id")
COPIED = {
    "people": "id + k * {made}, created_at, erased_at",
    "records": "id + k * {made}, given_at, place, host, source, matter",
    "record_people": "record + k * {made}, person + k * {made}",
    "fields": "id + k * {made}, record + k * {made}, stamp, data, value, label, replaced_by, derived_from",
    "choices": 'id + k * {rows}, person + k * {made}, choice, cell, standing, kind, at, "until", way, "by",'
    " text_shown, complete, carried_from, scope",
    "attributes": "id + k * {rows}, of, cast(cast(key as integer) + k * {made} as text), name, value, since,"
    ' "until"',
}
Tell = Callable[[str], None]


def run(small: bool = False, tell: Tell = print, people: int = 0) -> bool:
    """Ask of everybody in each way; False where an answer differs."""
    count = 300 if small else people or 200_000
    made = min(MADE, count)
    with filled(count // made, made) as company:
        count = count // made * made
        everybody = np.arange(1, count + 1)
        used, passed = process_time(), perf_counter()
        parts = census.renew(company.store, company.name)
        tell(
            f"{count:,} people; the census of {parts} parts taken in {process_time() - used:.1f} s of CPU, "
            f"{perf_counter() - passed:.1f} s on the clock; {_kept(company) / count:.1f} bytes a person"
        )
        company.store.close()
        answers, peak = _ours(company, everybody, 1 if small else 5, tell)
        hand = _by_hand(company, count, tell)
        chosen = sorted(Random(3).sample(range(count), min(SAMPLE, count)))
        singly = _singly(company, [number + 1 for number in chosen], tell)
        tell(f"memory while asking, beside the list: {peak / count:.1f} bytes a person")
        equal = answers == hand and [answers[number] for number in chosen] == singly
        tell(
            f"{sum(answers):,} may; {'the same answers' if equal else 'THE ANSWERS DIFFER'}, "
            f"by hand of all, one by one of {len(chosen):,}"
        )
        return equal


def _ours(company: Company, everybody: Any, rounds: int, tell: Tell) -> tuple[list[bool], int]:
    """Each time from the store: nothing is remembered from one round to the next."""
    fewest, many.MANY = many.MANY, min(many.MANY, len(everybody))
    spent: list[tuple[float, float]] = []
    try:
        company.allowed(QUESTION["purpose"], everybody[:1])
        before = _reset()
        for _ in range(rounds):
            used, passed = process_time(), perf_counter()
            answers = company.allowed(QUESTION["purpose"], everybody)
            spent.append((process_time() - used, perf_counter() - passed))
    finally:
        many.MANY = fewest
    _told(tell, "company.allowed, from the census", spent, len(everybody))
    return answers, _memory("VmHWM") - before


def _by_hand(company: Company, count: int, tell: Tell) -> list[bool]:
    statement = BY_HAND.replace(":now", f"'{written_moment(NOW)}'")
    with company.store.transaction(writes=False) as connection:
        used, passed = process_time(), perf_counter()
        found = {row[0] for row in connection.execute(text(statement))}
        answers = [number in found for number in range(1, count + 1)]
        _told(
            tell,
            "by hand, one statement",
            [(process_time() - used, perf_counter() - passed)],
            count,
        )
    return answers


def _singly(company: Company, people: Sequence[int], tell: Tell) -> list[bool]:
    ask = Ask(QUESTION["action"], QUESTION["data"], QUESTION["purpose"])
    used, passed = process_time(), perf_counter()
    with company.reading() as session:
        found = [
            company.gate.ask(session, Question(ask, person, NOW), entry=False).allowed
            for person in people
        ]
    _told(tell, "one by one", [(process_time() - used, perf_counter() - passed)], len(people))
    return found


def _told(tell: Tell, name: str, spent: list[tuple[float, float]], count: int) -> None:
    cpu, clock = (statistics.median(times) for times in zip(*spent, strict=True))
    low, high = min(times[0] for times in spent), max(times[0] for times in spent)
    tell(
        f"{name:<36} {cpu:>8.2f} s of CPU ({low:.2f}–{high:.2f}) {clock:>8.2f} s on the clock "
        f"{cpu / count * 1e6:>8.2f} µs a person"
    )


def _kept(company: Company) -> int:
    with company.store.transaction(writes=False) as connection:
        return int(connection.execute(text("select sum(length(body)) from census")).scalar_one())


def _reset() -> int:
    """Forget the peak of memory; what is in use now."""
    Path("/proc/self/clear_refs").write_text("5", "ascii")
    return _memory("VmRSS")


def _memory(name: str) -> int:
    lines = Path("/proc/self/status").read_text("ascii").splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(name))


# -- the people --------------------------------------------------------------------------------------


@contextmanager
def filled(times: int, made: int) -> Iterator[Company]:
    """So many times so many people in a SQLite file."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "bench.db"
        house = troth.open(ROOT / "policies", f"sqlite:///{path}", lambda: NOW)
        company = house.company("callminer")
        _make(company, made)
        if times > 1:
            company.store.close()  # nobody else may have the file
            _copy(path, times, made)
        yield company
        company.store.close()


def _make(company: Company, made: int) -> None:
    texts = (*company.policy.versions, *company.policy.laws)
    choices = {choice.name: choice for version in texts for choice in version.choices}
    chance = Random(5)
    with company.writing() as session:
        for number, year in zip(range(made), cycle(YEARS), strict=False):
            at = datetime(year, 3, 1, tzinfo=UTC) + timedelta(seconds=chance.randrange(8_000_000))
            person = add_person(session, company.key, at)
            given = Given("product-registration", {"email": f"p{number}@example.com"}, (person,))
            company.gate.collect(session, given, at)
            later = at + timedelta(days=1)
            country = chance.choice(("US", "US", "AU", "DE", "", ""))
            if country:
                attributes.set_value(session, "person", person, "country", country, later)
            for name, share in SAID.items():
                if chance.random() < share:
                    say(session, person, choices[name], (), True, later, "site", "person")


def _copy(path: Path, times: int, made: int) -> None:
    """The rows of everybody again and again under new numbers, as quickly as the database can."""
    with closing(sqlite3.connect(path, isolation_level=None)) as driver:
        driver.execute("pragma journal_mode = off")  # it is thrown away
        driver.execute("pragma synchronous = off")
        driver.execute("pragma cache_size = -2000000")
        driver.execute("pragma foreign_keys = off")
        driver.execute("begin immediate")
        indexes = list(
            driver.execute(
                "select name, sql from sqlite_master where type = 'index' and sql is not null"
                f" and tbl_name in ({', '.join(repr(name) for name in COPIED)})"
            )
        )
        for name, _ in indexes:
            driver.execute(f'drop index "{name}"')
        for table, columns in COPIED.items():
            rows = driver.execute(f"select count(*) from {table}").fetchone()[0]
            shifted = columns.format(made=made, rows=rows)
            driver.execute(
                f"with recursive n(k) as (select 1 union all select k + 1 from n where k < {times - 1})"
                f" insert into {table} select company, {shifted} from n cross join"
                f" (select * from {table} where company = 'callminer') order by k"
            )
        for _, written in indexes:
            driver.execute(written)
        driver.execute(f"update numbers set last = last * {times}")
        driver.execute("commit")
        driver.execute("analyze")
        driver.execute("pragma journal_mode = wal")
