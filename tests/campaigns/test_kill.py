"""A campaign whose worker is killed again and again: everybody is told, and in the record each once.

At the relay a mail may arrive twice, when the process dies after the relay took it and before that was
noted: one for each kill at most, and under one Message-ID.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.campaigns.changing import Changing, changing
from tests.mail.relaying import Received, relaying
from troth.store import Store
from troth.store import tables as t

PEOPLE, KILLS = 60, 8


class Killed:
    """The worker's process, started and killed."""

    def __init__(self, folder: Path, url: str, port: int) -> None:
        asked = [sys.executable, "-m", "tests.campaigns.killable"]
        self.process = subprocess.Popen(
            [*asked, str(folder), url, str(port)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[2],
        )

    def start(self) -> int:
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())

    def kill(self, worker: int) -> None:
        assert self.process.stdout is not None
        os.kill(worker, signal.SIGKILL)
        assert self.process.stdout.readline() == "gone\n"


@pytest.fixture
def received() -> Received:
    return Received()


@pytest.fixture
def house(tmp_path: Path, store: Store) -> Iterator[Changing]:
    made = changing(tmp_path, store, "told", None)
    for number in range(PEOPLE):
        made.person(number, "email")
    made.now = datetime.now(UTC)
    yield made


def test_nobody_is_forgotten_and_nobody_told_twice(
    tmp_path: Path, house: Changing, received: Received
) -> None:
    campaign = house.publish()
    chance = random.Random(4)
    url = house.house.store.url
    with relaying(received) as relay:
        killed = Killed(tmp_path / "policies", url, relay.port)
        try:
            for number in range(KILLS):
                worker = killed.start()
                wanted = min((number + 1) * PEOPLE // (KILLS + 1), PEOPLE - 1)
                _until(lambda wanted=wanted: len(received.mails) >= wanted)
                time.sleep(chance.random() * 0.02)
                killed.kill(worker)
                assert house.counts(campaign).told < PEOPLE
            worker = killed.start()
            _until(lambda: house.counts(campaign).told == PEOPLE)
            killed.kill(worker)
        finally:
            killed.process.kill()
            killed.process.communicate()
    with house.acme.reading() as session:
        told = session.rows(t.told)
        assert session.count(t.outbox, state="sent") == PEOPLE
    assert Counter(row.person for row in told) == Counter(range(1, PEOPLE + 1))
    assert {row.outcome for row in told} == {"delivered"}
    ids = Counter(str(mail["Message-ID"]) for mail in received.mails)
    assert len(ids) == PEOPLE
    assert len(received.mails) - PEOPLE <= KILLS


def _until(there: object) -> None:
    assert callable(there)
    for _ in range(3000):
        if there():
            return
        time.sleep(0.01)
    raise AssertionError("the worker did not come that far")
