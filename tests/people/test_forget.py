"""Forgetting leaves nothing but refusals, and those come back with the address."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from tests.people.told import CALLS, KEY, NEWS, PARTNERS, V2003, give, on, person
from tests.store.opened import kept
from troth import ledger
from troth.access.sessions import start_for_person
from troth.language.model import Word
from troth.matters import open_matter
from troth.people import attributes, choices, happenings, notices
from troth.people.forget import forget
from troth.people.holdings import held
from troth.people.identifiers import find
from troth.people.people import identify
from troth.people.problems import Unknown
from troth.people.records import Given, correct, derive, keep
from troth.people.stamps import stamp_id
from troth.store import Session, Store
from troth.store import tables as t

CASE = Word("matter", "support-case", "your case")
SECRETS = ("zanzibar", "quetzal", "2125550177", "1971-03-09", "xylophon", "wombat")


def live(session: Session, who: int) -> None:
    """A whole life with the company, each table touched, each value unmistakable."""
    identify(session, KEY, who, "phone", "212-555-0177", on(2003))
    identify(session, KEY, who, "phone", "2125550177", on(2003))
    identify(session, KEY, who, "name", "Zanzibar Quetzal", on(2003))
    first = give(session, [who], name="Zanzibar Quetzal", phone="2125550177", note="wombat")
    correct(session, first.fields[2], "xylophon", on(2004))
    derive(session, [first.fields[0]], "initials", "zanzibar q", on(2004))
    attributes.set_value(session, "person", who, "birth", "1971-03-09", on(2004))
    attributes.set_value(session, "record", first.record, "type", "wombat", on(2004))
    shown = "Dear Zanzibar, may we?"
    for choice in (NEWS, PARTNERS, CALLS):
        choices.say(session, who, choice, (), True, on(2005), "site", "quetzal", shown)
    choices.say(session, who, NEWS, ["email"], False, on(2006), "site", "quetzal", shown)
    notices.tell(session, who, "acme/2014-11-21", "email", "delivered", on(2014))
    notices.agree(session, who, "use.all", "acme/2014-11-21", "d1", on(2014), "site", shown)
    notices.refuse(session, who, "share.all", "acme/2014-11-21", "d2", on(2014), "site", shown)
    happenings.happened(session, who, "service-start", on(2014))
    open_matter(session, f"case:{who}", CASE, on(2014), "person", people=[who])
    start_for_person(session, who, at=on(2014))


def everything(session: Session) -> str:
    """Every row of every table, as text."""
    rows = []
    for table in t.metadata.sorted_tables:
        rows += [repr(tuple(row)) for row in session.connection.execute(table.select())]
    return "\n".join(rows).lower()


def test_no_value_is_left_in_any_table_nor_in_the_file(store: Store) -> None:
    with store.writing("acme") as session:
        anna = person(session, "zanzibar@quetzal.example")
        live(session, anna)
        before = everything(session)
    store.scrub()
    raw = kept(store).lower()
    assert all(secret in before and secret.encode() in raw for secret in SECRETS)
    with store.writing("acme") as session:
        forget(session, anna, on(2015))
        after = everything(session)
    store.scrub()
    assert [secret for secret in SECRETS if secret in after] == []
    raw = kept(store).lower()
    assert [secret for secret in SECRETS if secret.encode() in raw] == []


def test_of_the_forgotten_only_refusals_and_hashes_are_left(session: Session) -> None:
    anna = person(session, "anna@example.com")
    live(session, anna)
    done = forget(session, anna, on(2015))
    gone = ("record_people", "told", "events", "matter_people", "sessions", "ledger_events")
    for name in gone:
        assert session.count(t.metadata.tables[name], person=anna) == 0, name
    for table in (t.records, t.fields, t.attributes, t.assertions):
        assert session.count(table) == 0, table.name
    kept = {(row.choice, row.cell) for row in session.rows(t.choices, person=anna)}
    assert kept == {
        ("no-own-news", "own-updates/postal-address"),
        ("no-own-news", "own-offers/postal-address"),
        ("no-partner-offers", ""),
    }
    assert [row.clause for row in session.rows(t.adoptions, person=anna)] == ["share.all"]
    identifiers = session.rows(t.identifiers, person=anna)
    assert {(row.kind, row.value) for row in identifiers} == {("email", ""), ("phone", "")}
    assert (done.records, done.fields, done.refusals, done.shared) == (2, 5, 4, ())


def test_the_ledger_still_verifies_and_says_that_someone_was_forgotten(store: Store) -> None:
    with store.writing("acme") as session:
        anna, ben = person(session, "anna@example.com"), person(session, "ben@example.com")
        live(session, anna)
        give(session, [anna, ben], recording="…")
        signer = ledger.Signer(ledger.origin("acme"), b"32 bytes that nobody else knows.")
        before = ledger.sign(session, signer, on(2014))
        forget(session, anna, on(2015))
    with store.reading("acme") as session:
        assert ledger.verify(session, signer.key, before)
        assert ledger.entries(session, person=anna) == []
        assert len(ledger.entries(session, person=ben)) == 3
        (entry,) = ledger.entries(session, kind="person.forgotten")
        assert entry.payload == {"person": anna, "fields": 6, "records": 2}


def test_the_forgotten_are_unknown(session: Session) -> None:
    anna = person(session, "anna@example.com")
    live(session, anna)
    forget(session, anna, on(2015))
    assert find(session, KEY, "email", "anna@example.com") is None
    assert held(session, anna) == []
    for act in (
        lambda: forget(session, anna, on(2016)),
        lambda: give(session, [anna], email="anna@example.com"),
        lambda: identify(session, KEY, anna, "email", "anna@example.com", on(2016)),
        lambda: choices.say(session, anna, PARTNERS, (), False, on(2016), "site", "self"),
    ):
        with pytest.raises(Unknown, match=f"person {anna} was forgotten"):
            act()


def test_refusals_reattach_when_the_address_comes_back(session: Session) -> None:
    anna = person(session, "anna@example.com")
    live(session, anna)
    forget(session, anna, on(2015))
    again = person(session, " ANNA@example.com", on(2016))
    assert again != anna
    now = choices.standing(session, again, on(2016))
    assert set(now) == {
        ("no-own-news", "own-updates/postal-address"),
        ("no-own-news", "own-offers/postal-address"),
        ("no-partner-offers", ""),
    }
    assert notices.answers(session, again, on(2016)).refused("share.all")
    assert not notices.answers(session, again, on(2016)).agreed("use.all", "d1")
    assert [e.payload["refusals"] for e in ledger.entries(session, kind="refusals.reattached")] == [
        4
    ]


def test_refusals_reattach_to_somebody_known_by_their_second_address(session: Session) -> None:
    anna = person(session, "anna@example.com")
    live(session, anna)
    forget(session, anna, on(2015))
    again = person(session, "new@example.com", on(2016))
    assert choices.standing(session, again, on(2016)) == {}
    identify(session, KEY, again, "phone", "(212) 555-0177", on(2017))
    assert ("no-partner-offers", "") in choices.standing(session, again, on(2017))
    had = session.count(t.choices, person=again)
    identify(session, KEY, again, "email", "anna@example.com", on(2018))
    assert session.count(t.choices, person=again) == had
    assert session.count(t.identifiers, person=anna) == 0  # the former self is no longer needed
    assert session.count(t.choices, person=anna) == session.count(t.adoptions, person=anna) == 0


def test_what_is_said_after_coming_back_stands(session: Session) -> None:
    anna = person(session, "anna@example.com")
    choices.say(session, anna, PARTNERS, (), True, on(2005), "site", "self")
    forget(session, anna, on(2015))
    again = person(session, "anna@example.com", on(2016))
    choices.say(session, again, PARTNERS, (), False, on(2017), "site", "self")
    forget(session, again, on(2018))
    third = person(session, "anna@example.com", on(2019))
    assert choices.standing(session, third, on(2019)) == {}


def test_without_refusals_no_hash_is_kept(session: Session) -> None:
    anna = person(session, "anna@example.com")
    choices.say(session, anna, PARTNERS, (), True, on(2005), "site", "self")
    choices.say(session, anna, PARTNERS, (), False, on(2006), "site", "self")
    forget(session, anna, on(2015))
    assert session.count(t.identifiers) == session.count(t.choices) == 0


def test_without_an_address_no_refusal_is_kept(session: Session) -> None:
    anna = person(session, name="Anna")
    choices.say(session, anna, PARTNERS, (), True, on(2005), "site", "self")
    forget(session, anna, on(2015))
    assert session.count(t.identifiers) == session.count(t.choices) == 0


def test_a_record_about_two_is_emptied_and_stays_the_other_s(session: Session) -> None:
    anna, ben = person(session, "anna@example.com"), person(session, "ben@example.com")
    both = give(session, [anna, ben], recording="both voices")
    bens = give(session, [ben], email="ben@example.com")
    done = forget(session, anna, on(2015))
    assert done.shared == (both.record,)
    assert [h.record for h in held(session, ben)] == [bens.record]
    (row,) = session.rows(t.record_people, record=both.record)
    assert row.person == ben


def test_another_company_forgets_nobody_of_ours(store: Store) -> None:
    with store.writing("acme") as session:
        anna = person(session, "anna@example.com")
        give(session, [anna], email="anna@example.com")
    with store.writing("bolt") as session:
        theirs = person(session, "anna@example.com")
        assert theirs == anna  # numbered for each company
        stamp = stamp_id(session, V2003, "form")
        keep(session, [theirs], [Given("email", "anna@example.com", stamp)], on(2004))
        forget(session, theirs, datetime(2015, 1, 1, tzinfo=UTC))
    with store.reading("acme") as session:
        assert len(held(session, anna)) == 1
        assert session.connection.execute(text("select count(*) from fields")).scalar_one() == 1
