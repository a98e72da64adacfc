"""How a moment and a JSON value are written as text; `types.py` makes columns of it.

Text of a fixed width sorts and compares the same in SQLite, DuckDB and PostgreSQL, so one predicate
serves all three.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

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
