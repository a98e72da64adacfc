"""What is past its time is erased, and nothing else: periods from an event, duties to erase, cases still open."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import troth
from troth import ledger, periods
from troth.company import Company
from troth.people import attributes, holdings
from troth.people.people import add_person

ROOT = Path(__file__).parents[1]
NOW = datetime(2016, 6, 1, tzinfo=UTC)
LOGS = "callminer/house#keep.old-logs"


@pytest.fixture
def company(tmp_path: Path) -> Iterator[Company]:
    house = troth.open(ROOT / "policies", f"sqlite:///{tmp_path / 'troth.db'}", lambda: NOW)
    yield house.company("callminer")
    house.store.close()


def given(company: Company, word: str, place: str, at: datetime) -> int:
    """A new person who gave one thing at a place; her number."""
    with company.writing() as session:
        person = add_person(session, company.key, at)
    company.collect(place, {word: "once"}, person=person, at=at)
    return person


def words(company: Company, person: int) -> set[str]:
    with company.reading() as session:
        return {held.data for held in holdings.held(session, person)}


def swept(company: Company, at: datetime) -> dict[str, int]:
    with company.writing() as session:
        return dict(periods.sweep(company.gate, session, at))


def test_a_period_ends_and_what_was_given_after_it_stays(company: Company) -> None:
    old = given(company, "pages-viewed", "our-site", NOW - timedelta(days=500))
    new = given(company, "pages-viewed", "our-site", NOW - timedelta(days=300))
    assert swept(company, NOW) == {LOGS: 1}
    assert (words(company, old), words(company, new)) == (set(), {"pages-viewed"})
    assert swept(company, NOW) == {}


def test_the_entry_names_the_clause_and_no_value(company: Company) -> None:
    given(company, "pages-viewed", "our-site", NOW - timedelta(days=500))
    swept(company, NOW)
    with company.reading() as session:
        (entry,) = ledger.entries(session, kind="record.erased")
        assert ledger.verify(session)
    assert entry.payload is not None
    assert (entry.payload["clause"], entry.payload["data"]) == (LOGS, "pages-viewed")
    assert "once" not in str(entry)


def test_a_dry_look_erases_nothing(company: Company) -> None:
    old = given(company, "pages-viewed", "our-site", NOW - timedelta(days=500))
    with company.reading() as session:
        (found,) = periods.due(company.gate, session, NOW)
    assert (found.data, found.clauses[0]) == ("pages-viewed", LOGS)
    assert words(company, old) == {"pages-viewed"}


def test_what_has_no_period_stays(company: Company) -> None:
    person = given(company, "email", "product-registration", NOW - timedelta(days=500))
    assert swept(company, NOW) == {}
    assert words(company, person) == {"email"}


def test_what_is_held_of_a_child_is_erased_once_it_is_known(tmp_path: Path) -> None:
    """Infusionsoft 2015, Children: deleted when it is learned that somebody is under 13."""
    house = troth.open(ROOT / "policies", f"sqlite:///{tmp_path / 'troth.db'}", lambda: NOW)
    company = house.company("infusionsoft")
    person = given(company, "job-title", "survey", NOW - timedelta(days=20))
    other = given(company, "job-title", "survey", NOW - timedelta(days=20))
    assert swept(company, NOW) == {}
    with company.writing() as session:
        attributes.set_value(session, "person", person, "birth", "2005-01-01", NOW)
    assert swept(company, NOW) == {"infusionsoft/2015-01-19#children.erased": 1}
    assert (words(company, person), words(company, other)) == (set(), {"job-title"})
    house.store.close()
