"""A company of callers and letters in a file: words, choices and days the tests of these rooms share."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from troth.language.model import Choice, Stamp, Word
from troth.people.people import add_person
from troth.people.records import Given, Kept, keep
from troth.people.stamps import stamp_id
from troth.store import Session

KEY = b"a key that is not in the store"
V2003 = Stamp(versions=("acme/2003-06-05",), place="trial-download")
V2014 = Stamp(versions=("acme/2014-11-21",), place="webinar")


def on(year: int, month: int = 1, day: int = 1, hour: int = 12) -> datetime:
    """A moment in UTC."""
    return datetime(year, month, day, hour, tzinfo=UTC)


NEWS = Choice(
    "no-own-news",
    "choices",
    "choice",
    "Stop our own news",
    for_each=(("own-updates", "own-offers"), ("email", "postal-address")),
)
PARTNERS = Choice("no-partner-offers", "choices", "choice", "Stop news of others")
CALLS = Choice("call-me", "choices", "consent", "You may call me")
NAMED = Choice(
    "named-by-you", "choices", "consent", "Give it to whom I name", names=("party", "data", "from")
)
FRAUD = Word("fact", "fraud-suspected", "fraud is suspected", asserted_by=("fraud-team",))


def person(session: Session, email: str = "", at: datetime | None = None, **more: str) -> int:
    """A person known by an address."""
    known: dict[Any, str] = {"email": email, **more} if email else {**more}
    return add_person(session, KEY, at or on(2003), known)


def give(session: Session, people: list[int], at: datetime | None = None, **values: Any) -> Kept:
    """A record given under the version of 2003: `give(session, [anna], email="…")`."""
    stamp = stamp_id(session, V2003, "form")
    fields = [Given(data.replace("_", "-"), value, stamp) for data, value in values.items()]
    return keep(session, people, fields, at or on(2003, 7), place="trial-download")
