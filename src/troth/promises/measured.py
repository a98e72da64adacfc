"""Which duties have a figure: each is measured over an empty store and our own pages, and says whether that can be done."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from troth.company import Company, House
from troth.corpus import Corpus
from troth.duties import Ground, in_force, stand
from troth.language.model import Policy
from troth.site import look_at
from troth.store import open_store, upgrade

KEY = b"of a store that is gone in a moment"


def measured_duties(found: Corpus) -> frozenset[str]:
    """The duties, by full id, of which something here measures a figure; what only says that it cannot be
    measured here is none. Each version is measured on its last day, the newest on the day after its first."""
    store = open_store("sqlite://")
    upgrade(store)
    at = datetime(1990, 1, 1, tzinfo=UTC)
    house = House(found.published(), store, lambda: at, KEY, lock=found.lock)
    try:
        return frozenset(
            one
            for company in house.companies()
            for day in _days(company.policy)
            for one in _measured(company, day)
        )
    finally:
        store.close()


def _days(policy: Policy) -> Iterator[date]:
    first = [v.in_force for v in policy.versions if v.in_force]
    yield from (day - timedelta(days=1) for day in first[1:])
    if first:
        yield first[-1] + timedelta(days=1)


def _measured(company: Company, day: date) -> Iterator[str]:
    at = datetime.combine(day, time(12), UTC)
    with company.reading() as session:
        ground = Ground(company, session, at, company.house.lock, look_at(company, at))
        for binding in in_force(company.policy, day):
            if stand(ground, binding).figure.verdict != "not measured":
                yield binding.id
