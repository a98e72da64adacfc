"""Observing refuses nothing and marks what would be refused; what it let in is barred once it is enforced."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import troth
from troth import ledger
from troth.company import Company, House
from troth.facts import Datum, Scene
from troth.facts.load import NOTHING
from troth.gate import OBSERVED, report
from troth.gather import verdict
from troth.language.meaning import Meaning
from troth.language.model import Ask
from troth.people import attributes
from troth.people.stamps import load_stamps
from troth.refusal import NotAllowed, Refused

POLICIES = Path(__file__).parents[1] / "policies"
NOW = datetime(2016, 6, 1, 12, tzinfo=UTC)
ANNA, BEN = "anna@example.com", "ben@example.com"
TAILOR: dict[str, Any] = {"action": "use", "data": "email", "purpose": "tailoring"}


@pytest.fixture
def house(tmp_path: Path) -> House:
    return troth.open(POLICIES, f"sqlite:///{tmp_path / 'troth.db'}", lambda: NOW, observe=True)


@pytest.fixture
def callminer(house: House) -> Company:
    company = house.company("callminer")
    for mail, year in ((ANNA, 2004), (BEN, 2015)):
        at = datetime(year, 3, 1, tzinfo=UTC)
        company.collect("product-registration", {"email": mail}, at=at)
    return company


def kinds(company: Company) -> list[str]:
    with company.reading() as session:
        return [entry.kind for entry in ledger.entries(session, limit=1000)]


def test_an_answer_says_what_it_would_be_and_refuses_nothing(callminer: Company) -> None:
    no, yes = (callminer.ask(**TAILOR, person=person) for person in (ANNA, BEN))
    assert (no.verdict, no.observed, no.allowed, bool(no)) == ("no", True, True, True)
    assert no.withheld and no.would_allow
    assert (yes.verdict, yes.observed) == ("yes", False)
    assert callminer.require("use", "email", purpose="tailoring", person=ANNA).observed
    assert kinds(callminer)[-3:] == [OBSERVED, "asked", OBSERVED]
    enforced = callminer.ask(**TAILOR, person=ANNA, observe=False)
    assert (enforced.verdict, enforced.observed, bool(enforced)) == ("no", False, False)
    assert enforced.clauses == no.clauses
    with callminer.reading() as session:
        (entry,) = ledger.entries(session, kind=OBSERVED, limit=1)
        assert entry.payload["verdict"] == "no" and "anna" not in json.dumps(entry.payload)
        assert ledger.verify(session)


def test_a_call_may_observe_where_the_house_enforces(house: House, callminer: Company) -> None:
    house.observe = False
    with pytest.raises(NotAllowed):
        callminer.require("use", "email", purpose="tailoring", person=ANNA)
    assert callminer.require("use", "email", purpose="tailoring", person=ANNA, observe=True)
    answers = callminer.asks([{**TAILOR, "person": p} for p in (ANNA, BEN)], observe=True)
    assert [(answer.verdict, answer.observed) for answer in answers] == [
        ("no", True),
        ("yes", False),
    ]
    assert kinds(callminer)[-2:] == [OBSERVED, "asked"]


def test_what_would_be_refused_is_kept_and_barred_afterwards(callminer: Company) -> None:
    values = {"email": "carl@example.com", "card-number": "4111 1111 1111 1111"}
    with pytest.raises(Refused):
        callminer.take("product-registration", values, observe=False)
    taken = callminer.take("product-registration", values)
    assert taken.against == ("card-number",)
    with callminer.reading() as session:
        entry = ledger.entries(session, newest_first=True, limit=1)[0]
        assert (entry.kind, entry.payload["record"]) == (OBSERVED, taken.record)
        assert (entry.payload["data"], entry.payload["verdict"]) == (["card-number"], "in part")
        assert "4111" not in json.dumps(entry.payload)
    elsewhere = {"email": "dora@example.com"}
    assert callminer.take("product-registration", elsewhere, host="other.example").against
    for person, expected in (("carl@example.com", "yes"), ("dora@example.com", "no")):
        answer = callminer.ask("use", "email", purpose="serving", person=person, observe=False)
        assert (answer.verdict, len(answer.leaves), answer.would_allow) == (expected, 1, ())


def test_the_stamp_bars_in_every_reading(callminer: Company) -> None:
    callminer.take("product-registration", {"email": "dora@example.com"}, host="other.example")
    meaning, ask = Meaning(callminer.policy), Ask("use", "email", "serving")
    with callminer.reading() as session:
        stamps = load_stamps(session).items()
        person = callminer.person(session, "dora@example.com")
        scene = Scene(meaning.words, callminer.zone, NOW, person, None, Datum(), True, NOTHING)

        def fetch(statement: str) -> tuple[int, int]:
            (row,) = session.connection.exec_driver_sql(statement).all()
            return row[0], row[1]

        assert [stamp.against for _, stamp in stamps].count(True) == 1
        for against, expected in ((True, "no"), (False, "yes")):
            origins = [
                ("email", n, replace(s, against=against, versions=("callminer/2014-11-21",)))
                for n, s in stamps
            ]
            said = verdict(meaning, ask, scene, "callminer", origins, "sqlite", fetch)
            assert said == expected


def test_a_child_who_is_known_to_be_one_is_refused_even_so(callminer: Company) -> None:
    with callminer.writing() as session:
        ben, anna = callminer.person(session, BEN), callminer.person(session, ANNA)
        assert ben is not None and anna is not None
        attributes.set_value(session, "person", ben, "birth", "2005-01-01", NOW - timedelta(days=1))
    before = kinds(callminer)
    with pytest.raises(Refused) as refused:
        callminer.collect("newsletter-form", {"email": BEN}, person=ben)
    assert refused.value.clauses == ("law/us-coppa#children.children",)
    assert kinds(callminer) == before
    assert callminer.collect("newsletter-form", {"email": ANNA}, person=anna)  # of unknown age


@pytest.mark.parametrize("values", [{}, {"profile": "wide"}])
def test_what_has_no_words_is_refused_even_so(callminer: Company, values: dict[str, str]) -> None:
    with pytest.raises(Refused):
        callminer.collect("newsletter-form", values, person=ANNA)


def test_the_report_counts_and_names_nobody(callminer: Company) -> None:
    for _ in range(3):
        callminer.ask(**TAILOR, person=ANNA)
    callminer.ask(**TAILOR, person=BEN)
    callminer.take("newsletter-form", {"card-number": "4111"}, person=ANNA, source="bought")
    with callminer.reading() as session:
        found = report(session)
        later = report(session, since=NOW + timedelta(days=1))
    assert (found.observed, found.answers) == (4, 4)
    assert found.actions == (("use", 3), ("collect", 1))
    assert found.purposes == (("tailoring", 3),)
    assert found.clauses == (("no clause permits it", 4),)
    assert found.months == (("2016-06", 4),)
    assert (later.observed, later.answers, later.first) == (0, 0, None)
    said = json.dumps([found.actions, found.purposes, found.clauses, found.months])
    assert "anna" not in said and "4111" not in said


def test_a_forgotten_person_stays_counted_and_unnamed(callminer: Company) -> None:
    from troth.people.forget import forget

    callminer.ask(**TAILOR, person=ANNA)
    with callminer.writing() as session:
        anna = callminer.person(session, ANNA)
        assert anna is not None
        forget(session, anna, NOW)
        found = report(session)
        assert ledger.verify(session)
    assert (found.observed, found.actions) == (1, (("forgotten", 1),))
