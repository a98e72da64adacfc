"""Whatever is done to a stored ledger is found, and the first faulty entry is named."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.store.opened import MINUTE, NOON, filled
from troth.ledger import Checkpoint, Event, Verdict, checkpoint, forget, record, record_all, verify
from troth.ledger.chain import commitment, head
from troth.store import Store, open_store

SIZE = 6
COLUMNS = {
    "ledger": ("seq", "at", "kind", "commitment", "previous", "head"),
    "ledger_events": ("seq", "at", "kind", "salt", "payload", "person"),
}
CELLS = [(table, column) for table, columns in COLUMNS.items() for column in columns]


def recorded(store: Store) -> None:
    """Six entries, the third of them forgotten by the sixth; a neighbour's ledger beside them."""
    with store.writing("bolt") as session:
        record_all(session, [Event("asked", {"n": 1})] * 3, at=NOON)
    with store.writing("acme") as session:
        for number in range(1, SIZE):
            payload = {"n": number, "clause": "acme/2003-06-05#share.reseller"}
            record(session, "asked", payload, at=NOON + number * MINUTE, person=number)
        forget(session, 3, at=NOON + SIZE * MINUTE)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    store = filled(open_store(f"sqlite:///{tmp_path_factory.mktemp('sound') / 'troth.db'}"))
    recorded(store)
    store.scrub()
    yield store
    store.close()


class Tampered:
    """A copy of a sound store in memory, and what somebody with the file in hand does to it."""

    def __init__(self, sound: Store) -> None:
        self.store = open_store("sqlite://")
        connection = self.store.engine.raw_connection()
        self.file: sqlite3.Connection = connection.driver_connection  # type: ignore[assignment]
        with closing(sqlite3.connect(str(sound.engine.url.database))) as source:
            source.backup(self.file)
        self.file.execute("pragma foreign_keys = off")

    def run(self, sql: str, *values: Any) -> None:
        assert self.file.execute(sql, values).rowcount != 0

    def verdict(self, known: Checkpoint | None = None) -> Verdict:
        with self.store.reading("acme") as session:
            return verify(session, known)


@pytest.fixture
def tampered(sound: Store) -> Tampered:
    return Tampered(sound)


def test_an_untouched_copy_is_sound(tampered: Tampered) -> None:
    assert tampered.verdict() == Verdict(True, SIZE, tampered.verdict().head)
    assert bool(tampered.verdict())


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.data())
def test_any_changed_byte_is_found(sound: Store, data: st.DataObject) -> None:
    tampered = Tampered(sound)
    table, column = data.draw(st.sampled_from(CELLS))
    seq = data.draw(st.integers(1, SIZE))
    find = f"select rowid from {table} where company = 'acme' and seq = {seq}"
    where = f"where rowid = {tampered.file.execute(find).fetchone()[0]}"
    read = f"select cast({column} as blob) from {table} {where}"
    (old,) = tampered.file.execute(read).fetchone()
    assume(old is not None)
    place = data.draw(st.integers(0, len(old) - 1))
    byte = data.draw(st.integers(1, 255).filter(lambda byte: byte != old[place]))
    new = old[:place] + bytes([byte]) + old[place + 1 :]
    try:
        tampered.run(f"update {table} set {column} = cast(? as text) {where}", new)
    except sqlite3.IntegrityError:
        assume(False)  # the number of another row: the table itself refuses two
    assume(
        tampered.file.execute(read).fetchone()[0] != old
    )  # ' 1' or '1\x00' is still the number 1
    verdict = tampered.verdict()
    assert not verdict
    assert verdict.seq is not None and verdict.seq <= seq
    assert verdict.problem


@pytest.mark.parametrize("seq", range(1, SIZE + 1))
@pytest.mark.parametrize("tables", [["ledger"], ["ledger_events"], ["ledger", "ledger_events"]])
def test_a_removed_entry_is_found(tampered: Tampered, tables: list[str], seq: int) -> None:
    for table in tables:
        tampered.run(f"delete from {table} where company = 'acme' and seq = ?", seq)
    assert tampered.verdict().seq == seq


@pytest.mark.parametrize("last", range(SIZE))
def test_an_end_cut_off_is_found(tampered: Tampered, last: int) -> None:
    for table in COLUMNS:
        tampered.run(f"delete from {table} where company = 'acme' and seq > ?", last)
    verdict = tampered.verdict()
    assert verdict.seq == last + 1
    assert verdict.problem == f"the ledger ends at {last} and had come to {SIZE}"


def test_an_end_cut_off_with_its_count_is_found_by_a_checkpoint(tampered: Tampered) -> None:
    with tampered.store.reading("acme") as session:
        known = checkpoint(session)
    for table in COLUMNS:
        tampered.run(f"delete from {table} where company = 'acme' and seq > 2")
    tampered.run("update numbers set last = 2 where company = 'acme' and name = 'ledger'")
    assert tampered.verdict()
    assert tampered.verdict(known).problem == "entries up to 6 of the checkpoint are missing"


@pytest.mark.parametrize(("one", "other"), [(1, 2), (2, 5), (4, 6)])
@pytest.mark.parametrize("tables", [["ledger"], ["ledger_events"], ["ledger", "ledger_events"]])
def test_swapped_entries_are_found(
    tampered: Tampered, tables: list[str], one: int, other: int
) -> None:
    for table in tables:
        for old, new in ((one, -1), (other, one), (-1, other)):
            move = f"update {table} set seq = ? where company = 'acme' and seq = ?"
            tampered.run(move, new, old)
    verdict = tampered.verdict()
    assert verdict.seq == one


@pytest.mark.parametrize("seq", range(1, SIZE + 1))
def test_an_entry_moved_in_time_is_found(tampered: Tampered, seq: int) -> None:
    for table in COLUMNS:
        moved = f"update {table} set at = ? where company = 'acme' and seq = ?"
        tampered.run(moved, "2003-06-05T12:00:00.000000Z", seq)
    verdict = tampered.verdict()
    assert (verdict.seq, verdict.problem) == (seq, f"entry {seq} was changed")


def rewritten(tampered: Tampered, seq: int, at: str, payload: str) -> None:
    """What somebody who knows the chain does: another event, and every later head made anew."""
    read = "select {} from {} where company = 'acme' and seq = ?"
    change = "update {} set {} where company = 'acme' and seq = ?"
    salt, person = tampered.file.execute(
        read.format("salt, person", "ledger_events"), [seq]
    ).fetchone()
    committed = commitment(salt, payload, person)
    tampered.run(change.format("ledger_events", "at = ?, payload = ?"), at, payload, seq)
    tampered.run(change.format("ledger", "at = ?, commitment = ?"), at, committed, seq)
    following = ""
    for number in range(seq, SIZE + 1):
        columns = read.format("previous, at, kind, commitment", "ledger")
        previous, moment, kind, committed = tampered.file.execute(columns, [number]).fetchone()
        if number > seq:
            previous = following
        following = head(previous, number, moment, kind, committed)
        pair = change.format("ledger", "previous = ?, head = ?")
        tampered.run(pair, previous, following, number)


def test_a_chain_made_anew_is_found_by_a_checkpoint(sound: Store, tampered: Tampered) -> None:
    with sound.reading("acme") as session:
        known = checkpoint(session)
    rewritten(tampered, 4, "2014-11-21T12:04:00.000000Z", '{"n":4000}')
    assert tampered.verdict()  # from inside, nothing shows
    assert tampered.verdict(known).problem == "entry 6 is not the one of the checkpoint"


def test_an_entry_backdated_with_its_chain_is_found(tampered: Tampered) -> None:
    rewritten(tampered, 4, "2014-11-21T12:01:30.000000Z", '{"n":4}')
    verdict = tampered.verdict()
    assert verdict.seq == 4
    assert verdict.problem.startswith("entry 4 is backdated")


def test_an_event_destroyed_without_record_is_found(tampered: Tampered) -> None:
    tampered.run(
        "update ledger_events set salt = null, payload = null, person = null "
        "where company = 'acme' and seq in (2, 4)"
    )
    verdict = tampered.verdict()
    assert (verdict.seq, verdict.problem) == (
        2,
        "the event of entry 2 was destroyed without a record of it",
    )


def test_an_event_that_was_forgotten_and_came_back_is_found(store: Store) -> None:
    with store.writing("acme") as session:
        record(session, "asked", {"n": 1}, at=NOON, person=1)
        read = (
            "select salt, payload, person from ledger_events where company = :company and seq = 1"
        )
        kept = session.sql(read).one()
        forget(session, 1, at=NOON)
        assert verify(session)
        back = "update ledger_events set salt = :salt, payload = :payload, person = :person "
        session.sql(back + "where company = :company and seq = 1", **kept._mapping)
        assert verify(session).problem == "the event of entry 1 was forgotten and is there again"


@pytest.mark.parametrize("column", ["salt", "payload", "person"])
def test_half_a_destruction_is_found(tampered: Tampered, column: str) -> None:
    tampered.run(f"update ledger_events set {column} = null where company = 'acme' and seq = 2")
    assert tampered.verdict().seq == 2


def test_a_neighbours_entries_do_not_pass_for_ours(tampered: Tampered) -> None:
    for table in COLUMNS:
        tampered.run(f"delete from {table} where company = 'acme'")
        tampered.run(f"update {table} set company = 'acme' where company = 'bolt'")
    tampered.run("update numbers set last = 3 where company = 'acme' and name = 'ledger'")
    assert tampered.verdict().seq == 1


def test_an_added_entry_and_an_added_event_are_found(tampered: Tampered) -> None:
    for table, columns in COLUMNS.items():
        rest = ", ".join(columns[1:])
        add = f"insert into {table} (company, seq, {rest}) select company, {SIZE + 1}, {rest}"
        tampered.run(f"{add} from {table} where company = 'acme' and seq = 2")
        assert tampered.verdict().seq == SIZE + 1


def test_every_page_of_a_long_ledger_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("troth.ledger.verifying._PAGE", 4)
    store = filled(open_store(f"sqlite:///{tmp_path / 'long.db'}"))
    with store.writing("acme") as session:
        record_all(session, [Event("asked", {"n": n}) for n in range(12)], at=NOON)
        assert verify(session).entries == 12
        session.sql("update ledger set kind = 'given' where company = :company and seq = 11")
        assert verify(session).seq == 11


def test_an_empty_ledger_is_sound(store: Store) -> None:
    with store.reading("acme") as session:
        assert verify(session, checkpoint(session)).entries == 0
