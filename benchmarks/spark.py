"""SQL for a purpose on Spark: the predicate in the query beside the same filter by hand, and beside no filter.

People and calls in Parquet, the store copied beside them. By hand is what one writes who knows this one rule: the
last word of each person on the one choice, and an anti join. CPU is that of Spark's own process.
"""

from __future__ import annotations

import os
import statistics
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

import duckdb

from benchmarks.bases import MAP, PURPOSE, Size, company
from benchmarks.sql import QUERIES
from troth.estate import read_map
from troth.sql.copied import STORE

RUNS = True
Tell = Callable[[str], None]
ROWS = {
    "people": "select i as id, 1 + i % {known} as person, 'p' || i || '@example.com' as email, '+1 555 ' || i as phone, "
    "timestamp '2006-01-01' + to_days(cast(i % 3600 as integer)) as day from range(1, {people} + 1) n(i)",
    "calls": "select i as id, 1 + (i * 7) % {people} as person_id, '+1 555 ' || i as number, i % 600 as seconds, "
    "timestamp '2006-01-01' + to_days(cast(i % 3600 as integer)) as day from range(1, {calls} + 1) n(i)",
}
NO = (
    "(select person from (select person, max_by(standing, struct(`at`, id)) as standing from {choices} "
    "where company = 'bench' and choice = 'no-use' group by person) where standing)"
)
PEOPLE = "(select * from {people} t left anti join {no} s on s.person = t.person)"
CALLS = "(select c.* from {calls} c join {people} t on t.id = c.person_id left anti join {no} s on s.person = t.person)"


def run(small: bool = False, tell: Tell = print, people: int = 0) -> bool:
    """Each query in each way; False where the rows differ. Nothing is run where there is no Spark."""
    try:
        import pyspark  # noqa: F401
    except ImportError:
        tell("not run: Spark is not installed; `make spark` does that")
        return True
    size = Size(1_000 if small else people or 500_000, 50 if small else 20_000)
    keyed = MAP.replace("    columns:", "    key: id\n    columns:")
    found, problems = read_map(keyed)
    assert found is not None, problems
    with TemporaryDirectory() as folder:
        shop, _ = company(Path(folder), size)
        house = Path(folder) / "warehouse"
        _fill(house, size)
        copied = shop.copy_store(house)
        tell(
            f"{size.people:,} people, {size.calls:,} calls, {sum(copied.rows.values()):,} rows of the store"
        )
        with shop.connect(f"spark:///{house}", purpose=PURPOSE, map=found) as connection:
            return _beside(connection, 1 if small else 3, tell)


def _fill(house: Path, size: Size) -> None:
    with duckdb.connect(":memory:") as made:
        for name, query in ROWS.items():
            (house / name).mkdir(parents=True)
            rows = query.format(people=size.people, calls=size.calls, known=size.known)
            made.execute(f"copy ({rows}) to '{house / name}' (format parquet, per_thread_output)")


def _beside(connection: Any, rounds: int, tell: Tell) -> bool:
    places, session = connection.database.places, connection.database.session
    names = {name: f"`{places[name]}`" for name in ROWS}
    no = NO.format(choices=f"`{places[f'{STORE}/choices']}`")
    hand = {
        "people": PEOPLE.format(no=no, **names),
        "calls": CALLS.format(no=no, **names),
    }

    def plainly(query: str, tables: dict[str, str]) -> list[Any]:
        return [tuple(row) for row in session.sql(query.format(**tables)).collect()]

    ways: dict[str, Callable[[str], list[Any]]] = {
        "troth": lambda query: list(
            connection.execute(query.format(people="people", calls="calls"))
        ),
        "by hand": lambda query: plainly(query, hand),
        "no filter": lambda query: plainly(query, names),
    }
    tell(
        f"{'ms of CPU (on the clock)':<26}{''.join(f'{way:>20}' for way in ways)}{'to hand':>10}{'to none':>10}"
    )
    agreed = True
    for name, query in QUERIES.items():
        times, rows = _timed(session, ways, query, rounds)
        same = rows["troth"] == rows["by hand"]
        agreed &= same
        told = "".join(
            f"{1e3 * times[w][0]:>11,.0f} ({1e3 * times[w][1]:,.0f})".rjust(20) for w in ways
        )
        ours, by_hand, none = (times[way][0] for way in ways)
        tell(
            f"{name:<26}{told}{ours / by_hand:>9.2f}×{ours / none:>9.2f}×"
            + ("" if same else "  THE ROWS DIFFER")
        )
    return agreed


def _timed(
    session: Any, ways: dict[str, Callable[[str], list[Any]]], query: str, rounds: int
) -> tuple[dict[str, tuple[float, float]], dict[str, list[Any]]]:
    """Seconds of CPU and on the clock, the medians of the rounds, all ways in every round; and the rows."""
    process = session._jvm.java.lang.ProcessHandle.current().pid()
    spent: dict[str, list[tuple[float, float]]] = {way: [] for way in ways}
    rows: dict[str, list[Any]] = {}
    for round_ in range(rounds + 1):
        for way, ask in ways.items():
            theirs, passed = _cpu(process), perf_counter()
            rows[way] = ask(query)
            if round_ or rounds == 1:  # the first warms up
                used = _cpu(process) - theirs
                spent[way].append((used, perf_counter() - passed))
    medians = {
        way: (statistics.median(t[0] for t in times), statistics.median(t[1] for t in times))
        for way, times in spent.items()
    }
    return medians, rows


def _cpu(process: int) -> float:
    """Seconds of the processor that a process has had."""
    spent = Path(f"/proc/{process}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(spent[11]) + int(spent[12])) / os.sysconf("SC_CLK_TCK")
