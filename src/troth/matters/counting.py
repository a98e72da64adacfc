"""Whether a matter counts for one person and one field at a moment, and what it lacks where it does not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from troth.language.vocabulary import Vocabulary
from troth.matters.case import Matter, matter
from troth.people import attributes
from troth.store import Session
from troth.store import tables as t


def counts(
    session: Session,
    id: str,
    person: int,
    data: str,
    given_at: datetime | None,
    at: datetime,
    words: Vocabulary,
    zone: ZoneInfo,
) -> bool:
    """Whether the matter counts for a field of this word, given then, of this person, at the moment."""
    return not any(_lacks(session, matter(session, id), person, data, given_at, at, words, zone))


def lacks(
    session: Session,
    id: str,
    person: int,
    data: str,
    given_at: datetime | None,
    at: datetime,
    words: Vocabulary,
    zone: ZoneInfo,
) -> tuple[str, ...]:
    """Why it does not count, each reason for itself; empty: it counts."""
    return tuple(_lacks(session, matter(session, id), person, data, given_at, at, words, zone))


def last_day(found: Matter, words: Vocabulary, zone: ZoneInfo) -> date | None:
    """The last day of the zone on which an ended matter still counts; None: it is open, or has no tail.

    `ends 14 days after closed`: closed on the 1st it counts through the 15th.
    """
    word = words.get("matter", found.kind)
    if found.ended_at is None or word is None or not word.ends_after_days:
        return None
    return found.ended_at.astimezone(zone).date() + timedelta(days=word.ends_after_days)


def _lacks(
    session: Session,
    found: Matter,
    person: int,
    data: str,
    given_at: datetime | None,
    at: datetime,
    words: Vocabulary,
    zone: ZoneInfo,
) -> Iterator[str]:
    word = words.get("matter", found.kind)
    if word is None:
        yield f"`{found.kind}` is no matter of the policy"
        return
    if at < found.opened_at:
        yield f"`{found.id}` is not open yet"
    if not _alive(found, at, words, zone):
        yield f"`{found.id}` has ended ({found.ended_by})"
    if not session.count(t.matter_people, matter=found.id, person=person):
        yield f"`{found.id}` does not name person {person}"
    if not _covers_field(found, data, words):
        yield f"`{found.id}` does not cover {data}"
    if not _covers_day(found, given_at, zone):
        yield f"`{found.id}` does not cover the day it was given"
    known = attributes.all_values(session, "matter", found.id, at)
    yield from (f"`{found.id}` has no {name}" for name in word.needs if name not in known)


def _alive(found: Matter, at: datetime, words: Vocabulary, zone: ZoneInfo) -> bool:
    if found.ended_at is None or at < found.ended_at:
        return True
    last = last_day(found, words, zone)
    return last is not None and at.astimezone(zone).date() <= last


def _covers_field(found: Matter, data: str, words: Vocabulary) -> bool:
    """By leaves; a word marked `only by name` is covered where the matter names it."""
    if not found.fields:
        return True
    asked = words.leaves("data", (data,), True)
    return asked <= words.leaves("data", found.fields)


def _covers_day(found: Matter, given_at: datetime | None, zone: ZoneInfo) -> bool:
    first, last = found.period_from, found.period_until
    if first is None and last is None:
        return True
    if given_at is None:
        return False
    day = given_at.astimezone(zone).date()
    return (first is None or first <= day) and (last is None or day <= last)
