"""SQL for a purpose: a rewritten query beside the same filter by hand and beside no filter, with the same rows.

On PostgreSQL also beside row security as one would write it, a policy for each clause and purpose over a table of
choices. Times are of the processor, the database's own included.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time
from typing import Any

from benchmarks.bases import CALLS, PEOPLE, PURPOSE, Base, Size, bases, company, secure
from troth.company import Company
from troth.estate import Map

RUNS = True
Tell = Callable[[str], None]
QUERIES = {
    "month count": "select count(*) from {people} p where p.day >= '2014-01-01' and p.day < '2014-02-01'",
    "count, least address": "select count(*), min(email) from {people} p",
    "export of 3 columns": "select max(id), max(email), max(phone) from {people} p where id % 3 = 0",
    "join with calls": "select count(*), sum(c.seconds) from {people} p join {calls} c on c.person_id = p.id",
    "window": "select max(r) from (select row_number() over (partition by p.day order by p.id) as r from {people} p) x",
}
GROWTH = ((5, 2), (50, 2), (5, 10))  # purposes, versions


def _clock_of(number: int) -> int:
    """Linux' clock of all that a process has had of the processor, its ended threads too."""
    return (~number << 3) | 2


@dataclass(frozen=True)
class Way:
    """One way to the same rows: the query as it is asked, on a connection of its kind."""

    name: str
    opened: Any
    people: str = "people"
    calls: str = "calls"

    def apart(self) -> float:
        """Seconds of the processor that the process has had in which DuckDB runs for us."""
        process = getattr(getattr(self.opened, "_wall", None), "_apart", None)
        return time.clock_gettime(_clock_of(process.number)) if process else 0.0

    def query(self, name: str) -> str:
        return QUERIES[name].format(people=self.people, calls=self.calls)


def run(small: bool = False, tell: Tell = print, people: int = 0) -> bool:
    """Each query in each way, then over more purposes and versions; False where the rows differ."""
    most = 1_000 if small else people or 200_000
    least = most if small else max(most // 10, 100_000)
    rounds = 1 if small else 5
    agreed = True
    for kind in ("duckdb", "sqlite", "postgres"):
        size = Size(most if kind == "duckdb" else least, 20_000 if not small else 50)
        agreed &= _beside(kind, size, rounds, tell)
    for purposes, versions in GROWTH[1:] if small else GROWTH:
        size = Size(least, 20_000 if not small else 50, purposes, versions)
        agreed &= _grown(size, rounds, tell)
    return agreed


def _beside(kind: str, size: Size, rounds: int, tell: Tell) -> bool:
    """One database: ours, by hand, without a filter, and in PostgreSQL by row security."""
    with TemporaryDirectory() as folder, ExitStack() as open_:
        shop, found, base = _filled(kind, Path(folder), size, open_, tell)
        ways = [
            Way("troth", open_.enter_context(shop.connect(base.url, purpose=PURPOSE, map=found))),
            Way("by hand", open_.enter_context(closing(base.connect())), PEOPLE, CALLS),
            Way("no filter", open_.enter_context(closing(base.connect()))),
        ]
        if kind == "postgres":
            secure(base, shop)
            ways.append(Way("row security", open_.enter_context(closing(base.secured()))))
        head = "".join(f"{way.name:>14}" for way in ways)
        tell(f"{'ms of CPU':<24}{head}{'to hand':>10}{'to none':>10}")
        agreed = True
        for name in QUERIES:
            times, rows = _timed(base, ways, name, rounds)
            same = all(found == rows["troth"] for way, found in rows.items() if way != "no filter")
            agreed &= same
            told = "".join(f"{1000 * times[way.name]:>14.1f}" for way in ways)
            hand, none = times["by hand"], times["no filter"]
            ratios = f"{times['troth'] / hand:>9.2f}×{times['troth'] / none:>9.2f}×"
            tell(f"{name:<24}{told}{ratios}" + ("" if same else "  THE ROWS DIFFER"))
        return agreed


def _grown(size: Size, rounds: int, tell: Tell) -> bool:
    """DuckDB alone, with so many purposes and versions."""
    with TemporaryDirectory() as folder, ExitStack() as open_:
        shop, found, base = _filled("duckdb", Path(folder), size, open_, tell)
        ways = [
            Way("troth", open_.enter_context(shop.connect(base.url, purpose=PURPOSE, map=found))),
            Way("by hand", open_.enter_context(closing(base.connect())), PEOPLE, CALLS),
        ]
        agreed = True
        told = []
        for name in QUERIES:
            times, rows = _timed(base, ways, name, rounds)
            agreed &= rows["troth"] == rows["by hand"]
            told.append(
                f"{name} {1000 * times['troth']:.1f} ({times['troth'] / times['by hand']:.2f}×)"
            )
        tell("  " + ", ".join(told) + ("" if agreed else "  THE ROWS DIFFER"))
        return agreed


def _filled(
    kind: str, folder: Path, size: Size, open_: ExitStack, tell: Tell
) -> tuple[Company, Map, Base]:
    shop, found = company(folder, size)
    base = open_.enter_context(bases(kind, folder))
    base.fill(size)
    names = [PURPOSE, *(f"purpose-{n}" for n in range(1, size.purposes))]
    started = process_time()
    shop.install(base.url, names, map=found)
    spent = process_time() - started
    base.settle()
    tell(
        f"\n{kind}: {size.people:,} people, {size.calls:,} calls, {size.purposes} purposes, "
        f"{size.versions} versions; permits put in in {spent:.1f} s of CPU"
    )
    return shop, found, base


def _timed(
    base: Base, ways: list[Way], name: str, rounds: int
) -> tuple[dict[str, float], dict[str, Any]]:
    """Seconds of each way, the median of the rounds, all in every round; and what each gave."""
    times: dict[str, list[float]] = {way.name: [] for way in ways}
    rows: dict[str, Any] = {}
    for round_ in range(rounds + 1):
        for way in ways:
            theirs, ours = base.cpu() + way.apart(), process_time()
            rows[way.name] = way.opened.execute(way.query(name)).fetchall()
            spent = process_time() - ours + base.cpu() + way.apart() - theirs
            if round_ or rounds == 1:  # the first warms up
                times[way.name].append(spent)
    return {way: statistics.median(spent) for way, spent in times.items()}, rows
