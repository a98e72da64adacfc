"""Days are counted in the policy's zone; rows hold moments in UTC. Here one becomes the other."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from troth.language.days import back

__all__ = ["after", "back", "day_of", "days_before", "start_of", "written"]


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


@lru_cache(maxsize=1024)  # many asks are of one moment
def day_of(at: datetime, zone: str) -> date:
    """The day of a moment in a zone."""
    return at.astimezone(_zone(zone)).date()


@lru_cache(maxsize=1024)
def start_of(day: date, zone: str) -> datetime:
    """The moment a day begins in a zone, in UTC."""
    return datetime.combine(day, time(), tzinfo=_zone(zone)).astimezone(UTC)


def after(day: date) -> date:
    """The next day: the end of a period whose last day is inclusive."""
    return day + timedelta(days=1)


def written(at: datetime) -> str:
    """A moment as the store writes it, so that it compares as text."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


@lru_cache(maxsize=1024)
def days_before(at: datetime, zone: str, days: int) -> datetime:
    """The start of the day `days` days before the day of `at`.

    `after N days from E` holds from day N+1: E happened before this moment for N.
    """
    return start_of(back(day_of(at, zone), days, "days"), zone)
