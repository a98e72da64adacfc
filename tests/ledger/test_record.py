"""An entry is written with what it records, in one tree for each company; forgetting breaks nothing."""

from __future__ import annotations

import json
import threading
from datetime import timedelta

import pytest
from sqlalchemy import String, select, type_coerce

from tests.store.opened import MINUTE, NOON, kept
from troth.ledger import (
    Event,
    LedgerBrokenError,
    Signer,
    entries,
    forget,
    origin,
    record,
    record_all,
    sign,
    size,
    verify,
)
from troth.store import Store
from troth.store import tables as t


def test_entries_follow_one_another(store: Store) -> None:
    with store.writing("acme") as session:
        first = record(session, "asked", {"person": 4, "allowed": True}, at=NOON, person=4)
        more = record_all(
            session, [Event("given", {"record": 7}), Event("given", None)], at=NOON + MINUTE
        )
    assert (first.seq, more) == (1, range(2, 4))
    with store.reading("acme") as session:
        listed = entries(session)
        assert (listed[0], [entry.seq for entry in listed]) == (first, [1, 2, 3])
        assert [entry.payload for entry in listed[1:]] == [{"record": 7}, None]
        assert len({entry.leaf for entry in listed}) == 3
        assert verify(session).entries == size(session) == 3


def test_each_company_has_its_own_tree(store: Store) -> None:
    with store.writing("acme") as session:
        record(session, "asked", {}, at=NOON)
    with store.writing("bolt") as session:
        assert record(session, "asked", {}, at=NOON).seq == 1
        assert verify(session).entries == 1
        assert size(session) == 1


def test_the_ledger_itself_says_nothing_of_an_event(store: Store) -> None:
    with store.writing("acme") as session:
        one, other = (record(session, "asked", {"word": "telltale"}, at=NOON) for _ in range(2))
        assert one.commitment != other.commitment  # salted: equal events do not look equal
        rows = session.sql("select * from ledger where company = :company").all()
        assert "telltale" not in str(rows)


def test_listing_narrows_and_continues(store: Store) -> None:
    with store.writing("acme") as session:
        for number in range(6):
            kind = "asked" if number % 2 else "given"
            record(session, kind, {"n": number}, at=NOON + number * MINUTE, person=number % 3)
        seqs = {
            "kind": entries(session, kind="asked"),
            "person": entries(session, person=2),
            "since": entries(session, since=NOON + 4 * MINUTE),
            "before": entries(session, before=NOON + MINUTE),
            "page": entries(session, after_seq=2, limit=2),
            "newest": entries(session, limit=2, newest_first=True),
        }
    listed = {name: [entry.seq for entry in found] for name, found in seqs.items()}
    assert listed == {
        "kind": [2, 4, 6],
        "person": [3, 6],
        "since": [5, 6],
        "before": [1],
        "page": [3, 4],
        "newest": [6, 5],
    }


def test_a_transaction_that_dies_leaves_neither_row_nor_entry(store: Store) -> None:
    with pytest.raises(RuntimeError, match="dies"), store.writing("acme") as session:
        session.add(t.people, created_at=NOON)
        record(session, "given", {"person": 1}, at=NOON)
        raise RuntimeError("dies")
    with store.writing("acme") as session:
        assert (session.count(t.people), entries(session)) == (0, [])
        assert record(session, "given", {}, at=NOON).seq == 1
        assert verify(session)


def test_writers_side_by_side_leave_no_gap(store: Store) -> None:
    def write(name: str) -> None:
        for number in range(8):
            at = NOON + (number if name == "early" else 60) * MINUTE  # their clocks disagree
            with store.writing("acme") as session:
                record_all(session, [Event("asked", {"by": name, "n": number})] * 2, at=at)

    threads = [threading.Thread(target=write, args=[name]) for name in ("early", "late", "last")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.reading("acme") as session:
        assert verify(session).entries == 48
        listed = entries(session)
        assert [entry.seq for entry in listed] == [*range(1, 49)]
        early = [entry.payload["n"] for entry in listed if entry.payload["by"] == "early"]
        assert early == sorted(early)


def test_the_ledgers_time_never_runs_back(store: Store) -> None:
    with store.writing("acme") as session:
        record(session, "asked", {}, at=NOON)
        assert record(session, "asked", {}, at=NOON - timedelta(days=1)).at == NOON
        assert verify(session)


def test_nothing_is_recorded_in_a_reading_session_or_under_a_strange_kind(store: Store) -> None:
    with store.reading("acme") as reading, pytest.raises(PermissionError):
        record(reading, "asked", {}, at=NOON)
    with store.writing("acme") as session:
        for kind in ("", "Asked", "asked\n2", "asked by"):
            with pytest.raises(ValueError, match="no kind of entry"):
                record(session, kind, {}, at=NOON)
        with pytest.raises(ValueError, match="not JSON compliant"):
            record(session, "asked", {"share": float("nan")}, at=NOON)
        with pytest.raises(ValueError, match="has no zone"):
            record(session, "asked", {}, at=NOON.replace(tzinfo=None))
        assert record(session, "asked", {}, at=NOON).seq == 1  # what failed left no gap


def test_nothing_is_recorded_on_a_ledger_whose_end_is_gone(store: Store) -> None:
    with store.writing("acme") as session:
        record_all(session, [Event("asked", {})] * 3, at=NOON)
        session.remove(t.ledger_events, seq=3)
        session.remove(t.ledger, seq=3)
    with store.reading("acme") as session:
        assert size(session) == 3
    with pytest.raises(LedgerBrokenError, match="lacks entry 3"), store.writing("acme") as session:
        record(session, "asked", {}, at=NOON)


def test_a_forgotten_person_is_in_no_event_and_the_tree_holds(store: Store) -> None:
    with store.writing("acme") as session:
        for person in (1, 2, 1):
            record(
                session,
                "asked",
                {"person": person, "word": f"mark{person}"},
                at=NOON,
                person=person,
            )
        before = sign(session, Signer(origin("acme"), b"32 bytes that nobody else knows."), NOON)
        forgotten = forget(session, 1, at=NOON + MINUTE)
        assert forgotten is not None and forgotten.payload == {"entries": [1, 3]}
        assert verify(session, known=before)
        assert [entry.forgotten for entry in entries(session)] == [True, False, True, False]
        assert entries(session, person=1) == []
        assert [entry.payload for entry in entries(session, person=2)] == [
            {"person": 2, "word": "mark2"}
        ]
        assert forget(session, 1, at=NOON + MINUTE) is None
        assert len(entries(session)) == 4
    store.scrub()
    raw = kept(store)
    assert b"mark2" in raw and b"mark1" not in raw


def test_forgetting_again_after_new_events_holds(store: Store) -> None:
    with store.writing("acme") as session:
        for _ in range(2):
            record(session, "asked", {}, at=NOON, person=1)
            forget(session, 1, at=NOON)
        assert verify(session).entries == 4


def test_payloads_are_stored_in_their_one_way(store: Store) -> None:
    with store.writing("acme") as session:
        record(session, "asked", {"b": [1, None, "ü"], "a": True}, at=NOON)
        raw = session.execute(select(type_coerce(t.ledger_events.c.payload, String))).scalar_one()
    assert raw == '{"a":true,"b":[1,null,"ü"]}'
    assert json.loads(raw) == {"a": True, "b": [1, None, "ü"]}
