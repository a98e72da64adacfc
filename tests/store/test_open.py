"""A transaction happens or it does not, in a file and in memory, under several threads and when killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError, StatementError

from tests.store.opened import NOON, filled, kept, opened
from troth.store import Store, open_store
from troth.store import tables as t
from troth.store.columns import canonical, read_moment, written_moment


@pytest.fixture(params=["sqlite", "postgresql", "memory"])
def either(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    if request.param == "memory":
        yield filled(open_store("sqlite://"))
    else:
        with opened(request.param, tmp_path) as store:
            yield store


def people(store: Store) -> int:
    with store.reading("acme") as session:
        return session.count(t.people)


def test_what_raises_leaves_nothing(either: Store) -> None:
    with pytest.raises(RuntimeError, match="stop"), either.writing("acme") as session:
        session.add(t.people, created_at=NOON)
        raise RuntimeError("stop")
    assert people(either) == 0
    with either.writing("acme") as session:
        assert session.add(t.people, created_at=NOON) == 1  # nor a gap in the numbers


def test_writers_on_many_threads_lose_nothing(either: Store) -> None:
    def write() -> None:
        for _ in range(10):
            with either.writing("acme") as session:
                session.add(t.people, created_at=NOON)
            people(either)

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with either.reading("acme") as session:
        assert [row.id for row in session.rows(t.people, order=[t.people.c.id])] == [*range(1, 41)]


def test_reading_inside_writing_is_possible(either: Store) -> None:
    with either.writing("acme") as session:
        session.add(t.people, created_at=NOON)
        assert people(either) in (0, 1)  # a file shows what was committed
    assert people(either) == 1


def test_a_view_does_not_change_while_it_is_read(store: Store) -> None:
    with store.reading("acme") as reading:
        assert reading.count(t.people) == 0
        with store.writing("acme") as session:
            session.add(t.people, created_at=NOON)
        assert reading.count(t.people) == 0
    assert people(store) == 1


def test_the_file_is_kept_safely(tmp_path: Path) -> None:
    with opened("sqlite", tmp_path) as store, store.transaction(writes=False) as connection:
        said = {
            name: connection.exec_driver_sql(f"pragma {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
        }
    assert said == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1}


KILLED = """
import os, signal, sys
from tests.store.opened import NOON
from troth.ledger import record
from troth.store import open_store, tables as t
store = open_store(sys.argv[1])
with store.writing("acme") as session:
    kept = session.add(t.people, created_at=NOON)
    record(session, "given", {"person": kept}, at=NOON, person=kept)
print("kept", flush=True)
with store.writing("acme") as session:
    lost = session.add(t.people, created_at=NOON)
    record(session, "given", {"person": lost}, at=NOON, person=lost)
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_killed_process_leaves_neither_row_nor_entry(store: Store) -> None:
    from troth.ledger import entries, verify

    ran = subprocess.run(
        [sys.executable, "-c", KILLED, store.url],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[2],
        env={**os.environ, "PYTHONPATH": "."},
    )
    assert (ran.returncode, ran.stdout) == (-signal.SIGKILL, "kept\n"), ran.stderr
    with store.reading("acme") as session:
        assert session.count(t.people) == 1
        assert [(entry.seq, entry.payload) for entry in entries(session)] == [(1, {"person": 1})]
        assert verify(session)


def test_what_is_deleted_is_not_kept_after_a_scrub(store: Store) -> None:
    secret = "anna.with.a.secret@acme.example"
    with store.writing("acme") as session:
        number = session.add(t.people, created_at=NOON)
        for kind in ("email", "account"):
            session.add(t.identifiers, person=number, kind=kind, value=secret, hash="0", since=NOON)
    assert secret.encode() in kept(store)
    with store.writing("acme") as session:
        session.remove(t.identifiers, person=number)
    store.scrub()
    assert secret.encode() not in kept(store)


def test_moments_and_days_come_back_as_they_were(store: Store) -> None:
    tokyo = datetime(2003, 6, 5, 8, 30, 0, 7, tzinfo=timezone(timedelta(hours=9)))
    with store.writing("acme") as session:
        session.add(t.people, created_at=tokyo)
        session.put(t.parties, id="acme-de", kind="reseller", name="Acme GmbH")
        row = {"party": "acme-de", "names": ["this-policy"], "fields": [], "purposes": []}
        session.add(t.agreements, **row, since=date(2003, 6, 5), until=None)
        assert session.rows(t.people)[0].created_at == tokyo
        assert session.rows(t.people)[0].created_at.tzinfo == UTC
        found = session.one(t.agreements, since=date(2003, 6, 5))
        assert found is not None and found.names == ["this-policy"] and found.until is None
        stored = session.sql("select created_at from people where company = :company").scalar_one()
        assert stored == "2003-06-04T23:30:00.000007Z"


def test_moments_without_zone_and_moments_as_days_are_refused(store: Store) -> None:
    naive = datetime(2003, 6, 5)
    with pytest.raises(StatementError, match="has no zone"), store.writing("acme") as session:
        session.add(t.people, created_at=naive)
    with pytest.raises(StatementError, match="give the day"), store.writing("acme") as session:
        session.put(t.parties, id="x", kind="reseller", name="X")
        row = {"party": "x", "names": [], "fields": [], "purposes": []}
        session.add(t.agreements, **row, since=NOON)


def test_written_moments_sort_as_the_moments_do() -> None:
    moments = [datetime.min.replace(tzinfo=UTC), NOON, NOON + timedelta(microseconds=1)]
    texts = [written_moment(moment) for moment in moments]
    assert sorted(texts) == texts
    assert {len(text) for text in texts} == {27}
    assert [read_moment(text) for text in texts] == moments


def test_json_has_one_way_of_being_written() -> None:
    assert canonical({"b": 1, "a": "ü"}) == canonical({"a": "ü", "b": 1}) == '{"a":"ü","b":1}'
    with pytest.raises(ValueError, match="not JSON compliant"):
        canonical(float("nan"))


def test_a_value_outside_the_closed_list_is_refused(store: Store) -> None:
    with pytest.raises(IntegrityError), store.writing("acme") as session:
        number = session.add(t.people, created_at=NOON)
        row = {"person": number, "version": "acme/2003-06-05", "way": "email", "at": NOON}
        session.add(t.told, **row, outcome="lost")


def test_troth_alone_imports_no_database() -> None:
    code = "import troth, sys; print([m for m in sys.modules if m in ('sqlalchemy', 'alembic')])"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout == "[]\n"
