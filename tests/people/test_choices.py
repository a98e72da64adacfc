"""What people chose: the cells, the latest word, the history."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from tests.people.told import CALLS, KEY, NAMED, NEWS, PARTNERS, on, person
from troth import ledger
from troth.language.model import Choice
from troth.people import choices
from troth.people.choices import Scope, cells
from troth.people.people import person_at
from troth.people.problems import Unknown
from troth.store import Session


def say(
    session: Session,
    who: int,
    choice: Choice,
    *items: str,
    at: Any,
    standing: bool = True,
    **more: Any,
) -> tuple[int, ...]:
    return choices.say(session, who, choice, items, standing, at, "email", "self", **more)


def stands(session: Session, who: int, at: Any) -> set[tuple[str, str]]:
    return set(choices.standing(session, who, at))


@pytest.mark.parametrize(
    ("items", "chosen"),
    [
        ((), 4),
        (("own-offers",), ("own-offers/email", "own-offers/postal-address")),
        (("email",), ("own-updates/email", "own-offers/email")),
        (("email", "own-offers"), ("own-offers/email",)),
        (("own-offers/email",), ("own-offers/email",)),
        (("own-updates", "own-offers", "email"), ("own-updates/email", "own-offers/email")),
    ],
)
def test_items_name_cells(items: tuple[str, ...], chosen: Any) -> None:
    found = cells(NEWS, items)
    assert (len(found) if isinstance(chosen, int) else found) == chosen


def test_a_choice_without_dimensions_has_one_cell() -> None:
    assert cells(PARTNERS) == ("",)
    with pytest.raises(Unknown, match="not made for `email`; it has no items"):
        cells(PARTNERS, ["email"])
    with pytest.raises(Unknown, match="it has own-updates, own-offers, email, postal-address"):
        cells(NEWS, ["fax"])


def test_a_choice_counts_from_its_moment_and_until_taken_back(session: Session) -> None:
    anna = person(session)
    say(session, anna, NEWS, "own-offers", at=on(2004, 3, 1))
    say(session, anna, NEWS, "own-offers/email", at=on(2005), standing=False)
    early, both = on(2004, 3, 1) - timedelta(seconds=1), ("no-own-news", "own-offers/email")
    assert stands(session, anna, early) == set()
    assert stands(session, anna, on(2004, 3, 1)) == {
        both,
        ("no-own-news", "own-offers/postal-address"),
    }
    assert stands(session, anna, on(2005)) == {("no-own-news", "own-offers/postal-address")}


def test_of_two_words_at_one_moment_the_last_entered_stands(session: Session) -> None:
    anna = person(session)
    say(session, anna, PARTNERS, at=on(2004))
    say(session, anna, PARTNERS, at=on(2004), standing=False)
    assert stands(session, anna, on(2004)) == set()


def test_a_word_entered_late_does_not_override_a_later_one(session: Session) -> None:
    anna = person(session)
    say(session, anna, PARTNERS, at=on(2005))
    say(session, anna, PARTNERS, at=on(2004), standing=False)
    assert stands(session, anna, on(2004, 6)) == set()
    assert stands(session, anna, on(2006)) == {("no-partner-offers", "")}


def test_a_provisional_choice_counts_at_once(session: Session) -> None:
    anna = person(session)
    say(session, anna, PARTNERS, at=on(2004), complete=False)
    (said,) = choices.standing(session, anna, on(2004)).values()
    assert not said.complete
    say(session, anna, PARTNERS, at=on(2004, 2), complete=True)
    assert [s.complete for s in choices.history(session, anna)] == [False, True]


def test_a_consent_ends_with_its_time(session: Session) -> None:
    anna = person(session)
    say(session, anna, CALLS, at=on(2004), until=on(2005))
    assert stands(session, anna, on(2005) - timedelta(microseconds=1)) == {("call-me", "")}
    assert stands(session, anna, on(2005)) == set()


def test_a_named_consent_stands_for_each_party_it_names(session: Session) -> None:
    anna = person(session)
    october = Scope("lawyer", ("call-detail",), date(2014, 10, 1), date(2014, 10, 31))
    say(session, anna, NAMED, at=on(2014), scope=october)
    say(session, anna, NAMED, at=on(2015), scope=Scope("doctor"))
    now = choices.standing(session, anna, on(2015))
    assert {cell: said.scope for (_, cell), said in now.items()} == {
        "lawyer": october,
        "doctor": Scope("doctor"),
    }
    say(session, anna, NAMED, at=on(2016), standing=False, scope=Scope("doctor"))
    assert stands(session, anna, on(2016)) == {("named-by-you", "lawyer")}
    say(session, anna, NAMED, at=on(2017), standing=False)
    assert stands(session, anna, on(2017)) == set()


def test_a_bare_address_has_choices(session: Session) -> None:
    friend = person_at(session, KEY, "email", "friend@example.com", on(2004))
    say(session, friend, PARTNERS, at=on(2004))
    assert person_at(session, KEY, "email", "Friend@example.com", on(2005)) == friend
    assert stands(session, friend, on(2005)) == {("no-partner-offers", "")}


def test_nobody_unknown_chooses(session: Session) -> None:
    with pytest.raises(Unknown, match="person 5 is not known"):
        say(session, 5, PARTNERS, at=on(2004))


def test_each_word_has_its_entry_with_what_was_shown_as_a_hash(session: Session) -> None:
    anna = person(session)
    say(session, anna, NEWS, "email", at=on(2004), text_shown="Anna, stop our news?")
    say(session, anna, NEWS, at=on(2005), standing=False)
    entries = ledger.entries(session, person=anna)
    assert [e.kind for e in entries] == ["person.added", "choice.said", "choice.taken-back"]
    assert entries[1].payload["cells"] == ["own-updates/email", "own-offers/email"]
    assert len(entries[1].payload["text"]) == 64 and "Anna" not in repr(entries)
    assert [s.text_shown for s in choices.history(session, anna, "no-own-news")][:1] == [
        "Anna, stop our news?"
    ]
