"""What people were told and how they answered."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.people.told import on, person
from troth import ledger
from troth.people import notices
from troth.people.problems import Unknown
from troth.store import Session

NEW = "acme/2014-11-21"
CLAUSE = "share.partners"


def test_told_is_what_was_delivered_and_did_not_come_back(session: Session) -> None:
    anna = person(session)
    notices.tell(session, anna, NEW, "email", "queued", on(2014, 12, 1))
    notices.tell(session, anna, NEW, "email", "delivered", on(2014, 12, 2))
    notices.tell(session, anna, NEW, "email", "bounced", on(2014, 12, 3))
    notices.tell(session, anna, NEW, "phone", "delivered", on(2014, 12, 9))
    notices.tell(session, anna, NEW, "phone", "delivered", on(2014, 12, 20))
    expected = {1: None, 2: on(2014, 12, 2), 3: None, 8: None, 9: on(2014, 12, 9)}
    found = {d: notices.delivered_at(session, anna, NEW, on(2014, 12, d)) for d in expected}
    assert found == expected
    assert notices.delivered_at(session, anna, NEW, on(2015)) == on(2014, 12, 9)
    assert notices.delivered_at(session, anna, "acme/2016-01-01", on(2017)) is None


def test_who_could_not_be_reached_was_not_told(session: Session) -> None:
    anna = person(session)
    notices.tell(session, anna, NEW, "email", "unreachable", on(2014, 12, 1))
    assert notices.delivered_at(session, anna, NEW, on(2015)) is None
    assert [told.outcome for told in notices.tellings(session, anna, NEW)] == ["unreachable"]
    with pytest.raises(Unknown, match="`read` is no outcome of a notice; give one of delivered"):
        notices.tell(session, anna, NEW, "email", "read", on(2015))  # type: ignore[arg-type]


def test_an_answer_is_to_one_clause_as_worded(session: Session) -> None:
    anna = person(session)
    notices.agree(session, anna, CLAUSE, NEW, "d1", on(2014, 12, 3), "site", "May we?")
    before = notices.answers(session, anna, on(2014, 12, 3) - timedelta(seconds=1))
    assert not before.agreed(CLAUSE, "d1") and not before.refused(CLAUSE)
    now = notices.answers(session, anna, on(2014, 12, 3))
    assert now.agreed(CLAUSE, "d1")
    assert not now.agreed(CLAUSE, "d2") and not now.agreed("share.others", "d1")


def test_her_answer_stands_until_she_changes_it(session: Session) -> None:
    anna = person(session)
    notices.refuse(session, anna, CLAUSE, NEW, "d1", on(2014), "phone")
    assert notices.answers(session, anna, on(2020)).refused(CLAUSE)
    notices.agree(session, anna, CLAUSE, NEW, "d1", on(2021), "site")
    now = notices.answers(session, anna, on(2021))
    assert now.agreed(CLAUSE, "d1") and not now.refused(CLAUSE)
    notices.refuse(session, anna, CLAUSE, NEW, "d1", on(2022), "letter")
    assert not notices.answers(session, anna, on(2022)).agreed(CLAUSE, "d1")
    assert notices.answers(session, anna, on(2021, 6)).agreed(CLAUSE, "d1")
    given = notices.answers_given(session, anna, CLAUSE)
    assert [a.answer for a in given] == ["no", "yes", "no"]


def test_each_act_has_its_entry(session: Session) -> None:
    anna = person(session)
    notices.tell(session, anna, NEW, "email", "delivered", on(2014, 12, 1))
    notices.agree(session, anna, CLAUSE, NEW, "d1", on(2014, 12, 3), "site", "May we, Anna?")
    notices.refuse(session, anna, CLAUSE, NEW, "d1", on(2014, 12, 4), "site")
    entries = ledger.entries(session, person=anna)[1:]
    assert [e.kind for e in entries] == ["person.told", "clause.agreed", "clause.refused"]
    assert entries[1].payload["clause"] == CLAUSE and "Anna" not in repr(entries)
