"""Who there is, and by what they are found."""

from __future__ import annotations

import pytest

from tests.people.told import KEY, on, person
from troth import ledger
from troth.people.identifiers import Kind, find, find_all, hashed, normalised
from troth.people.people import add_person, end_identifier, identify, person_at
from troth.people.problems import Conflict, Unknown
from troth.store import Session, Store
from troth.store import tables as t


@pytest.mark.parametrize(
    ("kind", "value", "written"),
    [
        ("email", "  Anna@Example.COM ", "anna@example.com"),
        ("phone", "+49 (30) 123-456", "4930123456"),
        ("phone", "0049 30 123456", "4930123456"),
        ("account", " A-17 ", "A-17"),
        ("name", "Anna   Berg", "anna berg"),
    ],
)
def test_an_identifier_is_written_in_one_way(kind: Kind, value: str, written: str) -> None:
    assert normalised(kind, value) == written


def test_a_person_is_found_however_the_address_is_written(session: Session) -> None:
    anna = person(session, "Anna@example.com", phone="+1 212 555 0100")
    assert find(session, KEY, "email", " anna@EXAMPLE.com") == anna
    assert find(session, KEY, "phone", "1-212-555-0100") == anna
    assert find(session, KEY, "email", "ben@example.com") is None


def test_the_hash_is_another_with_another_key_company_and_kind(store: Store) -> None:
    with store.reading("acme") as acme, store.reading("bolt") as bolt:
        mine = hashed(acme, KEY, "email", "anna@example.com")
        others = {
            hashed(acme, KEY + b"!", "email", "anna@example.com"),
            hashed(bolt, KEY, "email", "anna@example.com"),
            hashed(acme, KEY, "account", "anna@example.com"),
        }
        assert mine not in others and len(others) == 3
        with pytest.raises(ValueError, match="give 16 or more"):
            hashed(acme, b"short", "email", "anna@example.com")


def test_another_company_knows_nobody(store: Store) -> None:
    with store.writing("acme") as session:
        anna = person(session, "anna@example.com")
    with store.writing("bolt") as session:
        assert find(session, KEY, "email", "anna@example.com") is None
        with pytest.raises(Unknown, match=f"person {anna} is not known; add"):
            identify(session, KEY, anna, "phone", "1", on(2003))


def test_an_email_is_of_one_person_a_telephone_of_a_household(session: Session) -> None:
    anna = person(session, "anna@example.com", phone="1 212 555 0100")
    ben = person(session, "ben@example.com", phone="1 212 555 0100")
    assert find_all(session, KEY, "phone", "12125550100") == (anna, ben)
    with pytest.raises(Conflict, match=r"of several people \(1, 2\)"):
        find(session, KEY, "phone", "12125550100")
    with pytest.raises(Conflict, match=f"of person {anna} already; join {ben} and {anna}"):
        identify(session, KEY, ben, "email", "ANNA@example.com", on(2004))


def test_an_address_given_up_finds_nobody_and_may_be_another_s(session: Session) -> None:
    anna = person(session, "info@example.com")
    end_identifier(session, KEY, anna, "email", "info@example.com", on(2005))
    assert find(session, KEY, "email", "info@example.com") is None
    ben = person_at(session, KEY, "email", "info@example.com", on(2006))
    assert ben != anna
    assert person_at(session, KEY, "email", "info@example.com", on(2007)) == ben
    with pytest.raises(Unknown, match="has no such email"):
        end_identifier(session, KEY, anna, "email", "info@example.com", on(2008))


def test_identifying_twice_changes_nothing(session: Session) -> None:
    anna = person(session, "anna@example.com")
    had = session.count(t.ledger)
    identify(session, KEY, anna, "email", "ANNA@example.com", on(2004))
    assert session.count(t.identifiers, person=anna) == 1
    assert session.count(t.ledger) == had


@pytest.mark.parametrize(("kind", "value"), [("email", "  "), ("phone", "none"), ("shoe", "44")])
def test_what_identifies_nobody_is_refused(session: Session, kind: Kind, value: str) -> None:
    with pytest.raises(Unknown):
        add_person(session, KEY, on(2003), {kind: value})


def test_the_ledger_says_that_and_never_who(session: Session) -> None:
    anna = person(session, "anna@example.com", name="Anna Berg")
    entries = ledger.entries(session, person=anna)
    assert [entry.kind for entry in entries] == [
        "person.added",
        "person.identified",
        "person.identified",
    ]
    assert "nna" not in repr([entry.payload for entry in entries])
