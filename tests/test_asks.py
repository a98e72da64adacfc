"""Asking singly and asking many: the same answers, each on record before it is given."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import troth
from troth import ledger
from troth.company import Company
from troth.gate import Given, Question
from troth.language.model import Answer, Ask
from troth.people.choices import say
from troth.people.people import add_person
from troth.store import Session

ROOT = Path(__file__).parents[1]
NOW = datetime(2016, 6, 1, tzinfo=UTC)
GIVEN = (datetime(2004, 3, 1, tzinfo=UTC), datetime(2015, 3, 1, tzinfo=UTC))


@pytest.fixture
def company(tmp_path: Path) -> Iterator[Company]:
    """CallMiner with two people of either version; every second one refused own news."""
    house = troth.open(ROOT / "policies", f"sqlite:///{tmp_path / 'troth.db'}", lambda: NOW)
    made = house.company("callminer")
    choices = {c.name: c for version in made.policy.versions for c in version.choices}
    for number in range(4):
        at, email = GIVEN[number // 2], address(number)
        made.collect("product-registration", {"email": email, "name": "Anna"}, at=at)
        if number % 2:
            with made.writing() as session:
                who = made.person(session, email)
                assert who is not None
                say(session, who, choices["no-own-news"], (), True, at, "site", "person")
    yield made
    house.store.close()


def address(number: int) -> str:
    return f"person-{number}@example.com"


def questions() -> list[dict[str, Any]]:
    asked = [
        {"action": "use", "data": "email", "purpose": "own-offers"},
        {"action": "use", "data": "profile", "purpose": "support"},
        {"action": "share", "data": "email", "purpose": "support", "party": "reseller"},
        {"action": "collect", "data": "email", "place": "product-registration"},
    ]
    return [{**question, "person": address(n)} for n in range(4) for question in asked]


def asked(company: Company) -> list[ledger.Entry]:
    with company.reading() as session:
        return ledger.entries(session, kind="asked")


def test_many_at_once_are_answered_as_one_by_one(company: Company) -> None:
    singly = [company.ask(**question) for question in questions()]
    together = company.asks(questions())
    assert [answer.verdict for answer in together] == [answer.verdict for answer in singly]
    assert [answer.leaves for answer in together] == [answer.leaves for answer in singly]
    assert len({answer.verdict for answer in singly}) > 1


def test_each_of_many_has_an_entry_in_the_order_of_the_questions(company: Company) -> None:
    answers = company.asks(questions())
    entries = asked(company)
    assert [answer.entry for answer in answers] == [entry.seq for entry in entries]
    said = [(entry.payload["data"], entry.payload["verdict"]) for entry in entries]
    assert said == [
        (question["data"], answer.verdict)
        for question, answer in zip(questions(), answers, strict=True)
    ]
    with company.reading() as session:
        assert ledger.verify(session)


def test_where_one_of_many_is_refused_nothing_is_on_record(company: Company) -> None:
    wrong = {"action": "use", "data": "email", "person": "nobody@example.com"}
    with pytest.raises(troth.Refused, match="no such person"):
        company.asks([*questions(), wrong])
    assert asked(company) == []


def test_no_questions_leave_no_entry(company: Company) -> None:
    assert company.asks([]) == []
    assert asked(company) == []


class FailedError(Exception):
    """Something fails after a collection."""


def give(company: Company, session: Session, email: str, at: datetime) -> Answer:
    """Given for a stated purpose, a stamp nobody has yet; and what an ask makes of it at once."""
    who = add_person(session, company.key, at, {"email": email})
    given = Given("product-registration", {"email": email}, (who,), purposes=("own-offers",))
    company.gate.collect(session, given, at)
    ask = Ask("use", "email", "own-offers")
    return company.gate.ask(session, Question(ask, who, NOW), entry=False)


def test_what_was_read_of_a_failed_transaction_is_forgotten(company: Company) -> None:
    """The number of a stamp that was rolled back is given again, to another stamp."""
    with pytest.raises(FailedError), company.writing() as session:
        old = give(company, session, "old@example.com", GIVEN[0])
        raise FailedError
    with company.writing() as session:
        new = give(company, session, "new@example.com", GIVEN[1])
    assert [leaf.version for leaf in old.leaves] == ["callminer/2003-06-05"]
    assert [leaf.version for leaf in new.leaves] == ["callminer/2014-11-21"]
