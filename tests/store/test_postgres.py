"""What is particular to PostgreSQL: who waits for whom, how text compares, and what an error may say."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from time import sleep

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from tests import postgres
from tests.store.opened import NOON, opened
from troth import ledger
from troth.store import Store, StoreProblem, must_be_free, open_store, schema_version
from troth.store import tables as t
from troth.store.postgres import CLOSELY_SECONDS


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with opened("postgresql", tmp_path) as store:
        yield store


def test_two_workers_at_once_continue_one_chain(store: Store) -> None:
    def work(own: Store) -> None:
        for number in range(15):
            with own.writing("acme") as session:
                ledger.record(session, "asked", {"n": number}, at=NOON)

    workers = [open_store(store.url) for _ in range(3)]
    threads = [threading.Thread(target=work, args=(worker,)) for worker in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for worker in workers:
        worker.close()
    with store.reading("acme") as session:
        assert ledger.verify(session).entries == 45


def test_companies_do_not_wait_for_one_another(store: Store) -> None:
    with store.writing("acme") as acme:
        acme.add(t.people, created_at=NOON)
        with store.writing("bolt") as bolt:
            bolt.add(t.people, created_at=NOON)
        with store.reading("bolt") as bolt:
            assert bolt.count(t.people) == 1


def test_who_waits_sees_what_was_committed_meanwhile(store: Store) -> None:
    counted: list[int] = []
    begun = threading.Event()

    def second() -> None:
        begun.set()
        with store.writing("acme") as session:
            counted.append(session.count(t.people))

    with store.writing("acme") as session:
        waiting = threading.Thread(target=second)
        waiting.start()
        assert begun.wait(10)
        session.add(t.people, created_at=NOON)
    waiting.join()
    assert counted == [1]


def test_text_compares_by_its_bytes_whatever_the_database_was_made_for(store: Store) -> None:
    names = ["a", "B", "_", "é", "A", "b", "-a"]
    with store.writing("acme") as session:
        for name in names:
            session.put(t.parties, id=name, kind="reseller", name=name)
        rows = session.rows(t.parties, order=[t.parties.c.id])
        sorts = session.connection.execute(text("select 'B' < 'a'")).scalar_one()
    assert [row.id for row in rows] == sorted(names)
    assert sorts is False  # by itself the server would not


def test_a_session_that_reads_cannot_write_by_any_way(store: Store) -> None:
    with store.reading("acme") as session, pytest.raises(DBAPIError, match="read-only"):
        session.connection.execute(text("delete from parties where company = 'acme'"))


@pytest.mark.parametrize("kind", ["nickname", "email"])
def test_an_error_names_the_rule_and_not_the_row(store: Store, kind: str) -> None:
    row = {"person": 77, "kind": kind, "value": "anna@example.com", "hash": "0", "since": NOON}
    with pytest.raises(IntegrityError) as told, store.writing("acme") as session:
        session.add(t.identifiers, **row)
    assert "identifiers" in str(told.value)
    assert "anna" not in str(told.value) and "77" not in str(told.value)


def test_a_value_that_cannot_be_read_is_not_repeated(store: Store) -> None:
    with store.reading("acme") as session, pytest.raises(DBAPIError) as told:
        session.connection.execute(text("select cast(:value as integer)"), {"value": "anna"})
    assert "anna" not in str(told.value)


def test_a_server_that_went_away_is_found_again(store: Store) -> None:
    with store.reading("acme") as session:
        assert session.count(t.people) == 0
    ended = "select pg_terminate_backend(pid) from pg_stat_activity where datname = %s"
    with psycopg.connect(postgres.shared().url("postgres"), autocommit=True) as connection:
        connection.execute(ended, [store.url.rsplit("/", 1)[1]])
    sleep(2 * CLOSELY_SECONDS)  # a connection used this very moment is not tried again
    with store.writing("acme") as session:
        assert session.add(t.people, created_at=NOON) == 1


def test_what_is_wrong_with_the_address_is_said() -> None:
    server = postgres.shared()
    wrong = {
        server.url("nowhere"): "there is no database nowhere at 127.0.0.1",
        "postgresql://troth:open-sesame@127.0.0.1:1/troth": "no PostgreSQL answers at 127.0.0.1:1",
        server.url("postgres").replace("troth@", "kim:open-sesame@"): "does not let kim into",
    }
    for url, said in wrong.items():
        with pytest.raises(StoreProblem, match=said) as told:
            schema_version(open_store(url))
        assert "sesame" not in str(told.value)
    assert "sesame" not in open_store("postgresql://kim:open-sesame@localhost/troth").name


def test_a_database_of_somebody_else_is_no_store() -> None:
    with postgres.database(None) as url:
        with psycopg.connect(url) as connection:
            connection.execute("create table kept (name text)")
        store = open_store(url)
        with pytest.raises(StoreProblem, match="no store of troth"):
            must_be_free(store)
        store.close()


@pytest.mark.parametrize("url", ["mysql://localhost/troth", "nonsense", ""])
def test_another_kind_of_store_is_named_wrong(url: str) -> None:
    with pytest.raises(ValueError, match="name one of these"):
        open_store(url)
