"""Periods in days: calendar days, working days, months; and numbers no calendar reaches."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from troth.language.days import FIRST, LAST, ahead, back

FRIDAY = date(2016, 7, 1)
days = st.dates(date(1990, 1, 1), date(2050, 1, 1))


@pytest.mark.parametrize(
    ("count", "unit", "day"),
    [
        (1, "days", date(2016, 7, 2)),
        (1, "working days", date(2016, 7, 4)),
        (5, "working days", date(2016, 7, 8)),
        (10, "working days", date(2016, 7, 15)),
        (1, "months", date(2016, 8, 1)),
        (2, "years", date(2018, 7, 1)),
    ],
)
def test_a_deadline_by_its_unit(count: int, unit: str, day: date) -> None:
    assert ahead(FRIDAY, count, unit) == day
    assert back(day, count, unit) == FRIDAY


def worked_until(day: date, count: int) -> date:
    """One day after the other, as one counts with a finger on the calendar."""
    while count:
        day += timedelta(days=1)
        count -= day.weekday() < 5
    return day


@given(days, st.integers(1, 40))
def test_working_days_are_counted_as_with_a_finger(day: date, count: int) -> None:
    last = worked_until(day, count)
    assert ahead(day, count, "working days") == last
    assert back(last, count, "working days") <= day
    assert back(last + timedelta(days=1), count, "working days") > day


@pytest.mark.parametrize("unit", ["days", "working days", "months", "years"])
def test_a_number_that_no_calendar_reaches_ends_at_its_first_or_last_day(unit: str) -> None:
    assert back(FRIDAY, 9_999_999, unit) == FIRST
    assert ahead(FRIDAY, 9_999_999, unit) == LAST
