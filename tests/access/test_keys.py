"""A key opens what it lists, for its company, until it is ended; the store does not know it."""

from __future__ import annotations

import pytest

from tests.store.opened import NOON, kept
from troth.access import Caller, claim, company_of, end_key, issue_key
from troth.access.keys import _hash
from troth.ledger import entries, verify
from troth.store import Store
from troth.store import tables as t


@pytest.fixture
def key(store: Store) -> str:
    with store.writing("acme") as session:
        return issue_key(session, "web shop", "shop", ["support", "sales"], ["ask"], at=NOON)


def claimed(store: Store, plaintext: str, company: str = "acme") -> Caller | None:
    with store.reading(company) as session:
        return claim(session, plaintext)


def test_a_key_says_who_asks(store: Store, key: str) -> None:
    assert claimed(store, key) == Caller("acme", "web shop", "shop", ("sales", "support"), ("ask",))
    assert company_of(key) == "acme"


def test_a_caller_claims_the_purposes_of_its_key_and_no_others(store: Store, key: str) -> None:
    caller = claimed(store, key)
    assert caller is not None
    assert caller.may_claim("support")
    assert not caller.may_claim("joint-marketing")
    assert not caller.may_claim(None)  # an ask without purpose asks for all of them
    assert caller.may_use("ask") and not caller.may_use("collect")


def test_a_key_for_every_purpose_and_one_for_none(store: Store) -> None:
    with store.writing("acme") as session:
        every = issue_key(session, "officer", "officer", ["*"], ["ask"], at=NOON)
        none = issue_key(session, "form", "form", [], ["collect"], at=NOON)
    wide, narrow = claimed(store, every), claimed(store, none)
    assert wide is not None and wide.may_claim("joint-marketing") and wide.may_claim(None)
    assert narrow is not None and not narrow.may_claim("support")
    assert narrow.may_use("collect")


@pytest.mark.parametrize(
    "change",
    [
        lambda _: "",
        lambda key: key + "x",
        lambda key: key[:-1],
        lambda key: key.replace("acme.1.", "acme.2."),
        lambda key: key.replace("acme.1.", "bolt.1."),
        lambda key: key.replace("acme.1.", "acme.-1."),
        lambda key: key.replace("acme.1.", "acme.²."),
        lambda key: key.replace("acme.1.", f"acme.{10**40}."),
        lambda key: key.rsplit(".", 1)[-1],
        lambda _: "acme.1.",
        lambda _: "acme.1.\udcff",
    ],
)
def test_anything_else_is_nobody(store: Store, key: str, change) -> None:  # type: ignore[no-untyped-def]
    assert claimed(store, change(key)) is None


def test_a_key_opens_nothing_of_another_company(store: Store, key: str) -> None:
    assert claimed(store, key, "bolt") is None
    with store.writing("bolt") as session:  # nor where that company has a key of the same number
        issue_key(session, "web shop", "shop", ["*"], ["ask"], at=NOON)
    assert claimed(store, key, "bolt") is None
    assert claimed(store, key.replace("acme", "bolt"), "bolt") is None


def test_an_ended_key_opens_nothing(store: Store, key: str) -> None:
    with store.writing("acme") as session:
        assert end_key(session, 1, at=NOON)
        assert not end_key(session, 1, at=NOON)
        assert not end_key(session, 2, at=NOON)
        assert [entry.kind for entry in entries(session)] == ["key-issued", "key-ended"]
    assert claimed(store, key) is None


def test_the_store_holds_the_hash_alone(store: Store, key: str) -> None:
    secret = key.rsplit(".", 1)[-1]
    with store.reading("acme") as session:
        assert session.rows(t.keys)[0].hash == _hash(secret)
    assert secret.encode() not in kept(store)


def test_issuing_is_on_record_without_the_secret(store: Store, key: str) -> None:
    with store.reading("acme") as session:
        (entry,) = entries(session)
        assert key.rsplit(".", 1)[-1] not in str(entry)
        assert verify(session)
    granted = {"key": 1, "role": "shop", "purposes": ["sales", "support"], "may": ["ask"]}
    assert (entry.kind, entry.payload, entry.at) == ("key-issued", granted, NOON)


def test_a_key_to_an_unknown_door_is_not_made(store: Store) -> None:
    refused = pytest.raises(ValueError, match="cannot open `everything`")
    with refused, store.writing("acme") as session:
        issue_key(session, "x", "x", [], ["ask", "everything"], at=NOON)
    with store.reading("acme") as session:
        assert (session.count(t.keys), entries(session)) == (0, [])
