"""Which promises stand for one thing that is held: those of its day, and how far each later version has come."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

from troth.company import Company
from troth.language.model import Stamp
from troth.outlook import Kept, kept_back
from troth.page.outline import day
from troth.people import notices
from troth.site.visit import version_link
from troth.site.when import today
from troth.store import Session

Stands = Callable[[int, Stamp], list[dict[str, Any]]]


def standing(company: Company, session: Session, person: int, at: datetime) -> Stands:
    """For a field's number and stamp: the versions that have their say, each with what is said of it."""
    kept = kept_back(company.gate, session, person, at)
    answers = notices.answers(session, person, at)
    refused = {name for name, answer in answers.by_clause.items() if answer.answer == "no"}
    delivered = {
        version.id: notices.delivered_at(session, person, version.id, at)
        for version in company.policy.versions
    }
    told = {name: today(company, when) for name, when in delivered.items() if when is not None}

    def stands(field: int, stamp: Stamp) -> list[dict[str, Any]]:
        versions = company.gate.decider.meaning.versions(stamp, today(company, at))
        if stamp.role == "held" or not stamp.versions:
            return []
        *older, current = versions
        rows = [{**version_link(version), "said": "stands, all of it"} for version in older]
        said = _said(kept.get(field, ()), told.get(current.id), refused) if older else ""
        return [*rows, {**version_link(current), "said": said or "stands, all of it"}]

    return stands


def _said(kept: tuple[Kept, ...], told: date | None, refused: set[str]) -> str:
    """Of the version in force, for what was given before it: what of it holds, and what waits."""
    closed = {one.clause for one in kept}
    untold = {one.clause for one in kept if one.wanting == {"told"}} - refused
    asking = {one.clause for one in kept if one.days is None} - refused - untold
    silent = {o.clause: o.days or 0 for o in kept if o.clause not in asking | refused | untold}
    parts = [
        f"you were told of it on {day(told)}" if told else "you were not told of it yet",
        *_waits(silent, told),
        *([f"{_sentences(len(asking))} only after your yes"] if asking else []),
        *([f"{_sentences(len(untold))}, as you agreed, once we told you"] if untold else []),
        *([f"you refused {len(closed & refused)}"] if closed & refused else []),
    ]
    if not closed:
        parts.append("nothing of it waits for this")
    return "; ".join(parts)


def _waits(silent: dict[str, int], told: date | None) -> Iterator[str]:
    """Those that come to hold when she was told and does not refuse, by their day."""
    for days in sorted(set(silent.values())):
        counted = _sentences(sum(1 for one in silent.values() if one == days))
        if told is None:
            yield f"{counted} only once we told you and {days} days passed without your no"
        else:
            holds = day(told + timedelta(days=days + 1))
            yield f"{counted} for this from {holds} on, unless you refuse"


def _sentences(count: int) -> str:
    return f"{count} sentence{'' if count == 1 else 's'} of it"
