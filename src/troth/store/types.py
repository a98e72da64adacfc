"""What a column may hold beside text and numbers: a moment, a day, a JSON value, each as text."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

from sqlalchemy import Dialect, String
from sqlalchemy.types import TypeDecorator

from troth.store.columns import canonical, read_moment, written_moment


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
