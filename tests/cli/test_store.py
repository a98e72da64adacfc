"""`ask`, `ledger`, `key`, `operator`, `serve`: the answer and its exit, and nothing made where there is no store."""

from __future__ import annotations

import json
import socket
import sqlite3
import subprocess
import sys

import psycopg
import pytest

from tests import postgres
from troth import access
from troth.store import open_store
from troth.store import tables as t

from .conftest import Bench

ASK = ("ask", "bakery", "use", "email", "--person", "ida@example.com", "--for")


def test_yes_and_no_have_their_exits_their_clauses_and_their_entries(stored: Bench) -> None:
    yes = stored.run(*ASK, "orders")
    assert (yes.exit_code, yes.output.splitlines()[0]) == (0, "yes")
    assert "bakery/2026-01-01#privacy.baking" in yes.output
    no = stored.run("ask", "bakery", "share", "email", "--person", "ida@example.com", "--json")
    said = json.loads(no.output)
    assert (no.exit_code, said["verdict"], said["withheld"]) == (1, "no", ["email"])
    assert said["clauses"][0]["sentence"].startswith("We never share")
    before = stored.run(*ASK, "orders", "--at", "2026-01-15")
    assert (before.exit_code, "nothing of it is held" in before.output) == (1, True)
    verified = stored.run("ledger", "verify", "--json")
    assert json.loads(verified.output)["bakery"]["sound"] is True


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("ask", "bakry", "use", "email", "--person", "x"), "did you mean bakery?"),
        (("ask", "bakery", "eat", "email", "--person", "x"), "eat is no action"),
        (("ask", "bakery", "use", "emial", "--person", "x"), "did you mean email?"),
        ((*ASK, "order"), "did you mean orders?"),
        ((*ASK, "orders", "--with", "nobody"), "neither a party"),
        ((*ASK, "orders", "--at", "2026-02-30"), "no date"),
        ((*ASK, "orders", "--database", "nonsense"), "write sqlite:///PATH"),
        (("ask", "bakery", "use", "email", "--person", "no@example.com"), "no such person"),
        (("key", "bakery", "--role", "crm", "--for", "selling"), "no purpose selling"),
    ],
)
def test_a_slip_of_the_pen_is_wrong_usage_and_leaves_no_entry(
    stored: Bench, words: tuple[str, ...], said: str
) -> None:
    before = stored.run("ledger", "verify").output
    result = stored.run(*words)
    assert (result.exit_code, said in result.output) == (2, True), result.output
    assert stored.run("ledger", "verify").output == before


def test_where_there_is_no_store_none_is_made(bench: Bench) -> None:
    before = bench.files()
    for words in ((*ASK, "orders"), ("ledger", "verify"), ("operator", "bakery", "kim")):
        result = bench.run(*words, typed="a long enough password\n")
        assert (result.exit_code, "there is no store at troth.db" in result.output) == (3, True)
    assert bench.files() == before


def test_where_there_is_no_postgres_one_is_told_why(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TROTH_KEY", "5a" * 32)
    with postgres.database(None) as url, postgres.database(None) as theirs:
        for database, said in (
            (url, "there is no store in postgresql://troth@127.0.0.1"),
            (postgres.shared().url("nowhere"), "there is no database nowhere"),
            ("postgresql://kim:open-sesame@127.0.0.1:1/troth", "no PostgreSQL answers"),
            (_filled_by_somebody(theirs), "no store of troth"),
        ):
            result = bench.run(*ASK, "orders", "--database", database)
            assert (result.exit_code, said in result.output) == (3, True), result.output
            assert "sesame" not in result.output
        monkeypatch.delenv("TROTH_KEY")
        result = bench.run("serve", "--port", "0", "--database", url)
        assert (result.exit_code, "set TROTH_KEY" in result.output) == (3, True), result.output


def _filled_by_somebody(url: str) -> str:
    with psycopg.connect(url) as connection:
        connection.execute("create table kept (name text)")
    return url


def test_a_file_of_somebody_else_is_left_as_it_is(bench: Bench) -> None:
    with sqlite3.connect("theirs.db") as theirs:
        theirs.execute("create table kept (name text)")
    (bench.folder / "text.db").write_text("a letter")
    before = bench.files()
    for name in ("theirs", "text"):
        for words in ((*ASK, "orders"), ("serve", "--port", "0")):
            result = bench.run(*words, "--database", f"sqlite:///{name}.db")
            assert (result.exit_code, f"{name}.db" in result.output) == (3, True), result.output
    assert bench.files() == before


def test_a_broken_ledger_is_named_and_exits_1(stored: Bench) -> None:
    store = open_store(stored.database)
    with store.transaction(writes=True) as connection:
        connection.execute(t.ledger.update().values(kind="nothing").where(t.ledger.c.seq == 1))
    store.close()
    result = stored.run("ledger", "verify")
    assert (result.exit_code, "broken at entry 1" in result.output) == (1, True), result.output


def test_a_key_is_printed_once_and_an_operator_may_sign_in(stored: Bench) -> None:
    key = stored.run("key", "bakery", "--role", "crm", "--for", "orders", "--may", "ask").output
    assert key.startswith("bakery.1.")
    said = stored.run("operator", "bakery", "kim", typed="a long enough password\n")
    assert (said.exit_code, "kim may sign in" in said.output) == (0, True)
    assert stored.run("operator", "bakery", "lee", typed="short\n").exit_code == 3
    import troth

    with troth.open("policies", stored.database).company("bakery").reading() as session:
        caller = access.claim(session, key.strip())
        assert caller is not None
        assert (caller.role, caller.purposes, caller.may) == ("crm", ("orders",), ("ask",))
        assert [one.name for one in access.list_operators(session)] == ["kim"]


def test_an_address_that_is_taken_is_said_before_anything_is_made(bench: Bench) -> None:
    before = bench.files()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        for command in ("serve", "demo"):
            result = bench.run(command, "--port", str(taken.getsockname()[1]))
            assert (result.exit_code, "say another --port" in result.output) == (3, True)
    assert bench.files() == before


def test_a_closed_pipe_is_no_yes(stored: Bench) -> None:
    troth = "import sys; from troth.cli import main; main()"
    piped = f'"{sys.executable}" -c "{troth}" page bakery'
    gone = "| (exec 0<&-; sleep 0.1); exit ${PIPESTATUS[0]}"  # nobody reads
    ran = subprocess.run(
        ["bash", "-c", f"{piped} {gone}"],
        cwd=stored.folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (3, "")
