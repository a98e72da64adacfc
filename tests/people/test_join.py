"""Two records found to be one person: refusals unite, consents intersect, and it can be undone."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from tests.people.told import CALLS, KEY, NAMED, PARTNERS, on, person
from troth import ledger
from troth.language.model import Choice
from troth.people import choices, notices
from troth.people.choices import NO_SCOPE, Scope
from troth.people.forget import forget
from troth.people.identifiers import find, identifiers_of
from troth.people.join import join, part
from troth.people.people import identify
from troth.people.problems import Conflict, Unknown
from troth.people.same import same
from troth.store import Session
from troth.store import tables as t

REFUSED = ("no-partner-offers", "")
CONSENTED = ("call-me", "")


@pytest.fixture
def pair(session: Session) -> tuple[int, int]:
    return person(session, "anna@example.com"), person(session, "a.berg@example.com")


def say(
    session: Session,
    who: int,
    choice: Choice,
    at: datetime,
    standing: bool = True,
    scope: Scope = NO_SCOPE,
) -> None:
    choices.say(session, who, choice, (), standing, at, "email", "self", scope=scope)


def stands(session: Session, who: int, at: datetime) -> set[tuple[str, str]]:
    return set(choices.standing(session, who, at))


def test_a_refusal_of_one_is_a_refusal_of_both(session: Session, pair: tuple[int, int]) -> None:
    one, other = pair
    say(session, one, PARTNERS, on(2004))
    join(session, one, other, on(2005))
    assert same(session, other) == pair
    assert stands(session, other, on(2005)) == {REFUSED}
    assert stands(session, other, on(2004, 12)) == set()
    part(session, other, one, on(2006))
    assert [stands(session, who, on(2006)) for who in pair] == [{REFUSED}, {REFUSED}]
    assert stands(session, other, on(2005, 6)) == {REFUSED}  # as it was seen then


def test_a_refusal_taken_back_by_the_other_is_back_when_they_part(
    session: Session, pair: tuple[int, int]
) -> None:
    one, other = pair
    say(session, one, PARTNERS, on(2004))
    join(session, one, other, on(2005))
    say(session, other, PARTNERS, on(2006), standing=False)
    assert [stands(session, who, on(2006)) for who in pair] == [set(), set()]
    part(session, one, other, on(2007))
    assert [stands(session, who, on(2007)) for who in pair] == [{REFUSED}, set()]


def test_a_consent_the_other_took_back_stays_taken_back(
    session: Session, pair: tuple[int, int]
) -> None:
    one, other = pair
    for who in pair:
        say(session, who, CALLS, on(2004))
    join(session, one, other, on(2005))
    say(session, other, CALLS, on(2006), standing=False)
    part(session, one, other, on(2007))
    assert [stands(session, who, on(2007)) for who in pair] == [set(), set()]


def test_a_consent_stands_where_both_gave_it(session: Session, pair: tuple[int, int]) -> None:
    one, other = pair
    say(session, one, CALLS, on(2004))
    join(session, one, other, on(2005))
    assert stands(session, one, on(2005)) == stands(session, other, on(2005)) == set()
    part(session, one, other, on(2006))
    assert stands(session, one, on(2006)) == {CONSENTED}
    say(session, other, CALLS, on(2006))
    join(session, one, other, on(2007))
    assert stands(session, one, on(2007)) == stands(session, other, on(2007)) == {CONSENTED}


def test_consents_intersect_in_data_and_period(session: Session, pair: tuple[int, int]) -> None:
    one, other = pair
    wide = Scope("lawyer", ("calls", "bills"), date(2004, 1, 1), date(2004, 6, 30))
    late = Scope("lawyer", ("bills", "email"), date(2004, 3, 1), None)
    say(session, one, NAMED, on(2004), scope=wide)
    say(session, other, NAMED, on(2004), scope=late)
    join(session, one, other, on(2005))
    both = Scope("lawyer", ("bills",), date(2004, 3, 1), date(2004, 6, 30))
    for who in pair:
        (said,) = choices.standing(session, who, on(2005)).values()
        assert said.scope == both
    part(session, one, other, on(2006))
    found = [choices.standing(session, who, on(2006)) for who in pair]
    assert [s.scope for f in found for s in f.values()] == [wide, late]


def test_consents_with_nothing_in_common_fall(session: Session, pair: tuple[int, int]) -> None:
    for who, data in zip(pair, ("calls", "email"), strict=True):
        say(session, who, NAMED, on(2004), scope=Scope("lawyer", (data,)))
    join(session, *pair, on(2005))
    assert [stands(session, who, on(2005)) for who in pair] == [set(), set()]


def test_what_one_says_next_counts_for_both_until_parted(
    session: Session, pair: tuple[int, int]
) -> None:
    one, other = pair
    join(session, one, other, on(2005))
    say(session, other, CALLS, on(2006))
    say(session, one, PARTNERS, on(2006))
    assert (
        stands(session, one, on(2006)) == stands(session, other, on(2006)) == {CONSENTED, REFUSED}
    )
    part(session, one, other, on(2007))
    assert stands(session, one, on(2007)) == {REFUSED}
    assert stands(session, other, on(2007)) == {CONSENTED, REFUSED}


def test_an_agreement_of_one_alone_is_none(session: Session, pair: tuple[int, int]) -> None:
    one, other = pair
    notices.agree(session, one, "share.all", "acme/2014-11-21", "d", on(2014), "site")
    join(session, one, other, on(2015))
    assert not notices.answers(session, one, on(2015)).agreed("share.all", "d")
    assert not notices.answers(session, other, on(2015)).refused("share.all")
    part(session, one, other, on(2016))
    assert notices.answers(session, one, on(2016)).agreed("share.all", "d")
    assert not notices.answers(session, other, on(2016)).agreed("share.all", "d")


def test_a_no_of_one_is_a_no_of_both(session: Session, pair: tuple[int, int]) -> None:
    one, other = pair
    notices.agree(session, one, "share.all", "acme/2014-11-21", "d", on(2014), "site")
    notices.refuse(session, other, "share.all", "acme/2014-11-21", "d", on(2014), "site")
    join(session, one, other, on(2015))
    assert all(notices.answers(session, who, on(2015)).refused("share.all") for who in pair)
    part(session, one, other, on(2016))
    assert all(notices.answers(session, who, on(2016)).refused("share.all") for who in pair)


def test_three_are_one_and_one_parts(session: Session, pair: tuple[int, int]) -> None:
    one, other = pair
    third = person(session, "berg@example.com")
    say(session, third, PARTNERS, on(2004))
    join(session, one, other, on(2005))
    join(session, other, third, on(2006))
    assert same(session, one) == (one, other, third)
    assert stands(session, one, on(2006)) == {REFUSED}
    part(session, one, other, on(2007))
    assert same(session, one) == (one,)
    assert [stands(session, who, on(2007)) for who in (one, other, third)] == [{REFUSED}] * 3


def test_joining_twice_and_parting_strangers_is_refused(
    session: Session, pair: tuple[int, int]
) -> None:
    one, other = pair
    with pytest.raises(Conflict, match="were not joined with one another"):
        part(session, one, other, on(2004))
    join(session, one, other, on(2005))
    with pytest.raises(Conflict, match="are joined already"):
        join(session, other, one, on(2006))
    with pytest.raises(Unknown, match="person 99 is not known"):
        join(session, one, 99, on(2006))


def test_who_is_forgotten_is_forgotten_in_every_record(
    session: Session, pair: tuple[int, int]
) -> None:
    one, other = pair
    say(session, one, PARTNERS, on(2004))
    join(session, one, other, on(2005))
    assert forget(session, other, on(2006)).people == pair
    assert session.count(t.people, erased_at=None) == session.count(t.attributes) == 0
    for address in ("anna@example.com", "a.berg@example.com"):
        assert stands(session, person(session, address, on(2007)), on(2007)) == {REFUSED}


def test_refusals_that_come_back_count_for_the_joined(
    session: Session, pair: tuple[int, int]
) -> None:
    former = person(session, "berg@example.com")
    say(session, former, PARTNERS, on(2004))
    forget(session, former, on(2005))
    join(session, *pair, on(2006))
    identify(session, KEY, pair[0], "email", "berg@example.com", on(2007))
    assert [stands(session, who, on(2007)) for who in pair] == [{REFUSED}, {REFUSED}]
    part(session, *pair, on(2008))
    assert [stands(session, who, on(2008)) for who in pair] == [{REFUSED}, {REFUSED}]


def test_joined_records_are_found_as_one(session: Session, pair: tuple[int, int]) -> None:
    for who in pair:
        identify(session, KEY, who, "phone", "212 555 0100", on(2004))
    with pytest.raises(Conflict, match="of several people"):
        find(session, KEY, "phone", "2125550100")
    join(session, *pair, on(2005))
    assert find(session, KEY, "phone", "2125550100") == pair[0]
    identify(session, KEY, pair[0], "email", "a.berg@example.com", on(2006))
    assert find(session, KEY, "email", "a.berg@example.com") == pair[1]
    assert identifiers_of(session, pair[1])[0] == ("email", "a.berg@example.com")


def test_joining_and_parting_are_in_the_ledger(session: Session, pair: tuple[int, int]) -> None:
    join(session, *pair, on(2005))
    part(session, *pair, on(2006))
    for kind in ("person.joined", "person.parted"):
        assert [e.person for e in ledger.entries(session, kind=kind)] == list(pair)
