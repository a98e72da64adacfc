"""The same kind of ask, end to end: the person found, what is held of her read, decided, entered in the ledger."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import cycle, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import troth
from troth.bench import ROOT, Contestant, Timing, race
from troth.company import Company

YEARS = range(2004, 2016)  # people of the first version, and of the second
QUESTIONS: tuple[dict[str, Any], ...] = (
    {"action": "use", "data": "email", "purpose": "own-offers"},
    {"action": "use", "data": "email", "purpose": "support"},
    {"action": "share", "data": "email", "purpose": "support", "party": "reseller"},
)


def timings(people: int, asks: int, rounds: int) -> list[Timing]:
    """So many asks about so many people in a SQLite file; each ask is on the disk when it returns."""
    with _filled(people) as company:
        questions = list(islice(cycle(QUESTIONS), asks))
        numbers = list(islice(cycle(range(people)), asks))
        asked = [
            (_ask(company), {**question, "person": _address(number)})
            for question, number in zip(questions, numbers, strict=True)
        ]
        return race([Contestant("troth, company.ask from the store", lambda: asked)], rounds)


@contextmanager
def _filled(people: int) -> Iterator[Company]:
    with TemporaryDirectory() as folder:
        database = f"sqlite:///{Path(folder) / 'bench.db'}"
        house = troth.open(ROOT / "policies", database=database)
        company = house.company("callminer")
        for number, year in zip(range(people), cycle(YEARS), strict=False):
            given = {"email": _address(number), "name": f"Person {number}"}
            company.collect("product-registration", given, at=datetime(year, 3, 1, tzinfo=UTC))
        yield company


def _ask(company: Company) -> Any:
    return lambda question: company.ask(**question)


def _address(number: int) -> str:
    return f"person-{number}@example.com"
