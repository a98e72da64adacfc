"""What many give and say at once is taken in as if each came alone, and acknowledged once it is committed."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.store.opened import KINDS, place
from troth import ledger
from troth.company import Company, House
from troth.corpus import load
from troth.language.model import Choice, Policy
from troth.people import join
from troth.people.forget import forget
from troth.people.people import add_person
from troth.refusal import Refused
from troth.store import Session, open_store, upgrade
from troth.store import tables as t

AT = datetime(2015, 3, 2, 12, tzinfo=UTC)
PLACE, CHOICE = "optional-field", "no-promotional-email"
GIVEN = (t.people, t.identifiers, t.stamps, t.records, t.record_people, t.fields, t.choices)
Event = Callable[[Company], Any]


@cache
def policy() -> Policy:
    return load(Path(__file__).parents[1] / "policies", stories=False).policies["callminer"]


def opened(kind: str, folder: Path) -> Iterator[Company]:
    folder.mkdir(exist_ok=True)
    with place(kind, folder, made=True) as url:
        store = open_store(url)
        upgrade(store)
        yield House({"callminer": policy()}, store, lambda: AT, b"k" * 32).company("callminer")
        store.close()


@pytest.fixture(params=KINDS)
def company(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Company]:
    yield from opened(request.param, tmp_path / "one")


@pytest.fixture
def beside(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Company]:
    """A second company of the same kind, in which each thing is done by itself."""
    yield from opened(request.node.callspec.params["company"], tmp_path / "two")


def choice() -> Choice:
    return next(c for v in policy().versions for c in v.choices if c.name == CHOICE)


def gives(email: str, name: Any = "Eve", at: str = PLACE) -> Event:
    return lambda company: company.collect(at, {"email": email, "name": name})


def says(person: int | str, standing: bool = True) -> Event:
    return lambda company: company.say(person, choice(), standing=standing, way="email", by="crm")


def together(company: Company, events: list[Event]) -> list[Any]:
    """All of them in one group: the first waits until all have arrived."""
    queue, outcomes = company.together, [None] * len(events)
    queue._expected = len(events)

    def one(number: int) -> None:
        try:
            outcomes[number] = events[number](company)
        except Exception as error:
            outcomes[number] = error  # type: ignore[call-overload]

    threads = [threading.Thread(target=one, args=(number,)) for number in range(len(events))]
    for arrived, thread in enumerate(threads, start=1):
        thread.start()
        while arrived < len(events) and len(queue._queue) < arrived:  # in the order of the list
            time.sleep(0.001)
    for thread in threads:
        thread.join()
    return outcomes


def told(company: Company) -> list[tuple[str, Any, int | None]]:
    with company.reading() as session:
        assert ledger.verify(session)
        return [(e.kind, e.payload, e.person) for e in ledger.entries(session, limit=1000)]


def rows(company: Company) -> dict[str, list[Any]]:
    with company.reading() as session:
        keys = {x: [c for c in x.primary_key.columns if c.name != "company"] for x in GIVEN}
        return {x.name: [tuple(r) for r in session.rows(x, order=keys[x])] for x in GIVEN}


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("troth.store.together.MOMENT", 10)


PLAIN = [gives("a@example.org"), gives("b@example.org"), gives("c@example.org", "Cy")]


def test_a_group_leaves_the_rows_and_entries_that_each_alone_leaves(
    company: Company, beside: Company
) -> None:
    for group in (PLAIN, [says(2), says("c@example.org", False), gives("a@example.org"), says(2)]):
        outcomes = together(company, group)
        assert outcomes == [event(beside) for event in group]
    assert rows(company) == rows(beside)
    assert told(company) == told(beside)


def test_what_is_wrong_fails_alone(company: Company) -> None:
    events = [
        *PLAIN,
        gives("d@example.org", at="telephone-network"),
        says(99),
        says("nobody@example.org"),
        gives("e@example.org", float("nan")),
    ]
    outcomes = together(company, events)
    assert outcomes[:3] == [1, 2, 3]
    assert isinstance(outcomes[3], Refused)
    assert "99 is not known" in str(outcomes[4])
    assert isinstance(outcomes[5], Refused) and "JSON" in str(outcomes[6])
    found = rows(company)
    assert len(found["people"]) == len(found["records"]) == 3
    assert len(told(company)) == 9


def test_work_that_does_more_is_committed_with_the_others_and_fails_alone(company: Company) -> None:
    def adds(email: str, wrong: bool = False) -> Event:
        def work(session: Session) -> int:
            number = add_person(session, company.key, AT, {"email": email})
            if wrong:
                raise Refused("G506", "not this one")
            return number

        return lambda company: company.commit(work)

    before = company.together.rounds
    listed = [
        *PLAIN,
        adds("d@example.org"),
        adds("e@example.org", wrong=True),
        adds("f@example.org"),
    ]
    outcomes = together(company, listed)
    assert company.together.rounds == before + 1
    assert outcomes[:4] == [1, 2, 3, 4] and outcomes[5] == 5
    assert isinstance(outcomes[4], Refused)
    with company.reading() as session:
        assert [row.value for row in session.rows(t.identifiers, order=[t.identifiers.c.id])] == [
            f"{letter}@example.org" for letter in "abcdf"
        ]
        assert ledger.verify(session)


def test_who_comes_twice_in_one_group_is_one_person(company: Company) -> None:
    outcomes = together(company, [gives("a@example.org"), gives("A@example.org", "Anna")])
    assert outcomes == [1, 2]
    found = rows(company)
    assert len(found["people"]) == 1 and len(found["records"]) == 2


def test_refusals_of_the_forgotten_come_back_in_a_group(company: Company) -> None:
    gives("a@example.org")(company)
    says(1)(company)
    with company.writing() as session:
        forget(session, 1, AT)
    together(company, PLAIN)
    with company.reading() as session:
        (hers,) = session.rows(t.choices, choice=CHOICE)
        assert session.one(t.people, id=hers.person, erased_at=None) is not None


def test_what_one_record_of_a_joined_person_says_the_other_says_too(company: Company) -> None:
    for event in PLAIN:
        event(company)
    with company.writing() as session:
        join.join(session, 1, 2, AT)
    together(company, [says(1), says(3)])
    with company.reading() as session:
        assert {row.person for row in session.rows(t.choices, choice=CHOICE)} == {1, 2, 3}


def test_who_is_answered_is_committed(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("troth.store.together.MOMENT", 0.002)

    def one(number: int) -> int:
        record: int = gives(f"p{number}@example.org")(company)
        with company.reading() as session:  # another connection than the writer's
            assert session.one(t.records, id=record) is not None
        return record

    with ThreadPoolExecutor(8) as callers:
        assert sorted(callers.map(one, range(80))) == list(range(1, 81))
    assert len(told(company)) == 3 * 80


def test_an_end_that_fails_is_told_to_all_and_nothing_is_kept(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError("no room left")

    with monkeypatch.context() as broken:
        broken.setattr(company.together, "_work", refuse)
        outcomes = together(company, PLAIN)
    assert [str(outcome) for outcome in outcomes] == ["no room left"] * 3
    assert rows(company)["people"] == []
    assert together(company, PLAIN) == [1, 2, 3]


def test_somebody_entered_without_an_address_may_give_by_number(company: Company) -> None:
    with company.writing() as session:
        person = add_person(session, company.key, AT)
    assert company.collect(PLACE, {"name": "Eve"}, person=person) == 1
    assert rows(company)["record_people"] == [("callminer", 1, person)]
