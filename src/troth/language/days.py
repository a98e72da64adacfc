"""Periods counted in days: how far back, or ahead, a number of days, months or years reaches."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

FIRST = date(1, 1, 2)  # as far back, and LAST as far ahead, as a day can be counted in any zone
LAST = date(9999, 12, 30)
TO_MONDAY = (0, 0, 0, 0, 0, 2, 1)  # days from each day of a week on to one that is worked
TO_FRIDAY = (0, 0, 0, 0, 0, 1, 2)  # and back to one


def back(day: date, count: int, unit: str) -> date:
    """The day `count` days, working days (Monday to Friday), months or years earlier; a day that month
    lacks becomes its last. What lies before all days is the first."""
    if unit == "working days":
        return _worked_back(day, count)
    if unit == "days":
        return _before(day, count)
    return _months_on(day, -(count if unit == "months" else 12 * count))


def ahead(day: date, count: int, unit: str) -> date:
    """The first day from which `count` of the unit reach back to no earlier day than this one."""
    if unit == "working days":
        weeks, rest = divmod(count, 5)
        day = _before(day, TO_FRIDAY[day.weekday()] - 7 * weeks)
        while rest and day < LAST:
            day += timedelta(days=1)
            rest -= day.weekday() < 5
        return day
    if unit == "days":
        return _before(day, -count)
    found = _months_on(day, count if unit == "months" else 12 * count)
    while back(found, count, unit) < day and found < LAST:
        found += timedelta(days=1)
    return found


def _worked_back(day: date, count: int) -> date:
    weeks, rest = divmod(count, 5)
    day = _before(day, 7 * weeks - TO_MONDAY[day.weekday()])
    while rest and day > FIRST:
        day -= timedelta(days=1)
        rest -= day.weekday() < 5
    return day


def _before(day: date, days: int) -> date:
    ordinal = day.toordinal() - days
    return date.fromordinal(min(max(ordinal, FIRST.toordinal()), LAST.toordinal()))


def _months_on(day: date, count: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    if not FIRST.year < year < LAST.year:
        return FIRST if count < 0 else LAST
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def reach(day: date, count: int, unit: str) -> int:
    """The same in days: the oldest age, seen from the day, that is not past the period."""
    return (day - back(day, count, unit)).days
