"""The dated register, findings and events."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.people.told import FRAUD, give, on, person
from troth import ledger
from troth.language.model import Attribute, FactFormula, Word
from troth.people import attributes, happenings
from troth.people.problems import Conflict, Unknown
from troth.store import Session

INSTANT = timedelta(microseconds=1)


def test_a_value_holds_from_its_moment_until_it_is_replaced(session: Session) -> None:
    anna = person(session)
    attributes.set_value(session, "person", anna, "country", "DE", on(2003))
    attributes.set_value(session, "person", anna, "country", "FR", on(2005))
    moments = (on(2003) - INSTANT, on(2003), on(2005) - INSTANT, on(2005), on(2030))
    found = [attributes.values(session, "person", anna, "country", at) for at in moments]
    assert found == [(), ("DE",), ("DE",), ("FR",), ("FR",)]


def test_several_values_hold_side_by_side_and_end_one_by_one(session: Session) -> None:
    anna = person(session)
    attributes.add_value(session, "person", anna, "services", "voice", on(2003))
    attributes.add_value(session, "person", anna, "services", "data", on(2004))
    attributes.add_value(session, "person", anna, "services", "data", on(2005))
    assert attributes.values(session, "person", anna, "services", on(2006)) == ("voice", "data")
    attributes.end_value(session, "person", anna, "services", on(2007), "data")
    assert attributes.all_values(session, "person", anna, on(2007)) == {"services": ("voice",)}
    assert attributes.values(session, "person", anna, "services", on(2006)) == ("voice", "data")
    attributes.end_value(session, "person", anna, "services", on(2008))
    assert attributes.all_values(session, "person", anna, on(2008)) == {}
    with pytest.raises(Unknown, match=f"person {anna} has no services voice to end"):
        attributes.end_value(session, "person", anna, "services", on(2009), "voice")


def test_what_is_said_late_holds_until_what_was_known_already(session: Session) -> None:
    anna = person(session)
    attributes.set_value(session, "person", anna, "country", "FR", on(2005))
    attributes.set_value(session, "person", anna, "country", "DE", on(2003))
    assert attributes.values(session, "person", anna, "country", on(2004)) == ("DE",)
    assert attributes.values(session, "person", anna, "country", on(2006)) == ("FR",)


def test_what_is_said_twice_at_one_moment_is_the_last(session: Session) -> None:
    anna = person(session)
    attributes.set_value(session, "person", anna, "birth", "1992-01-01", on(2003))
    attributes.set_value(session, "person", anna, "birth", "1991-01-01", on(2003))
    assert attributes.values(session, "person", anna, "birth", on(2003)) == ("1991-01-01",)


@pytest.mark.parametrize(
    ("name", "value", "wanted"),
    [
        ("country", "Germany", "two capital letters"),
        ("age", "11", "set her `birth`"),
        ("birth", "1.2.2000", "YYYY-MM-DD"),
        ("birth", "2001-02-29", "no day of the calendar"),
        ("services", "", "leave it out"),
    ],
)
def test_what_no_formula_could_compare_is_refused(
    session: Session, name: str, value: str, wanted: str
) -> None:
    anna = person(session)
    with pytest.raises(Conflict, match=wanted) as refused:
        attributes.set_value(session, "person", anna, name, value, on(2003))
    assert not value or value not in str(refused.value)  # messages are logged: no value in them


def test_nothing_unknown_has_attributes(session: Session) -> None:
    for of, key in (("person", 9), ("party", "acme-de"), ("matter", "case:1"), ("record", 9)):
        with pytest.raises(Unknown, match="is not known"):
            attributes.set_value(session, of, key, "type", "x", on(2003))  # type: ignore[arg-type]
    with pytest.raises(Unknown, match="give one of person, party, matter, record"):
        attributes.set_value(session, "ship", 1, "type", "x", on(2003))  # type: ignore[arg-type]


def test_the_latest_finding_stands(session: Session) -> None:
    anna = person(session)
    asked = ("fraud-suspected", "person", anna)
    happenings.assert_fact(session, FRAUD, "person", anna, on(2004), "fraud-team")
    happenings.assert_fact(session, FRAUD, "person", anna, on(2005), "fraud-team", value=False)
    found = [happenings.asserted(session, *asked, on(year)) for year in (2003, 2004, 2005)]  # type: ignore[arg-type]
    assert found == [None, True, False]


def test_a_claim_is_no_finding(session: Session) -> None:
    anna = person(session)
    record = give(session, [anna], email="a@b").record
    with pytest.raises(Conflict, match="asserted by fraud-team, not by `sales`"):
        happenings.assert_fact(session, FRAUD, "person", anna, on(2004), "sales")
    of_matter = Word("fact", "merger-done", "done", of=("matter",), asserted_by=("counsel",))
    with pytest.raises(Conflict, match="is of matter, not of a record"):
        happenings.assert_fact(session, of_matter, "record", record, on(2004), "counsel")
    formula = FactFormula(Attribute("person", "age"), "under", ("13",))
    child = Word("fact", "under-13", "under 13", of=("person",), formula=formula)
    with pytest.raises(Conflict, match="follows from a formula; set the attributes"):
        happenings.assert_fact(session, child, "person", anna, on(2004), "anyone")


def test_events_are_remembered_in_order_up_to_the_moment(session: Session) -> None:
    anna = person(session)
    for year in (2006, 2004):
        happenings.happened(session, anna, "cpni-notice", on(year))
    assert happenings.moments(session, anna, "cpni-notice", on(2005)) == (on(2004),)
    assert happenings.moments(session, anna, "cpni-notice", on(2007)) == (on(2004), on(2006))


def test_the_entries_name_the_attribute_and_not_its_value(session: Session) -> None:
    anna = person(session)
    attributes.set_value(session, "person", anna, "birth", "2000-02-29", on(2003))
    happenings.happened(session, anna, "service-start", on(2004))
    happenings.assert_fact(session, FRAUD, "person", anna, on(2005), "fraud-team")
    entries = ledger.entries(session, person=anna)[1:]
    assert [e.kind for e in entries] == ["attribute.set", "event.happened", "fact.asserted"]
    assert entries[0].payload == {"of": "person", "key": anna, "name": "birth"}
