"""What is sent to PostgreSQL without waiting is stored as any other row, and fails as any other statement."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError, IntegrityError

from tests.store.opened import KINDS, MINUTE, NOON, opened
from troth import ledger
from troth.store import Session, Store
from troth.store import tables as t

ODD = (
    'a "quoted" word',
    "back\\slash",
    "{1,2}",
    "NULL",
    "",
    " ",
    "Köln, 北京",
    "a\nb\tc",
    "\\x00",
    "''",
)


@pytest.fixture(params=KINDS)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    with opened(request.param, tmp_path) as store:
        yield store


def given(session: Session, values: list[Any]) -> range:
    """A record with a field of each value."""
    stamp = session.add(
        t.stamps, digest="d", source="supplied", role="own", versions=[], purposes=[]
    )
    record = session.add(t.records, given_at=NOON, source="supplied")
    rows = [
        {"record": record, "stamp": stamp, "data": str(number), "value": value, "label": label}
        for number, value in enumerate(values)
        for label in (str(value), None)
    ]
    rows = [{**row, "derived_from": []} for row in rows]
    return session.add_all(t.fields, rows)


def test_every_value_is_stored_as_it_is(store: Store) -> None:
    values = [*ODD, 7, -1, 2.5, True, None, ["a", {"b": '"'}]]
    with store.writing("acme", piped=True) as session:
        numbers = given(session, values)
        when = [NOON + MINUTE * n for n in range(6)]
        session.add_all(t.people, [{"created_at": at, "erased_at": None} for at in when])
    with store.reading("acme") as session:
        kept = session.rows(t.fields, order=[t.fields.c.id])
        assert [row.id for row in kept] == list(numbers)
        assert [row.value for row in kept[::2]] == values
        assert [row.label for row in kept] == [x for v in values for x in (str(v), None)]
        people = session.rows(t.people, order=[t.people.c.id])
        assert [row.created_at for row in people][-6:] == when


def test_the_ledger_grows_in_it(store: Store) -> None:
    with store.writing("acme", piped=True) as session:
        events = [ledger.Event("asked", {"n": number}) for number in range(9)]
        ledger.record_all(session, events, at=NOON)
        ledger.record(session, "asked", {"n": 9}, at=NOON)
    with store.reading("acme") as session:
        assert ledger.verify(session).entries == 10


def test_what_fails_in_a_part_takes_back_that_part_alone(store: Store) -> None:
    with store.writing("acme", piped=True) as session:
        first = session.add(t.people, created_at=NOON)
        with pytest.raises(IntegrityError), session.part():
            session.add(t.people, created_at=NOON)
            session.put_all(t.record_people, [{"record": 99, "person": n} for n in range(5)])
        second = session.add(t.people, created_at=NOON)
    with store.reading("acme") as session:
        assert {first, second} <= {row.id for row in session.rows(t.people)}
        assert session.count(t.people, t.people.c.id >= first) == 2
        assert session.count(t.record_people) == 0


def test_what_fails_at_the_end_fails_the_whole_and_says_no_value(store: Store) -> None:
    with pytest.raises(DBAPIError) as raised, store.writing("acme", piped=True) as session:
        session.add(t.people, created_at=NOON)
        person = {"kind": "a secret kind", "value": "a secret value", "hash": "h", "since": NOON}
        session.add_all(t.identifiers, [{**person, "person": 1, "until": None}] * 5)
    assert "secret" not in str(raised.value)
    assert "secret" not in repr(raised.value.__cause__)
    with store.reading("acme") as session:
        assert session.count(t.people) == 0
    with store.writing("acme") as session:  # the connection serves on
        session.add(t.people, created_at=NOON)
