"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import click

Command = TypeVar("Command", bound=Callable[..., Any])

policies_option = click.option(
    "--policies", metavar="DIR", help="The folder of policies (default: ./policies)."
)
database_option = click.option(
    "--database", metavar="URL", help="The store, a SQLAlchemy URL (default: sqlite:///troth.db)."
)
observe_option = click.option(
    "--observe", is_flag=True,
    help="Answer and record what would be refused, and refuse nothing (or TROTH_OBSERVE=yes).",
)  # fmt: skip
json_option = click.option("--json", "as_json", is_flag=True, help="For a program to read.")


def moment(text: str | None, zone: str) -> datetime | None:
    """`2014-12-02` (noon of the zone) or `2014-12-02T15:30`, in the zone; with an offset as said."""
    if text is None:
        return None
    try:
        at = datetime.fromisoformat(text if "T" in text or " " in text else f"{text}T12:00")
    except ValueError:
        raise click.UsageError(f"{text} is no date; write it as 2014-12-02") from None
    return (at if at.tzinfo else at.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)
