"""Prove: whether something can ever be allowed, by all cases of every circumstance; a witness, or the proof that none is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import product
from typing import Any, Literal

from troth.language.formula import (
    FALSE,
    Atom,
    Formula,
    all_of,
    any_of,
    atoms,
    holds,
    is_false,
    no,
)
from troth.language.meaning import Meaning
from troth.language.model import Ask, Document, Kind, Policy, Stamp
from troth.language.ruling import Ruling

from . import solver
from .axes import Axes, Axis, TooManyError
from .calendar import Calendar
from .cells import Cell, Cells
from .classes import Classes
from .holding import holds as holds_in
from .question import Giving, Proof, Question, Witness
from .setting import GAP, Case, Circumstance, Setting
from .table import MOST_POINTS, point, points, table, witness
from .telling import tell

By = Literal["table", "z3", "either"]
Wanted = Callable[[Ruling], Formula]  # what is to hold, of what the texts say


@dataclass(frozen=True)
class Found:
    """A point at which a formula holds."""

    setting: Setting
    case: Case


class OutsideError(LookupError):
    """A case of the rows that the table does not have."""


class Prover:
    """The prove reading of one policy."""

    def __init__(self, policy: Policy, meaning: Meaning | None = None, by: By = "either") -> None:
        self.policy = policy
        self.meaning = meaning or Meaning(policy)
        self.words = self.meaning.words
        self.by = by
        self.classes = Classes(policy, self.words)
        self.cells = Cells(self.meaning, self.classes)
        self.calendar = Calendar(self.meaning)
        self._wordings = self._answerable()
        self._axes = Axes()
        self._solved: dict[tuple[Formula, tuple[Axis, ...]], Case | None] = {}
        self._tables: dict[tuple[Formula, tuple[Axis, ...]], int] = {}
        self._takes: dict[Any, list[Giving]] = {}
        self._contracts = {contract.id: contract for contract in policy.contracts}

    def _answerable(self) -> dict[tuple[str, str], str]:
        """The clauses a person can be asked about: name and wording → the version that says so."""
        return {
            (clause.name, self.meaning.digest(version, clause)): version.id
            for version in self.policy.versions
            for clause in version.clauses
            if clause.modal == "may"
        }

    # -- questions --------------------------------------------------------------------------

    def ask(self, question: Question) -> Proof:
        """Whether it can be allowed. KeyError for a version that is not there."""
        current = self.policy.version(question.version)
        given = self.policy.version(question.given) if question.given else current
        cells: list[Cell] = []
        held: Witness | None = None
        days = [
            d for d in self.calendar.days(current, given) if d >= self._since(question.contract)
        ]
        for cell in self.cells.of(question, current, given):
            cells.append(cell)
            for day in days:
                if held is not None and not self._tells(cell, day, given):
                    continue  # no more than what is held already
                found = self.find(cell, day, given, lambda r: self._wanted(question, r))
                if found is not None and found.complete:
                    return Proof("yes", found, permitting=found.clauses)
                held = held or found
        if held is not None:
            return Proof("held otherwise", held, permitting=held.clauses)
        return self._impossible(question, current, given, cells)

    def story(self, witness: Witness, answer: str = "yes") -> str:
        """A witness in the language of stories, ending in the question and its answer."""
        return tell(witness, self.words, answer)

    def _wanted(self, question: Question, ruling: Ruling) -> Formula:
        """What is asked about, and what is supposed."""
        whole = ruling.whole if not question.clause else permitted_by(ruling, question.clause)
        if is_false(whole):
            return whole
        named = dict.fromkeys(a for f in ruling.formulas for a in atoms(f))
        said = [a for a in named if a.kind in ("said", "consented")]
        return all_of(
            whole,
            *(no(a) for a in said if a.args[0] in question.without),
            *(self._all_said(name) for name in question.after),
            *(Atom("fact", (name,)) for name in (*question.facts, *question.signals)),
        )

    def _all_said(self, name: str) -> Formula:
        """A choice made for all its items."""
        texts = (*self.policy.versions, *self.policy.laws)
        house = (self.policy.house,) if self.policy.house else ()
        lines = [c.for_each for t in (*texts, *house) for c in t.choices if c.name == name]
        cells = dict.fromkeys("/".join(cell) for for_each in lines for cell in product(*for_each))
        return all_of(*(Atom("said", (name, cell)) for cell in cells))

    def _impossible(
        self, question: Question, current: Document, given: Document, cells: list[Cell]
    ) -> Proof:
        """What is to be said of a no: who forbids it, and whose conditions cannot be met."""
        forbidding: dict[str, None] = {}
        failing: dict[str, None] = {}
        day = self.calendar.days(current, given)[0]
        if not cells:
            for cell in self._uncovered(question, current, given):
                forbidding |= dict.fromkeys(self.meaning.forbidding(cell.ask, cell.stamp, day))
        for cell in cells:
            ruling = self.meaning.ruling(cell.ask, cell.stamp, day)
            layers = [x for x in (ruling.current, *ruling.older, *ruling.over) if x is not None]
            for layer in layers:
                forbidding |= dict.fromkeys(
                    bar.id for bar in layer.bars if not bar.exceptions or not layer.grants
                )
            failing |= dict.fromkeys(
                g.id for g in (ruling.current.grants if ruling.current else ())
            )
        return Proof("no", forbidding=tuple(forbidding), failing=tuple(failing))

    def _uncovered(self, question: Question, current: Document, given: Document) -> Iterator[Cell]:
        """Where no clause covers anything: the question itself, leaf by leaf."""
        ask = Ask(question.action, question.data, question.purpose, question.party, question.place)
        asks = self.meaning.points(ask)
        kinds: tuple[Kind, ...] = ("data", "purpose", "party", "place")
        kept = {
            kind: {
                None,
                *self.classes.of(kind, frozenset(filter(None, (getattr(a, kind) for a in asks)))),
            }
            for kind in kinds
        }
        asks = tuple(a for a in asks if all(getattr(a, kind) in kept[kind] for kind in kinds))
        for stamp in self.cells.stamps(question, current, given):
            yield from (Cell(ask, stamp) for ask in asks)

    # -- one cell ---------------------------------------------------------------------------

    def find(
        self, cell: Cell, day: date, given: Document, wanted: Wanted, telling: bool = True
    ) -> Witness | None:
        """A person and a calendar for which it holds on a day, or none. Without a `giving`: only of data
        that no form takes in."""
        ruling = self.meaning.ruling(cell.ask, cell.stamp, day)
        formula = wanted(ruling)
        if is_false(formula):
            return None
        if _to_come(cell.ask):
            setting = self._setting(cell, day, day, day)
            told = self.solve(formula, setting)
            found = told or self.solve(formula, replace(setting, telling=False))
            if found is None:
                return None
            return replace(self._witness(cell, day, found, None, ruling), told=told is not None)
        first, last = self._given_between(cell, given, day)
        if telling and first <= last:
            for giving in self.givings(cell, last, given):
                setting = self._setting(cell, day, first, last, (giving.place,))
                told = self.solve(formula, setting, giving)
                dated = self.dated(giving, told, cell) if told is not None else None
                if told is not None and dated is not None:
                    return self._witness(cell, day, told, dated, ruling)
        anyhow = replace(self._setting(cell, day, first, max(first, last)), telling=False)
        found = self.solve(formula, anyhow)
        return self._witness(cell, day, found, None, ruling) if found is not None else None

    def _setting(
        self, cell: Cell, day: date, first: date, last: date, places: tuple[str, ...] | None = None
    ) -> Setting:
        return Setting(
            self.words, cell.ask, cell.stamp, day, first, last, True, places, self._wordings
        )

    def setting(self, cell: Cell, day: date, given: Document) -> Setting:
        """The setting of a cell on a day, of data given under a version."""
        if _to_come(cell.ask):
            return self._setting(cell, day, day, day)
        first, last = self._given_between(cell, given, day)
        return self._setting(cell, day, first, max(first, last))

    def _witness(
        self, cell: Cell, day: date, found: Found, giving: Giving | None, ruling: Ruling
    ) -> Witness:
        truth = self.truth(found)
        named = [g.id for g, path in ruling.paths if holds(path, truth)]
        if not named or not holds(ruling.unbarred, truth):
            named = [g.id for g in ruling.compelled if holds(g.holds, truth)]
        return Witness(
            cell.ask,
            day,
            found.case,
            giving,
            tuple(named),
            cell.stamp.customer,
            cell.stamp.contract,
            wordings=self._wordings,
        )

    def truth(self, found: Found) -> Callable[[Atom], bool]:
        """Whether each atom holds at a point; one the point says nothing of does not."""

        def truth(atom: Atom) -> bool:
            try:
                return holds_in(atom, found.case, found.setting)
            except KeyError:
                return False  # of a clause that does not bear on what was asked

        return truth

    # -- where it comes from ----------------------------------------------------------------

    def _given_between(self, cell: Cell, given: Document, day: date) -> tuple[date, date]:
        """The days on which it could be given: under the version, and under the contract that the stamp names."""
        first, last = self.calendar.given_between(given, day)
        return max(first, self._since(cell.stamp.contract)), last

    def _since(self, contract: str | None) -> date:
        """The first day of a contract. KeyError for one that is not there."""
        if contract is None:
            return date.min
        return self._contracts[contract].in_force or date.min

    def _tells(self, cell: Cell, day: date, given: Document) -> bool:
        """Whether a story can tell how the datum came to us, or that it is still to come."""
        first, last = self._given_between(cell, given, day)
        return _to_come(cell.ask) or (first <= last and bool(self.givings(cell, last, given)))

    def givings(self, cell: Cell, day: date, given: Document) -> list[Giving]:
        """The ways in which the datum is taken in under its stamp: each place, and what must be known first."""
        key = (cell.ask.data, cell.stamp, day)
        if key not in self._takes:
            self._takes[key] = list(self._givings(cell.ask.data, cell.stamp, day, given))
        return self._takes[key]

    def _givings(self, data: str, stamp: Stamp, day: date, given: Document) -> Iterator[Giving]:
        if "." in data:
            return  # what else an open word holds has no name of its own
        for place in self._places(data, stamp, given):
            cell = Cell(Ask("collect", data, place=place), stamp)
            taken = self.meaning.ruling(cell.ask, stamp, day).whole
            setting = replace(self._setting(cell, day, day, day), giving=True)
            found = self.solve(taken, setting)
            if found is not None:
                yield Giving(day, place, stamp, found.case)

    def _places(self, data: str, stamp: Stamp, given: Document) -> tuple[str, ...]:
        beside = (*self.policy.notices, *self.policy.contracts)
        texts = (given, *(text for text in beside if text.id in (stamp.notice, stamp.contract)))
        named = {
            place
            for text in texts
            for c in text.clauses
            if (c.modal, c.action) == ("may", "collect")
            and data in self.words.leaves("data", c.data)
            for place in self.words.leaves("place", c.places, True)
        }
        return self.classes.of("place", frozenset(named))

    def dated(self, giving: Giving, found: Found, cell: Cell) -> Giving | None:
        """The giving on the day the witness needs; none where it would not be taken in on that day."""
        setting = found.setting
        least = (setting.day - setting.given_until).days
        gap = found.case.get(GAP, min(least + 1, (setting.day - setting.given_from).days))
        day = setting.day - timedelta(days=gap)
        if day == giving.day:
            return giving
        ask = Ask("collect", cell.ask.data, place=giving.place)
        taken = self.meaning.ruling(ask, giving.stamp, day).whole
        at = Found(self._setting(Cell(ask, giving.stamp), day, day, day), giving.case)
        return replace(giving, day=day) if holds(taken, self.truth(at)) else None

    # -- the table --------------------------------------------------------------------------

    def solve(
        self, formula: Formula, setting: Setting, giving: Giving | None = None
    ) -> Found | None:
        """A case of all circumstances at which the formula holds, or none. With a `giving` only those that
        can be after it."""
        try:
            found = self._axes.of(formula, setting, giving.case if giving else None)
        except TooManyError:
            raise solver.NoSolverError(MOST_POINTS) from None
        key = formula, found
        if key not in self._solved:
            self._solved[key] = self._solve(formula, found)
        case = self._solved[key]
        return Found(setting, case) if case is not None else None

    def _solve(self, formula: Formula, found: tuple[Axis, ...]) -> Case | None:
        if self.by == "z3" or (self.by == "either" and points(found) > MOST_POINTS):
            place = solver.solve(formula, found, points(found))
        else:
            place = witness(formula, found)
        if place is None:
            return None
        case: dict[Circumstance, Any] = {}
        for axis, number in zip(found, place, strict=True):
            case |= axis.cases[number]
        return case

    def read(self, ruling: Ruling, stamp: Stamp, day: date, truth: Callable[[Atom], bool]) -> bool:
        """What the table says at the point at which exactly these atoms hold. OutsideError: it has no
        such point."""
        first = self.policy.versions[0].in_force or date.min
        setting = Setting(self.words, ruling.ask, stamp, day, first, day, telling=False)
        found = self._axes.of(ruling.whole, setting)
        key = ruling.whole, found
        if key not in self._tables:
            self._tables[key] = table(ruling.whole, found)
        return bool(self._tables[key] >> point(found, [_place(axis, truth) for axis in found]) & 1)


def _place(axis: Axis, truth: Callable[[Atom], bool]) -> int:
    """The case of an axis in which exactly these atoms hold."""
    number = axis.find(truth)
    if number is None:
        so = ", ".join(f"{atom.kind} {atom.args} {truth(atom)}" for atom in axis.atoms)
        raise OutsideError(f"the table has no case in which {so}")
    return number


def permitted_by(ruling: Ruling, clause: str) -> Formula:
    """That one clause is among those that permit it; nothing where it does not cover the ask."""
    paths = [path for grant, path in ruling.paths if grant.id == clause]
    compelled = [grant.holds for grant in ruling.compelled if grant.id == clause]
    if not paths and not compelled:
        return FALSE
    return any_of(all_of(any_of(*paths), ruling.unbarred), *compelled)


def _to_come(ask: Ask) -> bool:
    return ask.action in ("collect", "require")
