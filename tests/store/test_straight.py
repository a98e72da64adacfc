"""A statement sent straight to the driver is its company's alone, and fails as every other does."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import bindparam, select, text
from sqlalchemy.exc import IntegrityError

from tests.store.opened import NOON
from troth.store import Session, Store, Straight
from troth.store import tables as t
from troth.store.straight import chunks, numbered

ALL = Straight(select(t.people.c.id).order_by(t.people.c.id))
SINCE = Straight(select(t.people.c.id).where(t.people.c.created_at >= bindparam("at")))
ADD = Straight(
    text("insert into parties (company, id, kind, name) values (:of_company, :id, :kind, :id)")
)


@pytest.fixture
def session(store: Store) -> Iterator[Session]:
    with store.writing("acme") as acme:
        yield acme


def test_it_reads_one_company(store: Store) -> None:
    for company, count in (("acme", 1), ("bolt", 2)):
        with store.writing(company) as session:
            session.add_all(t.people, [{"created_at": NOON}] * count)
    with store.reading("acme") as acme, store.reading("bolt") as bolt:
        assert acme.fetch(ALL) == [(1,)]
        assert bolt.fetch(ALL) == [(1,), (2,)]


def test_it_writes_for_one_company(store: Store) -> None:
    with store.writing("acme") as acme:
        acme.put_straight(ADD, [{"id": "one", "kind": "reseller"}, {"id": "two", "kind": "agent"}])
    with store.reading("acme") as acme, store.reading("bolt") as bolt:
        assert acme.count(t.parties) == 2
        assert bolt.count(t.parties) == 0


def test_text_that_names_no_company_is_refused() -> None:
    with pytest.raises(ValueError, match="names no :of_company"):
        Straight(text("select id from people"))


def test_a_session_that_reads_does_not_write(store: Store) -> None:
    with store.reading("acme") as acme, pytest.raises(PermissionError, match="only reads"):
        acme.put_straight(ADD, [{"id": "one", "kind": "reseller"}])


def test_a_parameter_left_out_is_an_error(session: Session) -> None:
    with pytest.raises(KeyError, match="at"):
        session.fetch(SINCE)


def test_what_the_database_refuses_is_told_without_values(session: Session) -> None:
    session.put_straight(ADD, [{"id": "private", "kind": "reseller"}])
    with pytest.raises(IntegrityError) as told:
        session.put_straight(ADD, [{"id": "private", "kind": "reseller"}])
    assert "private" not in str(told.value)


def test_many_are_asked_about_in_a_few_lengths() -> None:
    asked = [list(some) for some in chunks(range(300))]
    assert [len(some) for some in asked] == [128, 128, 64]
    assert {number for some in asked for number in some} == set(range(300))
    assert list(chunks(())) == []
    assert numbered("word", "ab") == {"word_0": "a", "word_1": "b"}
