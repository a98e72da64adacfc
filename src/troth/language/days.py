"""Periods counted in days: how far back a number of days, months or years reaches."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta


def back(day: date, count: int, unit: str) -> date:
    """The day `count` days, months or years earlier; a day that month lacks becomes its last."""
    if unit == "days":
        return day - timedelta(days=count)
    months = day.year * 12 + day.month - 1 - (count if unit == "months" else 12 * count)
    year, month = divmod(months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def reach(day: date, count: int, unit: str) -> int:
    """The same in days: the oldest age, seen from the day, that is not past the period."""
    return (day - back(day, count, unit)).days
