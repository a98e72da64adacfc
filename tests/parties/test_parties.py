"""Who may receive: countries, agreements, days."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from troth import ledger, parties
from troth.language.model import Word
from troth.people import attributes
from troth.people.problems import Conflict, Unknown
from troth.store import Session, Store

RESELLER = Word("party", "reseller", "our reseller", one_for_each_country=True)
PARTNER = Word("party", "marketing-partner", "a partner")
TERM = "this-policy"


def on(year: int, month: int = 1, day: int = 1) -> datetime:
    return datetime(year, month, day, tzinfo=UTC)


def partner(session: Session) -> str:
    return parties.register(session, "bound", PARTNER, "Bound Ltd", on(2003)).id


def lives(session: Session, *days: date) -> list[bool]:
    return [bool(parties.live(session, "bound", TERM, day)) for day in days]


def test_a_party_has_territory_and_group_by_day(session: Session) -> None:
    parties.register(
        session,
        "acme-de",
        RESELLER,
        "Acme GmbH",
        on(2003),
        territory=["DE", "AT"],
        attributes_={"group": "acme", "type": ["gold", "early"]},
    )
    assert parties.party(session, "acme-de") == parties.Party("acme-de", "reseller", "Acme GmbH")
    assert attributes.all_values(session, "party", "acme-de", on(2004)) == {
        "territory": ("DE", "AT"),
        "group": ("acme",),
        "type": ("gold", "early"),
    }
    parties.set_group(session, "acme-de", "bolt", on(2005))
    assert attributes.values(session, "party", "acme-de", "group", on(2005)) == ("bolt",)
    assert attributes.values(session, "party", "acme-de", "group", on(2004)) == ("acme",)


def test_a_country_has_one_exclusive_party_at_a_time(session: Session) -> None:
    first = ["FR"]
    parties.register(session, "a", RESELLER, "A", on(2003), territory=first, until=on(2010))
    parties.register(session, "b", RESELLER, "B", on(2003))
    message = "FR has a reseller from 2003-01-01 until 2010-01-01: `a`.*end the territory of `a`"
    for since, until in ((2003, 2004), (2002, None), (2009, 2011), (2001, 2003)):
        taken = (since, until) != (2001, 2003)
        end = None if until is None else on(until)
        if taken:
            with pytest.raises(Conflict, match=message):
                parties.add_territory(session, "b", RESELLER, "FR", on(since), end)
        else:
            parties.add_territory(session, "b", RESELLER, "FR", on(since), end)
    parties.add_territory(session, "b", RESELLER, "FR", on(2010))
    parties.add_territory(session, "b", RESELLER, "DE", on(2005))
    with pytest.raises(Conflict, match="with no end: `b`"):
        parties.add_territory(session, "a", RESELLER, "FR", on(2020))


def test_ending_a_territory_frees_the_country(session: Session) -> None:
    parties.register(session, "a", RESELLER, "A", on(2003), territory=["FR"])
    attributes.end_value(session, "party", "a", "territory", on(2008), "FR")
    parties.register(session, "b", RESELLER, "B", on(2008), territory=["FR"])
    assert attributes.values(session, "party", "a", "territory", on(2008)) == ()


def test_other_kinds_and_companies_share_a_country(store: Store) -> None:
    with store.writing("acme") as session:
        parties.register(session, "a", RESELLER, "A", on(2003), territory=["FR"])
        for id_ in ("p", "q"):
            parties.register(session, id_, PARTNER, id_, on(2003), territory=["FR"])
    with store.writing("bolt") as session:
        parties.register(session, "b", RESELLER, "B", on(2003), territory=["FR"])


def test_a_party_is_registered_once_as_what_it_is(session: Session) -> None:
    partner(session)
    with pytest.raises(Conflict, match="`bound` is registered already"):
        partner(session)
    with pytest.raises(Conflict, match="is a marketing-partner, no reseller"):
        parties.add_territory(session, "bound", RESELLER, "FR", on(2003))
    with pytest.raises(Unknown, match="`order` is a matter, no party"):
        parties.register(session, "x", Word("matter", "order", "…"), "X", on(2003))
    with pytest.raises(Unknown, match="party `nobody` is not known; register it first"):
        parties.party(session, "nobody")
    with pytest.raises(Conflict, match="ends before it begins"):
        parties.add_territory(session, "bound", PARTNER, "FR", on(2004), on(2003))


def test_the_last_day_of_an_agreement_is_included(session: Session) -> None:
    partner(session)
    parties.sign(session, "bound", [TERM], date(2014, 1, 1), on(2014), until=date(2014, 12, 31))
    days = (date(2013, 12, 31), date(2014, 1, 1), date(2014, 12, 31), date(2015, 1, 1))
    assert lives(session, *days) == [False, True, True, False]
    assert parties.live(session, "bound", "another-term", date(2014, 6, 1)) == []


def test_overlapping_agreements_each_bind_while_they_live(session: Session) -> None:
    partner(session)
    first = parties.sign(
        session,
        "bound",
        [TERM],
        date(2014, 1, 1),
        on(2014),
        until=date(2014, 6, 30),
        fields=["email"],
    )
    second = parties.sign(
        session, "bound", [TERM], date(2014, 6, 1), on(2014), purposes=["support"]
    )
    found = parties.live(session, "bound", TERM, date(2014, 6, 15))
    assert [(a.id, a.fields, a.purposes) for a in found] == [
        (first, ("email",), ()),
        (second, (), ("support",)),
    ]
    (left,) = parties.live(session, "bound", TERM, date(2014, 7, 1))
    assert left.id == second


def test_an_agreement_ended_early_ends_with_that_day(session: Session) -> None:
    partner(session)
    signed = parties.sign(session, "bound", [TERM], date(2014, 1, 1), on(2014))
    parties.end(session, signed, date(2014, 5, 1), on(2014, 5, 1))
    assert lives(session, date(2014, 5, 1), date(2014, 5, 2)) == [True, False]
    with pytest.raises(Conflict, match="ended 2014-05-01; sign a new one"):
        parties.end(session, signed, date(2015, 1, 1), on(2014, 6, 1))


def test_ending_one_term_leaves_the_others(session: Session) -> None:
    partner(session)
    parties.sign(
        session, "bound", [TERM, "confidence"], date(2014, 1, 1), on(2014), fields=["email"]
    )
    parties.end_term(session, "bound", TERM, date(2014, 4, 30), on(2014, 5, 1))
    assert lives(session, date(2014, 4, 30), date(2014, 5, 1)) == [True, False]
    for day in (date(2014, 4, 30), date(2014, 5, 1), date(2020, 1, 1)):
        (still,) = parties.live(session, "bound", "confidence", day)
        assert still.fields == ("email",)
    with pytest.raises(Unknown, match="has no `this-policy` to end"):
        parties.end_term(session, "bound", TERM, date(2014, 6, 1), on(2014, 6, 1))


def test_an_agreement_is_refused_for_what_is_not_known(session: Session) -> None:
    partner(session)
    first, last = date(2014, 1, 1), date(2013, 1, 1)
    with pytest.raises(Unknown, match="party `x` is not known"):
        parties.sign(session, "x", [TERM], first, on(2014))
    with pytest.raises(Unknown, match="matter `sale:1` is not known"):
        parties.sign(session, "bound", [TERM], first, on(2014), matter="sale:1")
    with pytest.raises(Unknown, match="signs nothing"):
        parties.sign(session, "bound", [], first, on(2014))
    with pytest.raises(Conflict, match="ends 2013-01-01, before 2014-01-01"):
        parties.sign(session, "bound", [TERM], first, on(2014), until=last)
    with pytest.raises(Unknown, match="agreement `7` is not known"):
        parties.end(session, 7, last, on(2014))


def test_each_act_has_its_entry(session: Session) -> None:
    partner(session)
    signed = parties.sign(session, "bound", [TERM], date(2014, 1, 1), on(2014))
    parties.end(session, signed, date(2014, 5, 1), on(2014, 5, 1))
    found = ledger.entries(session)
    assert [e.kind for e in found] == ["party.registered", "agreement.signed", "agreement.ended"]
    assert found[1].payload["names"] == [TERM] and "Bound Ltd" not in repr(found)
    assert ledger.verify(session)
