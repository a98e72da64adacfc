"""What a use is for: whom a matter names, what it covers, when it ends."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from troth import ledger, matters
from troth.language.model import Word
from troth.language.vocabulary import Vocabulary
from troth.people import attributes
from troth.people.people import add_person
from troth.people.problems import Conflict, Unknown
from troth.store import Session, Store

ZONE = ZoneInfo("America/New_York")
CASE = Word(
    "matter", "support-case", "your case", opened_by=("person", "support"), ends="closed",
    ends_after_days=14,
)  # fmt: skip
ORDER = Word("matter", "order", "your order", ends="filled")
DEMAND = Word(
    "matter", "legal-demand", "a demand", covers=("people", "fields", "period"),
    needs=("authority", "approver"),
)  # fmt: skip
DATA = [
    Word("data", "profile", "…", holds=("email", "phone", "criminal-record")),
    Word("data", "email", "…"),
    Word("data", "phone", "…"),
    Word("data", "criminal-record", "…", only_by_name=True),
]
WORDS = Vocabulary({(w.kind, w.name): w for w in (CASE, ORDER, DEMAND, *DATA)})


def here(year: int, month: int = 1, day: int = 1, hour: int = 12, minute: int = 0) -> datetime:
    """A moment by the clock of the policy's zone."""
    return datetime(year, month, day, hour, minute, tzinfo=ZONE).astimezone(UTC)


@pytest.fixture
def anna(session: Session) -> int:
    return add_person(session, b"a key of sixteen bytes", here(2003))


def open_(session: Session, word: Word = CASE, **more: Any) -> str:
    by = "person" if word is CASE else "counsel"
    return matters.open_matter(session, f"{word.name}:17", word, here(2014), by, **more).id


def counts(
    session: Session,
    id_: str,
    who: int,
    at: datetime,
    data: str = "email",
    given: datetime | None = None,
) -> bool:
    return matters.counts(session, id_, who, data, given or here(2013), at, WORDS, ZONE)


def test_a_matter_counts_from_its_opening_for_whom_it_names(session: Session, anna: int) -> None:
    ben = add_person(session, b"a key of sixteen bytes", here(2003))
    case = open_(session, people=[anna])
    assert not counts(session, case, anna, here(2014) - timedelta(microseconds=1))
    assert counts(session, case, anna, here(2014))
    assert counts(session, case, anna, here(2030))
    assert not counts(session, case, ben, here(2014))
    assert matters.lacks(session, case, ben, "email", None, here(2013), WORDS, ZONE) == (
        "`support-case:17` is not open yet",
        f"`support-case:17` does not name person {ben}",
    )


def test_the_tail_ends_with_its_last_day_in_the_zone(session: Session, anna: int) -> None:
    case = open_(session, people=[anna])
    closed = matters.close(session, case, here(2014, 3, 1, 23, 30))  # already 2 March in UTC
    assert matters.last_day(closed, WORDS, ZONE) == date(2014, 3, 15)
    assert counts(session, case, anna, here(2014, 3, 15, 23, 59))
    assert not counts(session, case, anna, here(2014, 3, 16, 0, 0))
    assert matters.lacks(session, case, anna, "email", None, here(2014, 3, 16), WORDS, ZONE) == (
        "`support-case:17` has ended (closed)",
    )


def test_without_a_tail_it_ends_at_once(session: Session, anna: int) -> None:
    order = open_(session, ORDER, people=[anna])
    ended = matters.close(session, order, here(2014, 3, 1), "filled")
    assert (ended.ended_by, matters.last_day(ended, WORDS, ZONE)) == ("filled", None)
    assert counts(session, order, anna, here(2014, 3, 1) - timedelta(microseconds=1))
    assert not counts(session, order, anna, here(2014, 3, 1))


def test_fields_are_covered_by_leaves_and_sensitive_ones_by_name(
    session: Session, anna: int
) -> None:
    demand = open_(
        session, DEMAND, people=[anna], fields=["profile"],
        attributes_={"authority": "county court", "approver": "counsel"},
    )  # fmt: skip
    answers = {
        data: counts(session, demand, anna, here(2014), data)
        for data in ("email", "phone", "criminal-record", "profile", "minutes")
    }
    assert answers == {
        "email": True,
        "phone": True,
        "criminal-record": False,
        "profile": False,
        "minutes": False,
    }
    matters.cover(session, demand, here(2014), fields=["profile", "criminal-record"])
    assert counts(session, demand, anna, here(2014), "criminal-record")
    assert counts(session, demand, anna, here(2014), "profile")


def test_the_period_is_of_the_days_it_was_given(session: Session, anna: int) -> None:
    october = (date(2013, 10, 1), date(2013, 10, 31))
    case = open_(session, people=[anna], period=october)
    moments = [
        here(2013, 9, 30, 23, 59),
        here(2013, 10, 1, 0),
        here(2013, 10, 31, 23, 59),
        here(2013, 11, 1, 0),
    ]
    found = [counts(session, case, anna, here(2014), given=given) for given in moments]
    assert found == [False, True, True, False]
    assert not matters.counts(session, case, anna, "email", None, here(2014), WORDS, ZONE)
    matters.cover(session, case, here(2014), period=(date(2013, 11, 1), None))
    assert counts(session, case, anna, here(2014), given=here(2020))


def test_a_demand_counts_once_it_has_all_it_needs(session: Session, anna: int) -> None:
    demand = open_(session, DEMAND, people=[anna], attributes_={"authority": "county court"})
    assert not counts(session, demand, anna, here(2014))
    attributes.set_value(session, "matter", demand, "approver", "counsel", here(2014, 2))
    assert not counts(session, demand, anna, here(2014, 1, 31))
    assert counts(session, demand, anna, here(2014, 2))
    attributes.end_value(session, "matter", demand, "authority", here(2014, 3))
    assert matters.lacks(session, demand, anna, "email", None, here(2014, 3), WORDS, ZONE) == (
        "`legal-demand:17` has no authority",
    )


def test_people_may_be_named_later_and_are_listed(session: Session, anna: int) -> None:
    case = open_(session)
    assert not counts(session, case, anna, here(2014))
    matters.cover(session, case, here(2014, 2), people=[anna, anna])
    assert counts(session, case, anna, here(2014, 2))
    order = open_(session, ORDER, people=[anna])
    assert [m.id for m in matters.naming(session, anna)] == [order, case]


def test_a_matter_is_opened_by_whom_its_word_says(session: Session, anna: int) -> None:
    with pytest.raises(Conflict, match="opened by person or support, not by `sales`"):
        matters.open_matter(session, "c", CASE, here(2014), "sales", people=[anna])
    with pytest.raises(Unknown, match="`email` is a data, no matter"):
        matters.open_matter(session, "c", DATA[1], here(2014), "person")
    with pytest.raises(Unknown, match="person 99 is not known"):
        matters.open_matter(session, "c", CASE, here(2014), "person", people=[99])


def test_a_matter_is_opened_and_ended_once(session: Session, anna: int) -> None:
    case = open_(session, people=[anna])
    with pytest.raises(Conflict, match="was opened already"):
        open_(session)
    with pytest.raises(Conflict, match="cannot end before it was opened"):
        matters.close(session, case, here(2013))
    matters.close(session, case, here(2014, 3))
    ended = r"ended \(closed, 2014-03-01.*open a new one"
    with pytest.raises(Conflict, match=ended):
        matters.close(session, case, here(2014, 4))
    with pytest.raises(Conflict, match=ended):
        matters.cover(session, case, here(2014, 4), people=[anna])
    with pytest.raises(Unknown, match="matter `order:1` is not known; open it first"):
        counts(session, "order:1", anna, here(2014))
    with pytest.raises(Conflict, match="period of `o` ends 2013-01-01, before 2014-01-01"):
        period = (date(2014, 1, 1), date(2013, 1, 1))
        matters.open_matter(session, "o", ORDER, here(2014), "x", period=period)


def test_a_matter_whose_word_is_gone_counts_for_nothing(session: Session, anna: int) -> None:
    case = open_(session, people=[anna])
    assert matters.lacks(session, case, anna, "email", None, here(2014), Vocabulary({}), ZONE) == (
        "`support-case` is no matter of the policy",
    )


def test_matters_are_one_company_s(store: Store) -> None:
    with store.writing("acme") as session:
        open_(session)
    with store.reading("bolt") as session, pytest.raises(Unknown):
        matters.matter(session, "support-case:17")


def test_the_ledger_tells_its_life(session: Session, anna: int) -> None:
    demand = open_(session, DEMAND, people=[anna], attributes_={"authority": "county court"})
    matters.close(session, demand, here(2014, 3), "answered")
    found = ledger.entries(session)[1:]
    assert [(e.kind, e.person) for e in found] == [
        ("matter.opened", None),
        ("matter.names", anna),
        ("attribute.set", None),
        ("matter.ended", None),
    ]
    assert "court" not in repr(found) and ledger.verify(session)
