"""Killed at any moment under load, the service loses nothing it acknowledged, and nothing half done remains.

What arrives at once is committed together, so a kill hits groups: none may be there in part.
"""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from tests import postgres
from tests.service.killable import POLICIES
from troth import access, ledger
from troth.company import House
from troth.corpus import load
from troth.store import Session, Store, open_store, upgrade
from troth.store import tables as t

COMPANY, PLACE, CHOICE = "callminer", "optional-field", "no-promotional-email"
KEY = b"a key for one test, of no other use"
KILLS, LOADERS = {"sqlite": 50, "postgresql": 12}, 6


@dataclass
class Acknowledged:
    """What the service said was done: the numbers of records and of choices."""

    records: set[int] = field(default_factory=set)
    choices: set[int] = field(default_factory=set)
    broken: int = 0  # requests that got no answer: killed under way


@dataclass
class Killable:
    """The process that forks services, and where they listen."""

    process: subprocess.Popen[str]
    address: str
    headers: dict[str, str]
    serving: int = 0

    def start(self) -> None:
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.write("serve\n")
        self.process.stdin.flush()
        self.serving = int(self.process.stdout.readline())

    def kill(self) -> None:
        assert self.process.stdout is not None
        os.kill(self.serving, signal.SIGKILL)
        self.serving = 0
        assert self.process.stdout.readline() == "gone\n"


@pytest.mark.parametrize("kind", KILLS)
def test_kills_lose_nothing_acknowledged(kind: str, tmp_path: Path) -> None:
    chance, done, kills = random.Random(7), Acknowledged(), KILLS[kind]
    with prepared(kind, tmp_path) as store, killable(store) as service:
        for turn in range(kills):
            service.start()
            with loaded(service, done, turn) as at_work:
                assert at_work.wait(timeout=30)
                time.sleep(chance.uniform(0, 0.2))
                service.kill()
        with store.reading(COMPANY) as session:
            assert ledger.verify(session)
            assert done.broken > kills / 2  # it was killed at work
            assert len(done.records) > kills and done.choices
            assert done.records <= {row.id for row in session.rows(t.records)}
            assert done.choices <= {row.id for row in session.rows(t.choices)}
            assert rows(session) == entries(session)
            assert in_groups(session) > kills


def rows(session: Session) -> Counter[str]:
    """What stands in the tables, by what the ledger calls it."""
    found = Counter(f"record {row.record} of {row.person}" for row in session.rows(t.record_people))
    found.update(f"person {row.id}" for row in session.rows(t.people))
    found.update(
        f"choice {row.choice}/{row.cell} of {row.person}" for row in session.rows(t.choices)
    )
    found.update(f"field {row.id}" for row in session.rows(t.fields))
    assert {row.record for row in session.rows(t.record_people)} == {
        row.id for row in session.rows(t.records)
    }
    return found


def entries(session: Session) -> Counter[str]:
    """The same, as the ledger's events tell it."""
    found: Counter[str] = Counter()
    events = ledger.entries(session, limit=session.count(t.ledger))
    assert len(events) == session.count(t.ledger) == session.count(t.ledger_events)
    for row in events:
        said = row.payload
        if row.kind == "record.kept":
            found[f"record {said['record']} of {row.person}"] += 1
            found.update(f"field {number}" for number, _, _ in said["fields"])
        elif row.kind == "person.added":
            found[f"person {said['person']}"] += 1
        elif row.kind == "choice.said":
            found.update(
                f"choice {said['choice']}/{cell} of {row.person}" for cell in said["cells"]
            )
    return found


def in_groups(session: Session) -> int:
    """How many people were entered in a transaction with others: their entries have one moment."""
    moments = Counter(row.at for row in session.rows(t.ledger, kind="person.added"))
    return sum(count for count in moments.values() if count > 1)


# -- the service and its load ----------------------------------------------------------------------


@contextmanager
def prepared(kind: str, folder: Path) -> Iterator[Store]:
    """A new store that is safe against the end of the machine: on PostgreSQL, on a server of its own."""
    with ExitStack() as stack:
        url = f"sqlite:///{folder / 'troth.db'}"
        if kind == "postgresql":
            url = stack.enter_context(postgres.running()).database()
        store = open_store(url)
        stack.callback(store.close)
        upgrade(store)
        yield store


@contextmanager
def killable(store: Store) -> Iterator[Killable]:
    """The forking process with a listening socket that outlives every service."""
    policy = load(POLICIES).policies[COMPANY]
    house = House({COMPANY: policy}, store, lambda: datetime.now(UTC), KEY)
    with house.company(COMPANY).writing() as session:
        may = ["collect", "choices"]
        key = access.issue_key(session, "load", "load", ["*"], may, at=datetime.now(UTC))
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    command = [sys.executable, "-m", "tests.service.killable", COMPANY, store.url, KEY.hex(), port]
    pipe = subprocess.PIPE
    process = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True)
    service = Killable(process, f"http://127.0.0.1:{port}", {"authorization": f"Bearer {key}"})
    try:
        yield service
    finally:
        if service.serving:
            service.kill()
        process.kill()
        process.wait()


@contextmanager
def loaded(service: Killable, done: Acknowledged, turn: int) -> Iterator[threading.Event]:
    """Some clients at work, each until it gets no answer any more; the event is set by the first answer."""
    at_work = threading.Event()
    working = [
        threading.Thread(target=_work, args=(service, done, f"{turn}-{number}", at_work))
        for number in range(LOADERS)
    ]
    for thread in working:
        thread.start()
    yield at_work
    for thread in working:
        thread.join()


def _work(service: Killable, done: Acknowledged, name: str, at_work: threading.Event) -> None:
    number, ends = 0, time.monotonic() + 30
    with httpx.Client(base_url=service.address, headers=service.headers, timeout=5) as client:
        while time.monotonic() < ends:
            number += 1
            try:
                _one_person(client, done, f"p{name}-{number}@example.org")
                at_work.set()
            except httpx.ConnectError:
                if at_work.is_set():  # it was there, and is gone
                    return
                time.sleep(0.01)
            except httpx.TransportError:
                done.broken += 1
                return


def _one_person(client: httpx.Client, done: Acknowledged, email: str) -> None:
    kept = _post(client, "collect", _given(email))
    done.records.add(kept["record"])  # type: ignore[arg-type]
    said = {"do": "say", "person": email, "choice": CHOICE, "way": "email"}
    done.choices.update(_post(client, "choices", said)["rows"])  # type: ignore[arg-type]


def _given(email: str) -> dict[str, object]:
    version = f"{COMPANY}/2014-11-21"
    return {"place": PLACE, "values": {"email": email, "name": "Eve"}, "version": version}


def _post(client: httpx.Client, door: str, body: Mapping[str, object]) -> dict[str, object]:
    response = client.post(f"/api/{COMPANY}/{door}", json=body)
    assert response.status_code < 300, response.text
    answer: dict[str, object] = response.json()
    return answer
