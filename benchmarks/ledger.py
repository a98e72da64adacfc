"""The ledger: entries on the disk in groups, beside a commit for each, and beside a plain audit table in the same groups."""

from __future__ import annotations

import json
import sqlite3
import statistics
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

from troth.ledger import Event, Signer, entries, origin, proof, record_all, sign, size, verify
from troth.store import Store, open_store, upgrade
from troth.store.columns import written_moment

RUNS = True
GROUPS = (1, 10, 100, 1000)
NOW = datetime(2016, 6, 1, tzinfo=UTC)
SIGNER = Signer(origin("bench"), bytes(32))
WORDS = {"action": "use", "data": "email", "purpose": "own-offers", "verdict": "yes"}
CLAUSES = ["callminer/2014-11-21#use.news", "law/us-can-spam#mail.opt-out"]
HEAD = f"{'entries on the disk':<52} {'a second':>9} {'a s of CPU':>11} {'ratio':>7}"
Tell = Callable[[str], None]
Writing = Callable[[Sequence[Event]], None]


@dataclass(frozen=True)
class Way:
    """One way to put events on record, so many of them durable at once."""

    name: str
    write: Writing
    group: int

    def run(self, events: Sequence[Event]) -> tuple[float, float]:
        """Entries a second: on the clock, with the disk, and of this process alone."""
        used, passed = process_time(), perf_counter()
        for first in range(0, len(events), self.group):
            self.write(events[first : first + self.group])
        spent = process_time() - used, perf_counter() - passed
        return len(events) / spent[1], len(events) / spent[0]


def run(small: bool, tell: Tell) -> bool:
    """Write the same events in each way; False where what is on record differs."""
    count, single, rounds = (200, 20, 1) if small else (20_000, 300, 5)
    events = [
        Event("asked", {**WORDS, "clauses": CLAUSES, "n": n}, n % 500 + 1) for n in range(count)
    ]
    with TemporaryDirectory() as folder, closing(_opened(Path(folder) / "plain.db")) as plain:
        stores = [_store(Path(folder) / f"{group}.db") for group in GROUPS]
        ways = [
            *(
                Way(f"troth, groups of {group:,}" if group > 1 else "troth, each by itself", _troth(store), group)
                for group, store in zip(GROUPS, stores, strict=True)
            ),
            Way("a plain audit table, each by itself", _audit(plain), 1),
            Way("a plain audit table, groups of 1,000", _audit(plain), 1000),
        ]  # fmt: skip
        speeds: dict[str, list[tuple[float, float]]] = {way.name: [] for way in ways}
        for _ in range(rounds):
            for way in ways:
                speeds[way.name].append(way.run(events if way.group > 1 else events[:single]))
        equal = _equal(
            stores, plain, [count * rounds if g > 1 else single * rounds for g in GROUPS]
        )
        _tell(speeds, tell)
        _proofs(stores[-1], tell)
        tell(
            "the same events on record, every ledger sound"
            if equal
            else "what is on record differs"
        )
        for store in stores:
            store.close()
    return equal


def _tell(speeds: dict[str, list[tuple[float, float]]], tell: Tell) -> None:
    tell(HEAD)
    alone = statistics.median(clock for clock, _ in speeds["troth, each by itself"])
    for name, measured in speeds.items():
        clock, cpu = (statistics.median(column) for column in zip(*measured, strict=True))
        tell(f"{name:<52} {clock:>9,.0f} {cpu:>11,.0f} {clock / alone:>6,.1f}×")


def _proofs(store: Store, tell: Tell) -> None:
    """What a checkpoint and a proof cost in the largest of the ledgers."""
    with store.writing("bench") as session:
        passed = perf_counter()
        signed = sign(session, SIGNER, NOW)
        signing = perf_counter() - passed
        passed = perf_counter()
        for seq in range(1, signed.size, max(1, signed.size // 100)):
            proof(session, seq, signed)
        proving = (perf_counter() - passed) / min(100, signed.size)
    tell(
        f"a checkpoint of {signed.size:,} entries {signing * 1e3:,.1f} ms, a proof {proving * 1e3:,.1f} ms"
    )


def _equal(stores: Sequence[Store], plain: sqlite3.Connection, sizes: Sequence[int]) -> bool:
    """Every ledger verifies and holds what was written, as the plain table does."""
    said = [row[0] for row in plain.execute("select said from audit order by id desc limit 20")]
    equal = True
    for store, expected in zip(stores, sizes, strict=True):
        with store.reading("bench") as session:
            equal &= bool(verify(session)) and size(session) == expected
            if expected == max(sizes):
                last = entries(session, limit=20, newest_first=True)
                equal &= [json.dumps(entry.payload) for entry in last] == [
                    json.dumps(json.loads(one), sort_keys=True) for one in said
                ]
    return equal


def _troth(store: Store) -> Writing:
    def write(events: Sequence[Event]) -> None:
        with store.writing("bench") as session:
            record_all(session, events, at=NOW)

    return write


def _audit(database: sqlite3.Connection) -> Writing:
    """As one would write it without us: a row for each event, which anybody may change afterwards."""
    moment = written_moment(NOW)

    def write(events: Sequence[Event]) -> None:
        database.execute("begin immediate")
        rows = [(moment, event.kind, json.dumps(event.payload), event.person) for event in events]
        database.executemany("insert into audit (at, kind, said, person) values (?, ?, ?, ?)", rows)
        database.execute("commit")

    return write


def _store(file: Path) -> Store:
    store = open_store(f"sqlite:///{file}")
    upgrade(store)
    store.add_company("bench", "Bench", "UTC")
    return store


def _opened(file: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute("pragma journal_mode = wal")
    connection.execute("pragma synchronous = full")
    connection.execute(
        "create table audit (id integer primary key, at text, kind text, said text, person integer)"
    )
    return connection
