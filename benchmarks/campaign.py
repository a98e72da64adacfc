"""A published version: who waits for what, and the campaign opened, for all people at once; beside person by person."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter, process_time
from typing import Any, TypeVar

from benchmarks.intake import place
from troth import campaigns
from troth.corpus import load
from troth.gate import Gate
from troth.language.model import Stamp
from troth.outlook import waiting
from troth.people.stamps import stamp_id
from troth.store import Session, Store, open_store, upgrade
from troth.store import tables as t

RUNS = True
POLICIES = Path(__file__).parents[1] / "policies"
KINDS = ("SQLite", "PostgreSQL")
GIVEN, NOW = datetime(2004, 2, 1, tzinfo=UTC), datetime(2015, 1, 1, tzinfo=UTC)
OLD, NEW = "callminer/2003-06-05", "callminer/2014-11-21"
WORDS = ("name", "email", "phone", "postal-address", "employer")
PLACES = ("product-registration", "purchase", "trial-download")
SINGLY = 20  # people asked about one by one
Tell = Callable[[str], None]
T = TypeVar("T")


def run(small: bool, tell: Tell) -> bool:
    """Publish CallMiner's second version to people of its first, on both databases; False where one by one
    finds another."""
    count = 60 if small else 100_000
    gate = Gate(load(POLICIES, stories=False).policies["callminer"])
    equal = [
        _published(kind, count, gate, tell) for kind in KINDS
    ]  # each is shown, whatever the first says
    return all(equal)


def _published(kind: str, count: int, gate: Gate, tell: Tell) -> bool:
    with place(kind) as url:
        store = open_store(url)
        fill(store, count)
        tell(f"{kind + ', people: ' + format(count, ','):<44} {'s':>8} {'CPU s':>8}")
        with store.reading("callminer") as session:
            found = _timed(
                tell,
                "who waits for what, clause by clause",
                lambda: campaigns.waiting_for(session, gate, NEW),
            )
            singly = _timed(tell, f"{SINGLY} of them one by one", lambda: _singly(session, gate))
        with store.writing("callminer") as session:
            opened = _timed(
                tell,
                "the campaign opened, everybody's row written",
                lambda: campaigns.open_campaign(session, gate, NEW, NOW),
            )
            people = campaigns.counts(session, opened).people
        store.close()
    equal = set(found) == singly and people == count
    tell("the same clauses wait" if equal else "one by one, other clauses wait")
    return equal


def _timed(tell: Tell, what: str, work: Callable[[], T]) -> T:
    used, passed = process_time(), perf_counter()
    found = work()
    tell(f"{what:<44} {perf_counter() - passed:>8.2f} {process_time() - used:>8.2f}")
    return found


def _singly(session: Session, gate: Gate) -> set[str]:
    return {
        clause for person in range(1, SINGLY + 1) for clause in waiting(gate, session, person, NOW)
    }


def fill(store: Store, count: int) -> None:
    """Their records written in bulk: what is measured begins afterwards."""
    upgrade(store)
    store.add_company("callminer", "CallMiner", "America/New_York")
    with store.writing("callminer") as session:
        stamps = [stamp_id(session, Stamp((OLD,), place), "supplied") for place in PLACES]
        people = session.add_all(t.people, [{"created_at": GIVEN, "erased_at": None}] * count)
        record = {"given_at": GIVEN, "host": None, "source": "supplied", "matter": None}
        places = [{**record, "place": PLACES[n % len(PLACES)]} for n in range(count)]
        records = session.add_all(t.records, places)
        both = zip(records, people, strict=True)
        session.put_all(t.record_people, [{"record": r, "person": p} for r, p in both])
        field: dict[str, Any] = {"label": None, "replaced_by": None, "derived_from": []}
        session.add_all(
            t.fields,
            [
                {**field, "record": r, "stamp": stamps[n % 3], "data": word, "value": value}
                for n, (r, p) in enumerate(zip(records, people, strict=True))
                for word, value in _given(p)
            ],
        )
        known = {"kind": "email", "since": GIVEN, "until": None}
        session.add_all(
            t.identifiers,
            [
                {**known, "person": p, "value": _address(p), "hash": f"{p}"}
                for p in people
                if p % 10
            ],
        )


def _given(person: int) -> list[tuple[str, str]]:
    return [(w, _address(person) if w == "email" else f"{w} {person}") for w in WORDS]


def _address(person: int) -> str:
    return f"p{person}@example.com"
