"""Asking about many through the census: the same answers as singly, and nothing said since is missed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

import troth
from troth import census, ledger
from troth.cli import filtering
from troth.cli.main import main
from troth.company import Company, many
from troth.people import attributes, records
from troth.people.choices import say
from troth.people.forget import forget
from troth.people.join import join
from troth.store import tables as t

ROOT = Path(__file__).parents[1]
NOW = datetime(2016, 6, 1, tzinfo=UTC)
PEOPLE = list(range(1, 13))
PURPOSE = "own-offers"


@pytest.fixture
def company(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Company]:
    """CallMiner with twelve people of either version, some who refused, some who live where consent is law."""
    monkeypatch.setattr(many, "MANY", 1)
    house = troth.open(ROOT / "policies", f"sqlite:///{tmp_path / 'troth.db'}", lambda: NOW)
    made = house.company("callminer")
    choices = {c.name: c for version in made.policy.versions for c in version.choices}
    for number in PEOPLE:
        at = datetime(2004 + number, 3, 1, tzinfo=UTC)
        made.collect("product-registration", {"email": address(number), "name": "Anna"}, at=at)
        with made.writing() as session:
            if number % 3:
                attributes.set_value(session, "person", number, "country", "US", at)
            if number % 4 == 0:
                say(session, number, choices["no-own-news"], (), True, at, "site", "person")
    yield made
    house.store.close()


def address(number: int) -> str:
    return f"person-{number}@example.com"


def singly(company: Company) -> list[bool]:
    asked = [{"action": "use", "data": "email", "purpose": PURPOSE, "person": n} for n in PEOPLE]
    return [answer.allowed for answer in company.asks(asked)]


def stood(company: Company) -> bool:
    """Whether there is a census."""
    with company.reading() as session:
        return bool(census.counted(session).heads)


def test_everybody_gets_the_answer_that_each_gets(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:  # nobody of these is a case for asking singly
        patched.setattr(company.gate, "allowed_all", None)
        found = company.allowed(PURPOSE, PEOPLE)
    assert found == singly(company)
    assert True in found
    assert False in found
    assert stood(company)


def test_numbers_addresses_and_arrays_mean_the_same(company: Company) -> None:
    found = company.allowed(PURPOSE, PEOPLE)
    assert company.allowed(PURPOSE, [address(n) for n in PEOPLE]) == found
    assert company.allowed(PURPOSE, np.array(PEOPLE)) == found
    assert company.allowed(PURPOSE, np.array(PEOPLE[::-1], np.uint16)) == found[::-1]
    assert company.allowed(PURPOSE, [0, -1, 13, 10**12, "nobody@example.com"]) == [False] * 5


def test_one_entry_says_how_many_and_nobodys_name(company: Company) -> None:
    found = company.allowed(PURPOSE, PEOPLE)
    with company.reading() as session:
        (entry,) = ledger.entries(session, kind="asked-of-many")
    assert entry.payload["people"] == len(PEOPLE)
    assert entry.payload["allowed"] == sum(found)
    assert entry.person is None


def _refuse(company: Company, person: int) -> None:
    offered = [choice for version in company.policy.versions for choice in version.choices]
    choice = next(choice for choice in offered if choice.name == "no-own-news")
    company.say(person, choice, standing=True, way="site", by="person", at=NOW)


def _forget(company: Company, person: int) -> None:
    with company.writing() as session:
        forget(session, person, NOW)


def _erase(company: Company, person: int) -> None:
    with company.writing() as session:
        about = session.rows(t.record_people, person=person)[0].record
        fields = session.rows(t.fields, record=about, data="email")
        records.erase(session, [field.id for field in fields], NOW)


def _move(company: Company, person: int) -> None:
    with company.writing() as session:
        attributes.set_value(session, "person", person, "country", "DE", NOW)


def _join(company: Company, person: int) -> None:
    with company.writing() as session:
        join(session, person, 4, NOW)  # who refused


@pytest.mark.parametrize("change", [_refuse, _forget, _erase, _move, _join])
def test_what_is_said_since_counts_at_once(
    company: Company, change: Callable[[Company, int], None]
) -> None:
    asked = company.many(PURPOSE)
    before = asked.of(PEOPLE)
    person = 2
    assert before[PEOPLE.index(person)]
    change(company, person)
    after = asked.of(PEOPLE)  # worked out before it was said
    assert not after[PEOPLE.index(person)]
    assert after == singly(company) == company.allowed(PURPOSE, PEOPLE)


def test_somebody_new_is_not_missed(company: Company) -> None:
    asked = company.many(PURPOSE)
    asked.of(PEOPLE)
    company.collect("product-registration", {"email": address(13), "name": "Anna"}, at=NOW)
    with company.writing() as session:
        attributes.set_value(session, "person", 13, "country", "US", NOW)
    assert asked.of([13]) == [True]


def test_an_entry_that_tells_not_whom_it_is_about_leaves_nothing_standing(company: Company) -> None:
    before = company.allowed(PURPOSE, PEOPLE)
    with company.writing() as session:
        ledger.record(session, "something.new", {"what": 1}, at=NOW)
    with company.reading() as session:
        assert census.counted(session).wanting() == [0]
    assert company.allowed(PURPOSE, PEOPLE) == before
    with company.reading() as session:
        assert census.counted(session).wanting() == []


def test_forgetting_leaves_nothing_of_her_in_it(company: Company) -> None:
    company.allowed(PURPOSE, PEOPLE)
    assert stood(company)
    _forget(company, 2)
    assert not stood(company)


def test_time_alone_is_seen_after_a_minute(company: Company) -> None:
    asked = company.many(PURPOSE)
    asked.of(PEOPLE)
    company.clock = lambda: NOW + timedelta(minutes=2)
    _move(company, 2)
    assert not asked.of([2])[0]
    assert asked._everybody is not None
    assert asked._everybody[0] > NOW


def _run(company: Company, *arguments: str) -> Result:
    where = ("--policies", str(ROOT / "policies"), "--database", company.store.url)
    return CliRunner().invoke(main, [*arguments, *where])


def test_a_list_of_any_length_is_filtered_in_parts(
    company: Company, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filtering, "AT_ONCE", 5)
    list_ = tmp_path / "list.csv"
    list_.write_text("name,email\n" + "".join(f"A,{address(n)}\n" for n in PEOPLE), "utf-8")
    ran = _run(company, "filter", "callminer", str(list_), "--purpose", "support")
    assert ran.exit_code == 0, ran.output
    assert [line.split(",")[1] for line in ran.stdout.splitlines()[1:]] == [
        address(n) for n, may in zip(PEOPLE, company.allowed("support", PEOPLE), strict=True) if may
    ]
    with company.reading() as session:
        told = ledger.entries(session, kind="asked-of-many")
    assert [entry.payload["people"] for entry in told if entry.payload] == [5, 5, 2, 12]


def test_the_census_is_taken_ahead_of_time(company: Company) -> None:
    ran = _run(company, "census", "callminer")
    assert ran.exit_code == 0, ran.output
    assert "1 of 1 parts taken anew; 12 people, 0 of them" in ran.output
    assert "0 of 1 parts taken anew" in _run(company, "census", "callminer").output
