"""The four companies over a store of their own, with a clock that the test sets."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

import troth
from troth import access
from troth.company import Company, House
from troth.duties import Figure, Ground, Look, in_force, stand
from troth.facts.calendar import day_of
from troth.site import look_at

POLICIES = Path(__file__).parents[2] / "policies"
NOW = datetime(2016, 3, 1, 12, tzinfo=UTC)
Measured = Callable[..., Figure]


class Clock:
    moment = NOW

    def __call__(self) -> datetime:
        return self.moment


@pytest.fixture(scope="session")
def whole() -> House:
    """Read once; each test has a store of its own."""
    return troth.open(POLICIES, "sqlite://", lambda: NOW)


@pytest.fixture(scope="session")
def looks(whole: House) -> dict[str, Look]:
    return {company.name: look_at(company, NOW) for company in whole.companies()}


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def house(whole: House, clock: Clock, tmp_path: Path) -> Iterator[House]:
    from troth.store import open_store, upgrade

    store = open_store(f"sqlite:///{tmp_path / 'troth.db'}")
    upgrade(store)
    made = House(whole.policies, store, clock, b"k" * 32, lock=whole.lock)
    for company in made.companies():
        with company.writing() as session:
            access.add_operator(session, "Kim", "a horse in the rain", ["officer"], at=NOW)
    yield made
    store.close()


@pytest.fixture
def figure(house: House, clock: Clock, looks: dict[str, Look]) -> Measured:
    """The figure of one duty, by the name of its company and its own."""

    def measured(company: str, duty: str, look: Look | None = None) -> Figure:
        one: Company = house.company(company)
        with one.reading() as session:
            ground = Ground(one, session, clock(), house.lock, look or looks[company])
            bound = in_force(one.policy, day_of(clock(), one.zone))
            binding = next(b for b in bound if b.id.endswith(duty))
            return stand(ground, binding).figure

    return measured
