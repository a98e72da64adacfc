"""Operators sign in with a password, a few tries a minute; sessions end when they should."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

import pytest

from tests.store.opened import MINUTE, NOON, kept
from troth.access import (
    Refused,
    SignedIn,
    Visitor,
    add_operator,
    change_password,
    change_roles,
    end_operator,
    list_operators,
    passwords,
    sign_in,
    sign_out,
    start_for_person,
    sweep,
    who,
)
from troth.access.signin import TRIES
from troth.ledger import entries, verify
from troth.store import Store
from troth.store import tables as t

PASSWORD = "a long enough password"
SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A cheap scrypt: what is tested here is what is done with it."""
    monkeypatch.setattr(passwords, "LOG_N", 4)
    monkeypatch.setattr(passwords, "_NOBODY", f"scrypt$4$8$3${'00' * 16}${'00' * 32}")


@pytest.fixture
def store(store: Store) -> Store:
    with store.writing("acme") as session:
        assert add_operator(session, "olga", PASSWORD, ["officer", "desk"], at=NOON) == 1
    return store


def tried(store: Store, password: str, name: str = "olga", at: datetime = NOON) -> str:
    answer = sign_in(store, "acme", name, password, at=at)
    return "in" if isinstance(answer, SignedIn) else answer.reason


def token(store: Store) -> str:
    answer = sign_in(store, "acme", "olga", PASSWORD, at=NOON)
    assert isinstance(answer, SignedIn)
    return answer.token


def visitor(store: Store, token: str, at: datetime = NOON, company: str = "acme") -> Visitor | None:
    with store.reading(company) as session:
        return who(session, token, at=at)


def kinds(store: Store) -> list[str]:
    with store.reading("acme") as session:
        assert verify(session)
        return [entry.kind for entry in entries(session)]


def test_an_operator_signs_in_and_out(store: Store) -> None:
    opened = token(store)
    found = visitor(store, opened)
    assert found == Visitor("acme", NOON + timedelta(hours=8), 1, None, "olga", ("desk", "officer"))
    assert found.has_role("officer") and not found.has_role("editor")
    with store.writing("acme") as session:
        assert sign_out(session, opened, at=NOON)
        assert not sign_out(session, opened, at=NOON)
    assert visitor(store, opened) is None
    assert kinds(store) == ["operator-added", "signed-in", "signed-out"]


def test_a_session_expires(store: Store) -> None:
    opened = token(store)
    end = NOON + timedelta(hours=8)
    assert visitor(store, opened, end - SECOND)
    assert visitor(store, opened, end) is None
    with store.writing("acme") as session:
        assert (sweep(session, at=end - SECOND), sweep(session, at=end)) == (0, 1)


def test_a_session_is_one_companys(store: Store) -> None:
    assert visitor(store, token(store), company="bolt") is None
    assert isinstance(sign_in(store, "bolt", "olga", PASSWORD, at=NOON), Refused)


def test_wrong_name_and_wrong_password_get_one_answer(store: Store) -> None:
    answers = [
        sign_in(store, "acme", "olga", "not her password", at=NOON),
        sign_in(store, "acme", "nobody@here.example", PASSWORD, at=NOON),
        sign_in(store, "acme", "olga", "x" * 2000, at=NOON),
    ]
    assert answers == [Refused("wrong")] * 3
    with store.reading("acme") as session:
        refused = entries(session, kind="sign-in-refused")
        assert [entry.payload for entry in refused] == [
            {"operator": 1},
            {"operator": None},
            {"operator": 1},
        ]
        # what was typed may be anything: it is in no table
        assert "nobody@here" not in str(session.rows(t.attempts) + session.rows(t.ledger_events))


@pytest.mark.parametrize("name", ["olga", "nobody"])
def test_tries_are_throttled_by_name_for_a_minute(store: Store, name: str) -> None:
    for number in range(TRIES):
        assert tried(store, "not the password", name, NOON + number * SECOND) == "wrong"
    at = NOON + 30 * SECOND
    refused = sign_in(store, "acme", name, PASSWORD, at=at)
    assert refused == Refused("throttled", NOON + MINUTE)
    assert tried(store, PASSWORD, name, at) == "throttled"
    assert tried(store, PASSWORD, "somebody-else", at) == "wrong"
    expected = ["operator-added", *["sign-in-refused"] * TRIES, "sign-in-throttled"]
    assert kinds(store) == [*expected, "sign-in-refused"]  # throttled is on record once
    assert tried(store, PASSWORD, name, NOON + MINUTE) == ("in" if name == "olga" else "wrong")


def test_signing_in_forgets_the_tries_before(store: Store) -> None:
    for _ in range(3):
        for _ in range(TRIES - 1):
            assert tried(store, "not the password") == "wrong"
        assert tried(store, PASSWORD) == "in"


def test_tries_side_by_side_are_throttled_too(store: Store) -> None:
    answers: list[str] = []

    def attempt() -> None:
        answers.append(tried(store, "not the password"))

    threads = [threading.Thread(target=attempt) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["throttled"] * (12 - TRIES) + ["wrong"] * TRIES


def test_a_new_password_ends_the_sessions_of_the_old(store: Store) -> None:
    opened = token(store)
    with store.writing("acme") as session:
        change_password(session, 1, "another long password", at=NOON)
    assert visitor(store, opened) is None
    assert tried(store, PASSWORD) == "wrong"
    assert tried(store, "another long password") == "in"
    assert "password-changed" in kinds(store)


def test_an_operator_who_leaves_is_out_at_once(store: Store) -> None:
    opened = token(store)
    with store.writing("acme") as session:
        end_operator(session, 1, at=NOON)
        assert [operator.ended for operator in list_operators(session)] == [True]
        with pytest.raises(LookupError, match="has left"):
            change_roles(session, 1, ["officer"], at=NOON)
        with pytest.raises(ValueError, match="choose another name"):
            add_operator(session, "olga", PASSWORD, [], at=NOON)
    assert visitor(store, opened) is None
    assert tried(store, PASSWORD) == "wrong"
    assert kinds(store)[-2:] == ["operator-ended", "sign-in-refused"]


def test_leaving_during_a_try_wins(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def leave_meanwhile(password: str, kept: str | None) -> bool:
        with store.writing("acme") as session:
            end_operator(session, 1, at=NOON)
        return passwords.fits(password, kept)

    monkeypatch.setattr("troth.access.signin.fits", leave_meanwhile)
    assert tried(store, PASSWORD) == "wrong"


def test_roles_change_for_those_signed_in(store: Store) -> None:
    opened = token(store)
    with store.writing("acme") as session:
        change_roles(session, 1, ["editor"], at=NOON)
        (entry,) = entries(session, kind="operator-changed")
        assert entry.payload == {"operator": 1, "roles": ["editor"]}
    found = visitor(store, opened)
    assert found is not None and found.roles == ("editor",)


def test_a_person_has_a_session_of_her_own(store: Store) -> None:
    with store.writing("acme") as session:
        person = session.add(t.people, created_at=NOON)
        opened = start_for_person(session, person, at=NOON)
    found = visitor(store, opened)
    assert found == Visitor("acme", NOON + timedelta(hours=1), person=person)
    with store.writing("acme") as session:
        session.change(t.people, {"id": person}, erased_at=NOON)
    assert visitor(store, opened) is None
    with store.reading("acme") as session:
        assert [entry.kind for entry in entries(session, person=person)] == ["signed-in"]


def test_the_store_holds_neither_token_nor_password(store: Store) -> None:
    opened = token(store)
    raw = kept(store)
    assert opened.encode() not in raw
    assert PASSWORD.encode() not in raw
