"""Benchmarks: ours beside what a user would pick instead, in one run, the answers compared before the times are told."""

from __future__ import annotations

import importlib
import inspect
import statistics
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter_ns
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
Calls = Sequence[tuple[Callable[[Any], Any], Any]]  # what to call, and with what


@dataclass(frozen=True)
class Contestant:
    """One way to the same answers. `calls` makes a round afresh, so that nothing is remembered by accident."""

    name: str
    calls: Callable[[], Calls]
    note: str = ""


@dataclass(frozen=True)
class Timing:
    """Nanoseconds for one call: medians over the rounds; `low` and `high` are the rounds' extreme p50."""

    name: str
    p50: float
    p99: float
    low: float
    high: float
    mean: float  # of the whole round, and so with what is slow but rare
    note: str = ""

    def line(self, beside: Timing | None = None) -> str:
        """One row of the printed table, with the ratio of p50 to another's."""
        ratio = f"{self.p50 / beside.p50:,.1f}×" if beside is not None and beside.p50 else ""
        spread = f"{_micros(self.low)}–{_micros(self.high)}"
        figures = (
            f"{_micros(self.p50):>9} {_micros(self.p99):>9} {spread:>17} {_micros(self.mean):>9}"
        )
        return f"{self.name:<44} {figures} {ratio:>10}  {self.note}".rstrip()


HEAD = f"{'µs for one decision':<44} {'p50':>9} {'p99':>9} {'p50 of rounds':>17} {'mean':>9} {'ratio':>10}"


def race(contestants: Iterable[Contestant], rounds: int) -> list[Timing]:
    """Each contestant once in every round, one after the other, so that a busy moment hits all alike."""
    running = list(contestants)
    spent: dict[str, list[list[int]]] = {contestant.name: [] for contestant in running}
    for _ in range(rounds):
        for contestant in running:
            spent[contestant.name].append(_timed(contestant.calls()))
    return [_timing(contestant, spent[contestant.name]) for contestant in running]


def _timed(calls: Calls) -> list[int]:
    clock, spent, own = perf_counter_ns, [], _clock_cost()
    for call, argument in calls:
        started = clock()
        call(argument)
        spent.append(clock() - started)
    return sorted(max(0, nanoseconds - own) for nanoseconds in spent)


def _clock_cost() -> int:
    """What reading the clock twice costs by itself; it is taken off every figure."""
    clock = perf_counter_ns
    return min(-clock() + clock() for _ in range(2000))


def _timing(contestant: Contestant, rounds: list[list[int]]) -> Timing:
    middles = [statistics.median(spent) for spent in rounds]
    ends = [spent[min(len(spent) - 1, round(len(spent) * 0.99))] for spent in rounds]
    means = [statistics.fmean(spent) for spent in rounds]
    middle, end, mean = (statistics.median(figures) for figures in (middles, ends, means))
    return Timing(contestant.name, middle, end, min(middles), max(middles), mean, contestant.note)


def _micros(nanoseconds: float) -> str:
    return f"{nanoseconds / 1000:,.2f}" if nanoseconds < 100_000 else f"{nanoseconds / 1000:,.0f}"


def names() -> tuple[str, ...]:
    """The benchmarks of this checkout: the modules of `benchmarks/` that say `RUNS = True`."""
    found = sorted((ROOT / "benchmarks").glob("*.py"))
    return tuple(path.stem for path in found if "\nRUNS = True\n" in path.read_text("utf-8"))


def run(
    name: str = "", small: bool = False, tell: Callable[[str], None] = print, people: int = 0
) -> bool:
    """Run one benchmark, or all; of so many people those that take a number of them. False where answers
    differ. LookupError for an unknown name."""
    chosen = [name] if name else list(names())
    for one in chosen:
        if one not in names():
            known = (
                ", ".join(names()) or "none here; they are in the repository, not in the package"
            )
            raise LookupError(f"there is no benchmark `{one}`; there are: {known}")
    if str(ROOT) not in sys.path:
        sys.path.insert(0, str(ROOT))
    modules = [importlib.import_module(f"benchmarks.{one}") for one in chosen]
    agreed = [
        bool(module.run(small=small, tell=tell, **_sized(module.run, people))) for module in modules
    ]
    return all(agreed)


def _sized(benchmark: Callable[..., Any], people: int) -> dict[str, int]:
    """The number of people, where one is given and the benchmark takes it."""
    takes = "people" in inspect.signature(benchmark).parameters
    return {"people": people} if people and takes else {}
