"""The days on which it is asked: one in each stretch in which the same texts speak, late enough for every wait."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cached_property

from troth.language.days import back
from troth.language.meaning import Meaning
from troth.language.model import Document

FAR = 40  # days after the longest period that a text counts, for a question at the far end


class Calendar:
    """When the versions of one policy are in force, and which days make a difference."""

    def __init__(self, meaning: Meaning) -> None:
        self._meaning = meaning
        self._policy = meaning.policy

    def given_between(self, given: Document, day: date) -> tuple[date, date]:
        """The days on which something could be given under a version, as seen from a day."""
        first = given.in_force or date.min
        after = self._next(given)
        return first, min(day, after - timedelta(days=1) if after else day)

    def _next(self, version: Document) -> date | None:
        later = self._policy.versions[self._policy.versions.index(version) + 1 :]
        return next((v.in_force for v in later if v.in_force is not None), None)

    def days(self, current: Document, given: Document) -> list[date]:
        """A day in each stretch in which the same texts speak, while the version is in force: late enough
        for all waits to be over; and for older data an early one as well."""
        start = current.in_force or date.min
        end = self._next(current)
        turns = [date.fromordinal(n) for n in self._meaning.turns]
        starts = [start, *(t for t in turns if t > start and (end is None or t < end))]
        days: list[date] = []
        for number, first in enumerate(starts):
            after = starts[number + 1] if number + 1 < len(starts) else end
            far = first + timedelta(days=self.longest + FAR)
            days.append(min(far, after - timedelta(days=1)) if after else far)
            if given is not current:
                days.append(first)
        return list(dict.fromkeys(reversed(days)))

    @cached_property
    def longest(self) -> int:
        """The longest wait or period any text counts, in days."""
        return max(self._counted(), default=0)

    def _counted(self) -> Iterator[int]:
        far = date(2200, 1, 1)
        house = (self._policy.house,) if self._policy.house else ()
        for text in (*self._policy.versions, *self._policy.laws, *house, *self._policy.notices):
            for clause in text.clauses:
                for c in clause.conditions:
                    yield getattr(c, "days", 0)
                    if hasattr(c, "unit"):
                        yield (far - back(far, c.count, c.unit)).days
            for duty in text.duties:
                for number in duty.slot("number"):
                    yield (far - back(far, int(number), (*duty.slot("unit"), "days")[0])).days
        yield max(
            (self._meaning.silence(v).wait_days or 0 for v in self._policy.versions), default=0
        )
