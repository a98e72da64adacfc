"""What a column may hold beside text and numbers: a moment, a day, a JSON value, each as text.

Text of a fixed width sorts and compares the same in SQLite, DuckDB and PostgreSQL, so one predicate
serves all three.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Dialect, String
from sqlalchemy.types import TypeDecorator

_JSON = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def written_moment(at: datetime) -> str:
    """`2003-06-05T12:00:00.000000Z`: UTC, always 27 characters. A moment without zone is refused."""
    if at.tzinfo is None:
        raise ValueError(f"the moment {at.isoformat()} has no zone; give it in UTC")
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def read_moment(text: str) -> datetime:
    """The moment written as `written_moment` does, aware and in UTC."""
    return datetime.fromisoformat(text)


def canonical(value: Any) -> str:
    """JSON in its one way of being written: keys sorted, no blanks, no NaN. Equal values, equal text."""
    return _JSON.encode(value)


class Moment(TypeDecorator[datetime]):
    """A `datetime` in UTC <-> `YYYY-MM-DDTHH:MM:SS.ffffffZ`."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        return None if value is None else written_moment(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        return None if value is None else read_moment(value)


class Day(TypeDecorator[date]):
    """A `date` <-> `YYYY-MM-DD`. A moment is no day: which day it is depends on the policy's zone."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: date | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        if isinstance(value, datetime):
            raise TypeError(f"{value.isoformat()} is a moment; give the day in the policy's zone")
        return None if value is None else value.isoformat()

    def process_result_value(self, value: str | None, dialect: Dialect) -> date | None:  # noqa: ARG002
        return None if value is None else date.fromisoformat(value)


class Json(TypeDecorator[Any]):
    """A JSON value <-> its canonical text. None is NULL."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:  # noqa: ARG002
        return None if value is None else canonical(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:  # noqa: ARG002
        return None if value is None else json.loads(value)
