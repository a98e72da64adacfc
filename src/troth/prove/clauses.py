"""Clauses proved: one that can never take effect, two that clash, a version wider than another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

from troth.language.formula import FALSE, Formula, all_of, any_of, holds, is_false, no
from troth.language.model import Clause, Document
from troth.language.ruling import Ruling

from .cells import Cell
from .prover import Found, Prover, permitted_by
from .question import Question, Witness
from .setting import GAP, PLACE


@dataclass(frozen=True, slots=True)
class Life:
    """Whether a `may` can ever be what permits something: a witness of it, or why it cannot.

    `conditions`: its conditions cannot be met together. `forbidden`: whenever they are, the clauses
    `by` forbid it. `uncovered`: no ask reaches it.
    """

    clause: str
    witness: Witness | None = None
    why: Literal["", "conditions", "forbidden", "uncovered"] = ""
    by: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self.witness is not None


def alive(prover: Prover, version: Document, clause: Clause) -> bool:
    """Whether it can take effect: what `life` finds, without looking for a story."""
    name = f"{version.id}#{clause.name}"
    days = prover.calendar.days(version, version)
    return any(
        prover.find(cell, day, version, lambda r: permitted_by(r, name), telling=False)
        for cell in prover.cells.of_clause(clause, version)
        for day in days
    )


def life(prover: Prover, version: Document, clause: Clause) -> Life:
    """Whether a clause of a version can take effect while that version is in force."""
    name = f"{version.id}#{clause.name}"
    cells: list[Cell] = []
    days = prover.calendar.days(version, version)
    beyond: Witness | None = None
    for cell in prover.cells.of_clause(clause, version):
        cells.append(cell)
        for day in days:
            found = prover.find(cell, day, version, lambda r: permitted_by(r, name))
            if found is not None and found.complete:
                return Life(name, found)
            beyond = beyond or found
    if beyond is not None or not cells:
        return Life(name, beyond, "" if beyond else "uncovered")
    rulings = [prover.meaning.ruling(cell.ask, cell.stamp, days[0]) for cell in cells]
    met = any(
        prover.find(cell, days[0], version, lambda r: _met(r, name), telling=False)
        for cell in cells
    )
    bars = dict.fromkeys(bar for ruling in rulings for bar in _barring(ruling, name))
    return Life(name, None, "forbidden" if met else "conditions", tuple(bars) if met else ())


def _met(ruling: Ruling, name: str) -> Formula:
    return any_of(*(grant.holds for grant, _ in ruling.paths if grant.id == name))


def _barring(ruling: Ruling, name: str) -> Iterator[str]:
    """The `never`s that speak of it and do not except it."""
    for layer in (*((ruling.current,) if ruling.current else ()), *ruling.over):
        yield from (bar.id for bar in layer.bars if name not in bar.exceptions)


# -- two clauses -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Clash:
    """Whether a `may` and a `never` ever speak of the same act at once, and which of them decides then."""

    witness: Witness | None
    answer: Literal["", "yes", "no"] = ""
    deciding: str = ""

    def __bool__(self) -> bool:
        return self.witness is not None


def clash(prover: Prover, version: Document, may: Clause, never: Clause) -> Clash:
    """A person and a calendar where both apply, one that the `never` decides before one that it excepts."""
    names = f"{version.id}#{may.name}", f"{version.id}#{never.name}"
    for excepted in (False, True):
        for cell in prover.cells.of_clause(may, version):
            for day in prover.calendar.days(version, version):
                found = prover.find(cell, day, version, partial(_both, *names, excepted))
                if found is not None and found.complete:
                    answer: Literal["yes", "no"] = "yes" if excepted else "no"
                    decided = names[0] if excepted else names[1]
                    return Clash(replace(found, clauses=(decided,)), answer, decided)
    return Clash(None)


def _both(may: str, never: str, excepted: bool, ruling: Ruling) -> Formula:
    bars = ruling.current.bars if ruling.current else ()
    applies = any_of(*(bar.applies for bar in bars if bar.id == never))
    blocked = any_of(*(no(bar.passed) for bar in bars if bar.id == never))
    if excepted:
        return all_of(permitted_by(ruling, may), applies)
    if ruling.compelled:
        return all_of(_met(ruling, may), blocked, no(any_of(*(g.holds for g in ruling.compelled))))
    return all_of(_met(ruling, may), blocked)


# -- two versions ----------------------------------------------------------------------------------


def text_allows(ruling: Ruling) -> Formula:
    """What the version in force says by itself, without laws, the operator or older promises."""
    layer = ruling.current
    return all_of(layer.granted, layer.clear, layer.needed) if layer else FALSE


@dataclass(frozen=True, slots=True)
class Wider:
    """An ask that one version allows where the other did not: the person asked about under the one, and
    the same person's circumstances under the other (none: nothing of it could be taken in then)."""

    cell: Cell
    witness: Witness
    before: Witness | None

    def stories(self, prover: Prover) -> tuple[str, ...]:
        """The two halves, yes and no, each to be played by itself."""
        found = (prover.story(self.witness),)
        return found if self.before is None else (*found, prover.story(self.before, "no"))


def wider(
    prover: Prover, new: Document, old: Document, questions: Iterable[Question] = ()
) -> Iterator[Wider]:
    """Where `new` allows what `old` did not, one for each class of asks; lazily."""
    seen: set[Cell] = set()
    for question in questions or everything(new):
        for cell in prover.cells.of(question, new, new):
            if cell not in seen:
                seen.add(cell)
                found = widened(prover, cell, new, old)
                if found is not None:
                    yield found


def everything(version: Document) -> Iterator[Question]:
    """A question for each sort of act a version speaks of."""
    day = version.id.rpartition("/")[2]
    for action in dict.fromkeys(c.action for c in version.clauses if c.modal == "may"):
        yield Question(day, action, "anything")


def widened(prover: Prover, cell: Cell, new: Document, old: Document) -> Wider | None:
    """A person for whom `new` allows the ask where `old` does not, or none."""
    stamp = replace(cell.stamp, versions=(old.id,))
    then = prover.calendar.days(old, old)[0]
    ruling = prover.meaning.ruling(cell.ask, stamp, then)
    compelled = any_of(*(grant.holds for grant in ruling.compelled))
    denied = all_of(no(text_allows(ruling)), no(compelled))
    if is_false(denied):
        return None
    for day in prover.calendar.days(new, new):
        found = prover.find(cell, day, new, lambda r: all_of(r.whole, denied))
        if found is not None and found.complete:
            return Wider(cell, found, _same_case(prover, Cell(cell.ask, stamp), old, found))
    return None


def _same_case(prover: Prover, cell: Cell, version: Document, witness: Witness) -> Witness | None:
    """The same circumstances under another version, where they come to a no as well."""
    day = prover.calendar.days(version, version)[0]
    whole = prover.meaning.ruling(cell.ask, cell.stamp, day).whole
    setting = prover.setting(cell, day, version)
    truth = prover.truth(Found(setting, witness.case))
    if holds(whole, truth):
        return None
    if witness.giving is None:
        return replace(witness, day=day, clauses=())
    for giving in prover.givings(cell, day, version):
        dated = prover.dated(giving, Found(setting, witness.case), cell)
        of = (PLACE, giving.place), (GAP, (day - dated.day).days if dated else None)
        case = {**witness.case, **{c: value for c, value in of if c in witness.case}}
        if dated is not None and not holds(whole, prover.truth(Found(setting, case))):
            return replace(witness, day=day, giving=dated, clauses=())
    return None
