"""GDPRbench's four roles over a plain indexed table, and over the same table with Troth's part in every operation.

Troth's part: what is past its period or objected to for its purpose is not read (the residual of the policy, as a
predicate where many records are read, and as a decision on the one where one is), and every operation, reads
included, has its entry in the ledger, in the transaction of its group. The plain table answers everything and keeps
no log; a third one, which does, has a row of an audit table for each operation. What we gave must be what the plain table gave less what the rule, written once more, takes away.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import accumulate
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import process_time
from typing import Any

from benchmarks.records import (
    DAYS,
    PURPOSES,
    TODAY,
    Audited,
    Bound,
    Encrypted,
    Plain,
    Server,
    Table,
    filled,
    opened,
)
from tests import postgres

RUNS = True
Tell = Callable[[str], None]
Operation = tuple[str, int]  # its name, and the key, the purpose or the user it is about
GROUP = 500  # operations in one transaction, in every way
UNIFORM, ZIPFIAN = "uniform", "zipfian"
ROLES: dict[str, tuple[str, dict[str, float]]] = {
    "controller": (
        UNIFORM,
        {"insert": 0.25, "update-by-purpose": 0.25, "update-by-user": 0.25, "delete-by-key": 0.25},
    ),
    "customer": (
        ZIPFIAN,
        {
            "read-by-key": 0.2,
            "read-by-purpose": 0.1,
            "read-by-user": 0.1,
            "update-by-key": 0.2,
            "update-by-purpose": 0.1,
            "update-by-user": 0.1,
            "delete-by-key": 0.2,
        },
    ),
    "processor": (
        ZIPFIAN,
        {"read-by-key": 0.2, "read-by-purpose": 0.4, "read-by-user": 0.4},
    ),
    "regulator": (
        ZIPFIAN,
        {"read-metadata-by-user": 0.46, "get-logs": 0.31, "verify-deletion": 0.23},
    ),
}
READS = ("read-by-key", "read-by-purpose", "read-by-user")


def run(small: bool = False, tell: Tell = print, people: int = 0) -> bool:
    """Each role on each database; False where an answer, or what stands in the table at last, differs."""
    records = 500 if small else people or 10_000
    count, rounds = (60, 1) if small else (1_000, 3)
    agreed = True
    for kind in ("sqlite", "postgres"):
        tell(
            f"\n{kind}: {records:,} records, {count:,} operations a role in groups of {GROUP}; "
            "µs of CPU an operation"
        )
        tell(
            f"{'role':<12}{'plain':>9}{'audited':>9}{'troth':>9}{'ratio':>8}{'to audited':>12}{'encrypted':>11}{'ratio':>8}"
        )
        for role, (distribution, mix) in ROLES.items():
            with _places(kind) as (url, server):
                agreed &= _race(
                    role, url, server, records, count, rounds, (distribution, mix), tell
                )
    return agreed


def _race(
    role: str,
    url: str,
    server: Server,
    records: int,
    count: int,
    rounds: int,
    how: tuple[str, dict[str, float]],
    tell: Tell,
) -> bool:
    with opened(url) as company:
        ways: list[Table] = [
            filled(kind(company, name), records)
            for name, kind in (
                ("plain", Plain),
                ("audited", Audited),
                ("troth", Bound),
                ("sealed", Encrypted),
            )
        ]
        times: dict[str, list[float]] = {way.name: [] for way in ways}
        agreed = True
        for round_ in range(rounds):
            asked = list(_operations(Random(f"{role}{round_}"), records, count, *how))
            given: list[list[Any]] = []
            for way in ways:
                theirs, ours = server.cpu(), process_time()
                given.append(_done(way, asked))
                spent = process_time() - ours + server.cpu() - theirs
                times[way.name].append(spent / count * 1e6)
            agreed &= _agree(asked, given)
        agreed &= len({tuple(way.rows()) for way in ways}) == 1
        plain, audited, troth, sealed = (statistics.median(times[way.name]) for way in ways)
        tell(
            f"{role:<12}{plain:>9.0f}{audited:>9.0f}{troth:>9.0f}{troth / plain:>7.2f}×{troth / audited:>11.2f}×"
            f"{sealed:>11.0f}{sealed / plain:>7.2f}×" + ("" if agreed else "  THE ANSWERS DIFFER")
        )
        return bool(agreed)


def _done(way: Table, asked: list[Operation]) -> list[Any]:
    """What each operation gave, a group in a transaction."""
    found: list[Any] = []
    for first in range(0, len(asked), GROUP):
        found += way.group(asked[first : first + GROUP])
    return found


def _agree(asked: list[Operation], given: list[list[Any]]) -> bool:
    """Of reads ours are the plain ones less what the rule takes away; all else is the same."""
    plain, audited, *others = given
    for place, (name, _) in enumerate(asked):
        if name == "get-logs":  # each its own
            continue
        if audited[place] != plain[place]:
            return False
        if name in READS:
            wanted = sorted(row for row in plain[place] if _may(row))
            if any(sorted(other[place]) != wanted for other in others):
                return False
        elif any(other[place] != plain[place] for other in others):
            return False
    return True


def _may(row: tuple[int, ...]) -> bool:
    """The rule, read once more: kept no longer than its category says, and no objection to its purpose."""
    purpose, objection, category, given = row[1], row[2], row[3], row[4]
    return bool(given + DAYS[category] >= TODAY and objection != purpose)


def _operations(
    chance: Random, records: int, count: int, distribution: str, mix: dict[str, float]
) -> Iterator[Operation]:
    names = chance.choices(list(mix), list(mix.values()), k=count)
    weights = [1.0 if distribution == UNIFORM else 1 / (n + 1) ** 0.99 for n in range(records)]
    keys = chance.choices(range(records), cum_weights=list(accumulate(weights)), k=count)
    new = records + chance.randrange(1 << 40)
    for number, (name, key) in enumerate(zip(names, keys, strict=True)):
        if name == "insert":
            yield name, new + number
        elif name.endswith("by-purpose"):
            yield name, key % PURPOSES
        else:
            yield name, key


@contextmanager
def _places(kind: str) -> Iterator[tuple[str, Server]]:
    if kind == "sqlite":
        with TemporaryDirectory() as folder:
            yield f"sqlite:///{Path(folder) / 'bench.db'}", Server()
        return
    with postgres.running() as server:
        yield server.database(), Server(server)
