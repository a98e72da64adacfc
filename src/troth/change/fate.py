"""What becomes of one ask when a version follows another: wider, narrower, and what waits of the data already held."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Literal

from troth.language.formula import FALSE, Formula, all_of, no
from troth.language.meaning import section_of
from troth.language.model import Ask, Document, Stamp
from troth.language.ruling import Layer
from troth.language.silence import Silence
from troth.prove import Prover, text_allows
from troth.prove.cells import Cell

Waiting = Literal["", "posting", "notice", "consent"]


@dataclass(frozen=True, slots=True)
class Fate:
    """One ask under two versions. `goes_on`, `stops` and `waits` are about data given under the earlier one.

    `because` are its `never`s that only a consent lets go: of all of it where it waits for consent, else
    of what they apply to. `told`: the earlier version promised to tell her first, by one of `ways` where it
    named some. `only_new`: nothing of it was collected before.
    """

    widened: bool = False
    narrowed: bool = False
    goes_on: bool = False
    waits: Waiting = ""
    wait_days: int = 0
    barred: bool = False
    because: tuple[str, ...] = ()
    only_new: bool = False
    told: bool = False
    ways: tuple[str, ...] = ()

    @property
    def stops(self) -> bool:
        return self.narrowed

    def __bool__(self) -> bool:
        return self.widened or self.narrowed


class Fates:
    """The fates of asks from one version to a later one of the same policy."""

    def __init__(self, prover: Prover, old: Document, new: Document) -> None:
        self.prover = prover
        self.old, self.new = old, new
        self._meaning = prover.meaning
        self._known: dict[tuple[Formula, Formula, Formula, bool], Fate] = {}

    def of(self, ask: Ask) -> Fate:
        """The fate of one leaf of an ask about our own data. What is held for customers is not touched."""
        before = self.layer(self.old, ask)
        old, new = self.allows(self.old, ask), self.allows(self.new, ask)
        clear = before.clear if before is not None else FALSE
        only_new = ask.action in ("collect", "require") or ask.data not in self._collected
        if old == new:
            return Fate(goes_on=not only_new and self._some(ask, old), only_new=only_new)
        key = (old, new, clear, only_new)
        if key not in self._known:
            self._known[key] = self._work_out(ask, old, new, clear, only_new)
        fate = self._known[key]
        bars = before.bars if before is not None and fate.barred else ()
        return replace(fate, because=tuple(bar.id for bar in bars))

    def allows(self, version: Document, ask: Ask) -> Formula:
        """What one of the two versions says by itself."""
        stamp, day = Stamp((version.id,)), self._day(version)
        return text_allows(self._meaning.ruling(ask, stamp, day))

    def layer(self, version: Document, ask: Ask) -> Layer | None:
        return self._meaning.ruling(ask, Stamp((version.id,)), self._day(version)).current

    def _work_out(
        self, ask: Ask, old: Formula, new: Formula, clear: Formula, only_new: bool
    ) -> Fate:
        gained = all_of(new, no(old))
        widened, narrowed = self._some(ask, gained), self._some(ask, all_of(old, no(new)))
        if only_new:
            return Fate(widened, narrowed, only_new=True)
        goes_on = self._some(ask, all_of(old, new))
        if not widened:
            return Fate(widened, narrowed, goes_on)
        silence = self._meaning.silence(self.old)
        waits, days, barred = self._waits(ask, gained, clear, silence)
        fate = Fate(widened, narrowed, goes_on, waits, days, barred)
        return replace(fate, told=silence.promised, ways=silence.ways)

    def _waits(
        self, ask: Ask, gained: Formula, clear: Formula, silence: Silence
    ) -> tuple[Waiting, int, bool]:
        """By the change mode of the version given under: its silence, and where a `never` stands."""
        barred = not silence.nevers_too and self._some(ask, all_of(gained, no(clear)))
        if silence.wait_days is None or (barred and not self._some(ask, all_of(gained, clear))):
            return "consent", 0, barred
        return ("notice" if silence.individual else "posting"), silence.wait_days, barred

    def _some(self, ask: Ask, formula: Formula) -> bool:
        """Whether it can be so for anybody at all."""
        cell = Cell(ask, Stamp((self.new.id,)))
        setting = replace(
            self.prover.setting(cell, self._day(self.new), self.new),
            telling=False,
            given_from=self.old.in_force or date.min,
        )
        return self.prover.solve(formula, setting) is not None

    def _day(self, version: Document) -> date:
        days = self._days
        if version.id not in days:
            days[version.id] = self.prover.calendar.days(version, version)[0]
        return days[version.id]

    @cached_property
    def _days(self) -> dict[str, date]:
        return {}

    @cached_property
    def _collected(self) -> frozenset[str]:
        """What the earlier version lets us collect for ourselves."""
        entrusted = set(self.old.listed("entrusted"))
        words = self._meaning.words
        return frozenset(
            leaf
            for clause in self.old.clauses
            if (clause.modal, clause.action) == ("may", "collect")
            and section_of(clause) not in entrusted
            for leaf in words.leaves("data", clause.data)
        )
