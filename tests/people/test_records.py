"""What people gave, under which stamp."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import text

from tests.people.told import V2003, V2014, give, on, person
from troth import ledger
from troth.language.model import Stamp
from troth.people import holdings
from troth.people.holdings import held
from troth.people.problems import Conflict, Unknown
from troth.people.records import Given, correct, derive, erase, keep
from troth.people.stamps import load_stamps, stamp_id
from troth.store import Session, Store
from troth.store import tables as t


def test_a_stamp_is_written_once_and_read_back_the_same(session: Session) -> None:
    stamps = [
        V2003,
        V2014,
        replace(V2003, purposes=("support",)),
        Stamp(),
        Stamp(versions=("acme/2003-06-05", "acme/2014-11-21")),
        Stamp(("acme/2014-11-21",), "w", "acme/notices/w7", "held", "corp", "acme/contracts/A-9"),
    ]
    numbers = [stamp_id(session, stamp, "form") for stamp in stamps]
    assert [stamp_id(session, stamp, "form") for stamp in stamps] == numbers
    assert len(set(numbers)) == len(stamps)
    assert stamp_id(session, V2003, "trade-fair") not in numbers
    assert [load_stamps(session)[n] for n in numbers] == stamps


def test_unstamped_data_has_no_version(session: Session) -> None:
    row = session.one(t.stamps, id=stamp_id(session, Stamp(), "bought list"))
    assert row is not None and (row.policy, row.version, row.versions) == (None, None, [])


def test_what_is_held_names_the_customer(session: Session) -> None:
    with pytest.raises(Conflict, match="name the customer"):
        stamp_id(session, Stamp(role="held"), "recording")


def test_a_field_is_held_with_its_record_and_all_whom_it_is_about(session: Session) -> None:
    anna, ben = person(session, "anna@example.com"), person(session, "ben@example.com")
    alone = give(session, [anna], email="anna@example.com", interests=["tea", {"deep": 1}])
    both = give(session, [ben, anna], on(2004), recording="…")
    mine = held(session, anna)
    assert [(h.record, h.data, h.people) for h in mine] == [
        (alone.record, "email", (anna,)),
        (alone.record, "interests", (anna,)),
        (both.record, "recording", (anna, ben)),
    ]
    assert mine[1].value == ["tea", {"deep": 1}]
    assert (mine[0].given_at, mine[0].place) == (on(2003, 7), "trial-download")
    assert load_stamps(session)[mine[0].stamp] == V2003
    assert [h.data for h in held(session, anna, ["email"])] == ["email"]
    assert [h.data for h in held(session, ben)] == ["recording"]


def test_another_company_holds_nothing(store: Store) -> None:
    with store.writing("acme") as session:
        give(session, [person(session)], email="anna@example.com")
    with store.writing("bolt") as session:
        assert held(session, person(session)) == []


def test_a_correction_keeps_the_stamp_and_erases_the_wrong_value(session: Session) -> None:
    anna = person(session)
    wrong = give(session, [anna], phone="555-0199").fields[0]
    right = correct(session, wrong, "555-0100", on(2015))
    (now,) = held(session, anna)
    assert (now.field, now.value, load_stamps(session)[now.stamp]) == (right, "555-0100", V2003)
    old = session.one(t.fields, id=wrong)
    assert old is not None and (old.value, old.replaced_by) == (None, right)
    with pytest.raises(Conflict, match="correct the one that holds"):
        correct(session, wrong, "again", on(2016))


def test_a_correction_with_the_notice_shown_takes_the_new_stamp(session: Session) -> None:
    anna = person(session)
    wrong = give(session, [anna], phone="555-0199").fields[0]
    correct(session, wrong, "555-0100", on(2015), stamp_id(session, V2014, "telephone"))
    (now,) = held(session, anna)
    assert load_stamps(session)[now.stamp] == V2014


def test_a_derived_value_carries_every_stamp_and_word_of_its_sources(session: Session) -> None:
    anna, ben = person(session), person(session)
    early = give(session, [anna], minutes=300).fields[0]
    new = stamp_id(session, V2014, "form")
    late = keep(session, [ben], [Given("country", "DE", new)], on(2015)).fields[0]
    score = derive(session, [early, late], "score", 7, on(2016)).fields[0]
    grade = derive(session, [score], "grade", "B", on(2017)).fields[0]
    old = stamp_id(session, V2003, "form")
    found = {h.field: h for h in held(session, anna)}
    assert found[score].people == found[grade].people == (anna, ben)
    assert found[score].origins == (("score", old), ("minutes", old), ("country", new))
    assert set(found[grade].origins) == {
        ("grade", old),
        ("score", old),
        ("minutes", old),
        ("country", new),
    }


def test_origins_outlive_the_erasing_of_the_source(session: Session) -> None:
    anna = person(session)
    source = give(session, [anna], minutes=300).fields[0]
    derive(session, [source], "score", 7, on(2016))
    erase(session, [source], on(2017))
    (left,) = held(session, anna)
    assert ("minutes", left.stamp) in left.origins
    assert left.data == "score"


def test_reading_one_person_does_not_walk_through_the_company(session: Session) -> None:
    written = str(holdings.fields_of(1, 0).statement)
    written = written.replace(":of_company", "'acme'").replace(":person_0", "1")
    if session.connection.dialect.name == "postgresql":
        # of a company this small it would read all; what matters is that it need not
        session.connection.execute(text("set local enable_seqscan = off"))
        explained = session.connection.execute(text(f"explain {written}")).scalars().all()
        assert any("ix_fields_company_record_data" in step for step in explained)
        assert not any("Seq Scan" in step for step in explained)
        return
    plan = session.connection.execute(text(f"explain query plan {written}"))
    steps = [row.detail for row in plan if "fields" in row.detail]
    assert steps and all("(company=? AND record=?)" in step for step in steps)


def test_a_record_is_refused_for_what_is_not_known(session: Session) -> None:
    anna, stamp = person(session), stamp_id(session, V2003, "form")
    given = [Given("email", "a@b", stamp)]
    with pytest.raises(Unknown, match="person 99 is not known; add the person first"):
        keep(session, [anna, 99], given, on(2003))
    with pytest.raises(Unknown, match="name at least one person"):
        keep(session, [], given, on(2003))
    with pytest.raises(Unknown, match="stamp 77 is not known"):
        keep(session, [anna], [Given("email", "a@b", 77)], on(2003))
    with pytest.raises(Unknown, match="matter `case:1` is not known; open it first"):
        keep(session, [anna], given, on(2003), matter="case:1")
    with pytest.raises(Conflict, match="email is null; leave the field out"):
        keep(session, [anna], [Given("email", None, stamp)], on(2003))
    assert session.count(t.fields) == session.count(t.records) == 0


def test_the_ledger_commits_to_words_and_stamps_not_to_values(session: Session) -> None:
    anna, ben = person(session), person(session)
    kept = give(session, [anna, ben], email="anna@example.com")
    entries = ledger.entries(session, kind="record.kept")
    digest = session.rows(t.stamps)[0].digest
    assert [entry.person for entry in entries] == [anna, ben]
    assert entries[0].payload["fields"] == [[kept.fields[0], "email", digest]]
    assert "example" not in repr(entries)
