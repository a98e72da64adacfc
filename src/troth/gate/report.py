"""What enforcing would change: the answers that were only observed, counted. Nobody is named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from troth import ledger
from troth.gate.gate import OBSERVED
from troth.ledger import Entry
from troth.store import Session

PAGE = 2_000
Counts = tuple[tuple[str, int], ...]  # the most frequent first
NO_CLAUSE = "no clause permits it"
NO_PURPOSE = "no purpose said"


@dataclass(frozen=True, slots=True)
class Report:
    """How many answers there were, how many of them would have been refused, and by what."""

    answers: int  # to asks, those that would have been refused among them
    observed: int  # asks and collections that would have been refused
    first: datetime | None
    last: datetime | None
    actions: Counts
    purposes: Counts
    clauses: Counts  # an answer counts for each clause that decides it
    months: Counts  # `2016-06`, in order of time


def report(
    session: Session, since: datetime | None = None, before: datetime | None = None
) -> Report:
    """What was observed from a moment on, up to another, with neither person nor value."""
    counted: dict[str, Counter[str]] = {
        name: Counter() for name in ("actions", "purposes", "clauses", "months")
    }
    first = last = None
    observed = asked = 0
    for entry in _observed(session, since, before):
        first, last, observed = first or entry.at, entry.at, observed + 1
        said = entry.payload or {}
        asked += said.get("action") != "collect"
        counted["actions"][str(said.get("action", "forgotten"))] += 1
        counted["purposes"].update(_purposes(said))
        counted["clauses"].update(said.get("clauses") or ([NO_CLAUSE] if said else []))
        counted["months"][entry.at.strftime("%Y-%m")] += 1
    answers = asked + ledger.count(session, "asked", since, before)
    counts = {name: _ordered(name, counter) for name, counter in counted.items()}
    return Report(answers, observed, first, last, **counts)


def _purposes(said: dict[str, Any]) -> list[str]:
    if said.get("action") in (None, "collect", "require", "keep"):
        return []
    return [str(said.get("purpose", NO_PURPOSE))]


def _ordered(name: str, counter: Counter[str]) -> Counts:
    if name == "months":
        return tuple(sorted(counter.items()))
    return tuple(sorted(counter.items(), key=lambda one: (-one[1], one[0])))


def _observed(session: Session, since: datetime | None, before: datetime | None) -> Iterator[Entry]:
    after = 0
    while page := ledger.entries(
        session, kind=OBSERVED, since=since, before=before, after_seq=after, limit=PAGE
    ):
        yield from page
        after = page[-1].seq
