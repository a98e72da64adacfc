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
from troth.ledger import (
    Checkpoint,
    Event,
    Signer,
    Verdict,
    forget,
    origin,
    record,
    record_all,
    sign,
    verify,
)
from troth.ledger.entry import commitment, leaf
from troth.ledger.tree import grown
from troth.store import Store, open_store

SIZE = 6
SIGNER = Signer(origin("acme"), b"a secret of just thirty-two byte")
COLUMNS = {
    "ledger": ("seq", "at", "kind", "commitment", "leaf"),
    "ledger_events": ("seq", "salt", "payload", "person"),
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
        connection = self.store.sqlalchemy.raw_connection()
        self.file: sqlite3.Connection = connection.driver_connection  # type: ignore[assignment]
        with closing(sqlite3.connect(str(sound.sqlalchemy.url.database))) as source:
            source.backup(self.file)
        self.file.execute("pragma foreign_keys = off")

    def run(self, sql: str, *values: Any) -> None:
        assert self.file.execute(sql, values).rowcount != 0

    def signed(self, signer: Signer = SIGNER) -> Checkpoint:
        with self.store.writing("acme") as session:
            return sign(session, signer, NOON + 60 * MINUTE)

    def verdict(self, known: Checkpoint | None = None) -> Verdict:
        with self.store.reading("acme") as session:
            return verify(session, SIGNER.key, known)


@pytest.fixture
def tampered(sound: Store) -> Tampered:
    return Tampered(sound)


def test_an_untouched_copy_is_sound(tampered: Tampered) -> None:
    assert tampered.verdict() == Verdict(True, SIZE, tampered.verdict().root)
    assert bool(tampered.verdict())


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.data())
def test_any_changed_byte_is_found(sound: Store, data: st.DataObject) -> None:
    tampered = Tampered(sound)
    table, column = data.draw(st.sampled_from(CELLS))
    seq = data.draw(st.integers(1, SIZE))
    where = f"where company = 'acme' and seq = {seq}"
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
    there = tampered.file.execute(read).fetchone()
    assume(there is None or there[0] != old)  # ' 1' or '1\x00' is still the number 1
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


def test_an_end_cut_off_with_its_tree_is_found_by_a_checkpoint(tampered: Tampered) -> None:
    known = tampered.signed()
    for table in COLUMNS:
        tampered.run(f"delete from {table} where company = 'acme' and seq > 2")
    leaves = tampered.file.execute("select leaf from ledger where company = 'acme' order by seq")
    edge, _ = grown((), 0, [bytes.fromhex(row[0]) for row in leaves])
    written = " ".join(part.hex() for part in edge)
    tampered.run("update ledger_trees set size = 2, edge = ? where company = 'acme'", written)
    said = "the ledger ends at 2 and was signed up to 6"
    assert tampered.verdict().problem == said
    tampered.run("delete from checkpoints")
    assert "was set back" not in tampered.verdict().problem
    assert tampered.verdict(known).problem == said


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
    if "ledger" in tables:
        found = f"entry {other} stands in the place of entry {one}"
        assert verdict.problem in (found, f"{found}, which is missing")


@pytest.mark.parametrize("seq", range(1, SIZE + 1))
def test_an_entry_moved_in_time_is_found(tampered: Tampered, seq: int) -> None:
    moved = "update ledger set at = ? where company = 'acme' and seq = ?"
    tampered.run(moved, "2003-06-05T12:00:00.000000Z", seq)
    verdict = tampered.verdict()
    assert verdict.seq == seq
    assert verdict.problem.startswith("entry 1 was changed" if seq == 1 else f"entry {seq} is back")


def rewritten(tampered: Tampered, seq: int, at: str, payload: str, whole: bool = True) -> None:
    """What somebody who knows the tree does: another event, and its hashes made anew, or all hashes."""
    change = "update {} set {} where company = 'acme' and seq = ?"
    salt, person, kind = tampered.file.execute(
        "select salt, person, kind from ledger join ledger_events using (company, seq) "
        "where company = 'acme' and seq = ?",
        [seq],
    ).fetchone()
    committed = commitment(salt, payload, person)
    hashed = leaf("acme", seq, at, kind, committed).hex()
    tampered.run(change.format("ledger_events", "payload = ?"), payload, seq)
    tampered.run(
        change.format("ledger", "at = ?, commitment = ?, leaf = ?"), at, committed, hashed, seq
    )
    if whole:
        leaves = "select leaf from ledger where company = 'acme' order by seq"
        edge, _ = grown((), 0, [bytes.fromhex(row[0]) for row in tampered.file.execute(leaves)])
        plant = "update ledger_trees set edge = ? where company = 'acme'"
        tampered.run(plant, " ".join(part.hex() for part in edge))


LATER = "2014-11-21T12:04:00.000000Z"


@pytest.mark.parametrize(("seq", "named"), [(4, "entries 1 to 4"), (5, "entries 5 to 6")])
def test_an_entry_rewritten_with_its_hashes_is_found_by_the_tree(
    tampered: Tampered, seq: int, named: str
) -> None:
    rewritten(tampered, seq, f"2014-11-21T12:0{seq}:00.000000Z", '{"n":4000}', whole=False)
    assert tampered.verdict().problem.startswith(f"{named} are not what was recorded")


def test_a_tree_made_anew_is_found_by_its_checkpoints(tampered: Tampered) -> None:
    stored = tampered.signed()
    rewritten(tampered, 4, LATER, '{"n":4000}')
    verdict = tampered.verdict()
    assert (verdict.seq, verdict.entries) == (1, SIZE)
    assert verdict.problem.startswith(f"entries 1 to 6 are not what was signed at {stored.at}")
    tampered.run("delete from checkpoints")
    assert tampered.verdict()  # from inside, nothing shows
    assert tampered.verdict(stored).problem == verdict.problem


def test_checkpoints_narrow_what_was_rewritten(tampered: Tampered) -> None:
    first = tampered.signed()
    with tampered.store.writing("acme") as session:
        record_all(session, [Event("asked", {"n": 7})] * 2, at=NOON)
        sign(session, SIGNER, NOON)
    assert tampered.verdict().checkpoints == 2
    rewritten(tampered, 7, first.at, '{"n":8}')
    assert tampered.verdict().problem.startswith("entries 7 to 8 are not what was signed at")


def test_a_changed_checkpoint_is_found(tampered: Tampered) -> None:
    tampered.signed()
    tampered.run("update checkpoints set note = replace(note, '13:00', '12:59')")
    assert tampered.verdict().problem.startswith("the stored checkpoint of 6 entries cannot be")


def test_a_checkpoint_of_another_key_is_not_trusted(tampered: Tampered) -> None:
    tampered.signed(Signer(origin("acme"), b"another key, made by an intruder"))
    assert "not signed with the key" in tampered.verdict().problem


def test_an_entry_backdated_with_all_its_hashes_is_found(tampered: Tampered) -> None:
    rewritten(tampered, 4, "2014-11-21T12:01:30.000000Z", '{"n":4}')
    verdict = tampered.verdict()
    assert verdict.seq == 4
    assert verdict.problem.startswith("entry 4 is backdated")


def test_an_entry_backdated_behind_a_checkpoint_is_found(tampered: Tampered) -> None:
    signed = tampered.signed()
    with tampered.store.writing("acme") as session:
        late = record(session, "asked", {}, at=NOON)
        assert late.at > NOON and verify(session)  # it took the moment of the checkpoint
    (salt,) = tampered.file.execute(
        "select salt from ledger_events where company = 'acme' and seq = 7"
    ).fetchone()
    committed = commitment(salt, "{}", None)
    early = "2014-11-21T12:06:30.000000Z"
    assert early < signed.at
    hashed = leaf("acme", 7, early, "asked", committed).hex()
    tampered.run(
        "update ledger set at = ?, leaf = ? where company = 'acme' and seq = 7", early, hashed
    )
    assert tampered.verdict().problem == (
        f"entry 7 is backdated: it is of {early}, after {signed.at}"
    )


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
    tampered.run("delete from ledger_trees where company = 'acme'")
    tampered.run("update ledger_trees set company = 'acme' where company = 'bolt'")
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
    monkeypatch.setattr("troth.ledger.verifying.PAGE", 4)
    store = filled(open_store(f"sqlite:///{tmp_path / 'long.db'}"))
    with store.writing("acme") as session:
        record_all(session, [Event("asked", {"n": n}) for n in range(12)], at=NOON)
        assert verify(session).entries == 12
        session.sql("update ledger set kind = 'given' where company = :company and seq = 11")
        assert verify(session).seq == 11


def test_an_empty_ledger_is_sound(store: Store) -> None:
    with store.reading("acme") as session:
        assert verify(session).entries == 0


def test_a_changed_node_of_a_long_ledger_is_found(tmp_path: Path) -> None:
    store = filled(open_store(f"sqlite:///{tmp_path / 'long.db'}"))
    with store.writing("acme") as session:
        record_all(session, [Event("asked", {"n": n}) for n in range(600)], at=NOON)
        assert verify(session)
        change = "update ledger_nodes set hash = 'ab' where company = :company and number = 1"
        session.sql(change)
        verdict = verify(session)
        assert (verdict.seq, verdict.entries) == (257, 511)
        assert verdict.problem.startswith("entries 257 to 512 are not what was recorded")
