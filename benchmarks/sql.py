"""SQL for a purpose: a rewritten query beside the same filter by hand and beside no filter, with the same rows."""

from __future__ import annotations

import sqlite3
import statistics
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time
from typing import Any

import duckdb

from troth.company import Company, open_house
from troth.estate import Map, read_map
from troth.people import choices
from troth.people.people import add_person

RUNS = True
NOW = datetime(2016, 6, 1, 12, tzinfo=UTC)
PURPOSE = "support"
Tell = Callable[[str], None]
POLICY = """---
policy: bench
company: Bench
in force: {day}
zone: Europe/Zurich
contact: a@bench.example
covers: bench.example
changes: told
---

# Privacy {{#p}}

{words}```policy
form: may collect contact at web-form
use: may use contact for {purposes}
    unless no-use
told: must tell people by email before wider use of earlier data
choice no-use "No"
    by email
```
"""
MAP = """
map: bench
company: bench
tables:
  people:
    people: person is number
    given: {at: day, place: web-form}
    columns: {id: plain, person: plain, email: email, phone: phone, day: plain}
  calls:
    people: person_id to people.id
    given: {at: day, place: web-form}
    columns: {id: plain, person_id: plain, number: phone, seconds: plain, day: plain}
"""
PEOPLE = "(select id, person, day, case when (t.troth_email & 1) <> 0 then email end as email, case when (t.troth_phone & 1) <> 0 then phone end as phone from people t where ((t.troth_email | t.troth_phone) & 1) <> 0)"
CALLS = "(select id, person_id, seconds, day, case when (t.troth_phone & 1) <> 0 then number end as number from calls t where (t.troth_phone & 1) <> 0)"
QUERIES = {
    "month count": "select count(*) from {people} p where p.day >= '2014-01-01' and p.day < '2014-02-01'",
    "count, least address": "select count(*), min(email) from {people} p",
    "export of 3 columns": "select max(id), max(email), max(phone) from {people} p where id % 3 = 0",
    "join with calls": "select count(*), sum(c.seconds) from {people} p join {calls} c on c.person_id = p.id",
    "window": "select max(r) from (select row_number() over (partition by p.day order by p.id) as r from {people} p) x",
}


@dataclass(frozen=True)
class Size:
    people: int
    calls: int
    known: int  # who ever said anything
    rounds: int


def run(small: bool = False, tell: Tell = print, people: int = 0) -> bool:
    """Each query in each way; False where the rows differ."""
    size = Size(2_000, 1_000, 50, 1) if small else Size(people or 300_000, 150_000, 20_000, 5)
    agreed = True
    for purposes, versions in ((5, 2), (50, 2), (5, 10)) if not small else ((5, 2),):
        with TemporaryDirectory() as folder:
            shop, found = _company(Path(folder), size, purposes, versions)
            for kind in ("duckdb", "sqlite"):
                url = f"{kind}:///{folder}/bench.{kind}"
                _fill(kind, f"{folder}/bench.{kind}", size)
                names = [f"{PURPOSE}", *(f"purpose-{n}" for n in range(1, purposes))]
                started = process_time()
                shop.install(url, names, map=found)
                spent = process_time() - started
                tell(
                    f"\n{kind}: {size.people:,} people, {size.calls:,} calls, {purposes} purposes, {versions} versions; permits put in in {spent:.1f} s of CPU"
                )
                agreed &= _race(kind, url, shop, found, size, tell)
    return agreed


def _race(kind: str, url: str, shop: Company, found: Map, size: Size, tell: Tell) -> bool:
    tell(
        f"{'ms of CPU':<24} {'troth':>9} {'by hand':>9} {'no filter':>10} {'to hand':>8} {'to none':>8}"
    )
    agreed = True
    path = url.partition(":///")[2]
    for name, query in QUERIES.items():
        asked = query.format(people="people", calls="calls")
        hand = query.format(people=PEOPLE, calls=CALLS)
        ways: dict[str, list[float]] = {"troth": [], "hand": [], "none": []}
        ours = theirs = None
        for _ in range(size.rounds):
            with shop.connect(url, purpose=PURPOSE, map=found) as connection:
                ours = _timed(ways["troth"], connection, asked)
            opened: Any = sqlite3.connect(path) if kind == "sqlite" else duckdb.connect(path)
            with closing(opened):
                theirs = _timed(ways["hand"], opened, hand)
                _timed(ways["none"], opened, asked)
        agreed &= ours == theirs
        troth, by_hand, none = (
            1000 * statistics.median(ways[way]) for way in ("troth", "hand", "none")
        )
        told = f"{name:<24} {troth:>9.1f} {by_hand:>9.1f} {none:>10.1f} {troth / by_hand:>7.2f}× {troth / none:>7.2f}×"
        tell(told + ("" if ours == theirs else "  THE ROWS DIFFER"))
    return agreed


def _timed(spent: list[float], opened: Any, query: str) -> Any:
    opened.execute(query).fetchall()
    started = process_time()
    found = opened.execute(query).fetchall()
    spent.append(process_time() - started)
    return found


# -- the setting -------------------------------------------------------------------------------------


def _company(folder: Path, size: Size, purposes: int, versions: int) -> tuple[Company, Map]:
    named = [PURPOSE, *(f"purpose-{n}" for n in range(1, purposes))]
    words = ['data email "your e-mail"', 'data phone "your telephone"']
    words += ['data contact "your contact" holds email, phone', 'place web-form "our form"']
    words += ['way email "e-mail"', *(f'purpose {name} "{name}" basic' for name in named)]
    for number in range(versions):
        file = folder / "policies" / "bench" / f"{2005 + number}-01-01.md"
        file.parent.mkdir(parents=True, exist_ok=True)
        box = f"```words\n{chr(10).join(words)}\n```\n\n" if number == 0 else ""
        day = f"{2005 + number}-01-01"
        file.write_text(POLICY.format(day=day, words=box, purposes=", ".join(named)))
    shop = open_house(
        folder / "policies", f"sqlite:///{folder}/troth.db", lambda: NOW, b"k" * 32
    ).company("bench")
    choice = shop.policy.versions[-1].choices[0]
    with shop.writing() as session:
        for number in range(size.known):
            person = add_person(session, shop.key, NOW - timedelta(days=900), {})
            if number % 2:
                at = NOW - timedelta(days=300)
                choices.say(session, person, choice, (), True, at, "email", "person")
    found, problems = read_map(MAP)
    assert found is not None, problems
    return shop, found


def _fill(kind: str, path: str, size: Size) -> None:
    numbers = "with recursive n(i) as (select 1 union all select i + 1 from n where i < {})"
    series = "range(1, {} + 1) n(i)" if kind == "duckdb" else "n"
    before = numbers if kind == "sqlite" else ""
    text = "'p' || i || '@example.com'"
    day = (
        "cast(date '2006-01-01' + cast(i % 3600 as integer) as varchar)"
        if kind == "duckdb"
        else "date('2006-01-01', '+' || (i % 3600) || ' days')"
    )
    made: Any = duckdb.connect(path) if kind == "duckdb" else sqlite3.connect(path)
    with closing(made):
        made.execute(
            "create table people (id integer primary key, person integer, email text, phone text, day text)"
        )
        made.execute(
            "create table calls (id integer primary key, person_id integer, number text, seconds integer, day text)"
        )
        known = f"1 + i % {size.known}"
        made.execute(
            f"insert into people {before.format(size.people)} select i, {known}, {text}, '+1 555 ' || i, {day} from {series.format(size.people)}"
        )
        made.execute(
            f"insert into calls {before.format(size.calls)} select i, 1 + (i * 7) % {size.people}, '+1 555 ' || i, i % 600, {day} from {series.format(size.calls)}"
        )
        made.commit()
