"""What a figure is: one duty measured, whether it is kept, and what to do where it is not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any, Literal

from troth import ledger, periods
from troth.company import Company
from troth.duties.look import Look
from troth.facts.calendar import day_of
from troth.language.model import Document, Duty, Kind
from troth.language.published import Lock
from troth.page.conditions import counted
from troth.store import Session

Verdict = Literal["kept", "not kept", "needs somebody", "not measured"]
VERDICTS: tuple[Verdict, ...] = ("not kept", "needs somebody", "not measured", "kept")
LATELY = timedelta(days=30)
PAGE = 2_000


@dataclass(frozen=True, slots=True)
class Figure:
    """What was measured of a duty, in words and in numbers. `remedy`: what to do where it is not kept."""

    said: str
    verdict: Verdict = "kept"
    remedy: str = ""
    numbers: dict[str, Any] = field(default_factory=dict)


def not_measured(why: str) -> Figure:
    """A duty of which nothing here can be measured."""
    return Figure(why, "not measured")


def judged(holds: bool, said: str, remedy: str, **numbers: Any) -> Figure:
    """Kept or not kept; the remedy is told only where it is needed."""
    return Figure(
        said,
        "kept" if holds else "not kept",
        "" if holds else remedy,
        dict(sorted(numbers.items())),
    )


def asks_somebody(said: str, remedy: str, **numbers: Any) -> Figure:
    """Nothing is broken, and somebody has something to do."""
    return Figure(said, "needs somebody", remedy, dict(sorted(numbers.items())))


@dataclass(frozen=True, slots=True)
class Binding:
    """A duty where it stands: in a version, the operator's file, a law or a contract."""

    text: Document
    duty: Duty

    @property
    def id(self) -> str:
        return f"{self.text.id}#{self.duty.name}"

    @property
    def days(self) -> int:
        """The days that its number and unit come to at most; a month is counted as 31."""
        number, unit = self.duty.slot("number"), self.duty.slot("unit")
        return int(number[0]) * _DAYS[unit[0]] if number and unit else 0

    @property
    def term(self) -> str:
        """Its number and unit as they are said: `10 working days`."""
        number, unit = self.duty.slot("number"), self.duty.slot("unit")
        return counted(int(number[0]), unit[0]) if number and unit else ""


_DAYS = {"days": 1, "working days": 1, "hours": 1, "months": 31, "years": 366}


@dataclass(frozen=True)
class Ground:
    """What figures are measured on: a company's store at a moment, what it published, its own site."""

    company: Company
    session: Session
    at: datetime
    published: Lock
    look: Look

    @property
    def day(self) -> date:
        return day_of(self.at, self.company.zone)

    def leaves(self, kind: Kind, names: tuple[str, ...]) -> frozenset[str]:
        return self.company.gate.words.leaves(kind, names, True)

    @cached_property
    def overdue(self) -> Counter[str]:
        """How many fields are past their time, by each clause that ends them."""
        found = periods.due(self.company.gate, self.session, self.at)
        return Counter(clause for one in found for clause in one.clauses)

    @cached_property
    def erased(self) -> Counter[str]:
        """How many fields were erased lately, by the clause that ended them."""
        entries = self.entries("record.erased", self.at - LATELY)
        return Counter(str(one.payload.get("clause", "")) for one in entries if one.payload)

    def entries(self, kind: str, since: datetime | None = None) -> Iterator[ledger.Entry]:
        """The ledger's entries of a kind up to the moment, those forgotten among them."""
        after = 0
        while page := ledger.entries(
            self.session, kind=kind, since=since, after_seq=after, limit=PAGE
        ):
            yield from (entry for entry in page if entry.at <= self.at)
            after = page[-1].seq


Measure = Callable[[Ground, Binding], Figure]
