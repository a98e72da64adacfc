"""Each atom over the columns of a part: true of which people, or of which of their rows.

What a row says is put to the getter that decides single asks, once for each distinct thing said; only which
row is the latest, and moments, are compared for all together. Whom an atom cannot be settled for is set aside.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any

import numpy as np

from troth.census.columns import Array, Places, Section, Truths
from troth.facts import Rows, Scene, getter
from troth.facts.calendar import back, days_before, start_of
from troth.facts.formulas import OF_THE_RECORD, stored_as
from troth.facts.load import read_scope, together
from troth.facts.said import EVERY, consent_cells, lasting
from troth.facts.scene import Adopted, Asserted, Said, Valued
from troth.language.formula import Atom
from troth.language.model import Attribute, FactFormula
from troth.store.tables import PART

Load = Callable[[str], Section | None]
HER = 0  # the number of whoever a getter is asked about: what a row says does not depend on it
EVERYBODY = ("given_at", "bound", "mandate", "notice_shown")  # nothing of hers bears on it


@dataclass(frozen=True, eq=False)
class OfRows:
    """What differs from row to row of one person."""

    truth: Truths


Truth = bool | Truths | OfRows  # one for all; each person's; each row's


def opposite(truth: Truth) -> Truth:
    """What is so where the truth is not."""
    if isinstance(truth, bool):
        return not truth
    return OfRows(~truth.truth) if isinstance(truth, OfRows) else ~truth


@dataclass(frozen=True, eq=False)
class Given:
    """The rows of a section that are under one formula, and the scene of each sort of them by code."""

    section: Section
    records: Section
    rows: Places
    scenes: list[Scene]
    formulas: list[int]  # by code
    formula: int

    @cached_property
    def person(self) -> Places:
        """Whose each row is."""
        return self.section["person"][self.rows].astype(np.intp)

    @cached_property
    def at(self) -> Array:
        """When each was given."""
        found: Array = self.records["at"][self.section["record"][self.rows]]
        return found

    def of_rows(self, truth: Truth) -> Truths:
        """The truth row by row."""
        if isinstance(truth, OfRows):
            return truth.truth
        return np.full(len(self.rows), truth) if isinstance(truth, bool) else truth[self.person]

    def by_sort(self, truth: Callable[[Scene], bool]) -> Truth:
        """What is the same for all rows of a sort."""
        mine = [code for code, number in enumerate(self.formulas) if number == self.formula]
        each = {code: truth(self.scenes[code]) for code in mine}
        if len(set(each.values())) == 1:
            return each[mine[0]]
        sorts = np.array([each.get(code, False) for code in range(len(self.scenes))], np.bool_)
        return OfRows(sorts[self.section["code"][self.rows]])


class Settled:
    """The atoms of one ask over one part. `scene` is what is one value for all: moment, party, matter."""

    def __init__(self, scene: Scene, load: Load, first: int) -> None:
        self.scene = replace(scene, person=HER)
        self.load = load
        self.first = first
        self.aside: Truths = np.zeros(PART, np.bool_)
        self.now = naive(scene.at)
        self._kept: dict[Atom, Truths] = {}

    def __call__(self, atom: Atom, rows: Given) -> Truth:
        """Of which rows the atom holds."""
        if atom.kind in EVERYBODY:
            return rows.by_sort(lambda scene: getter(scene)(atom))
        if atom.kind == "fact":
            return self._fact(atom, rows)
        if atom.kind == "consented":
            return self._consented(atom, rows)
        if atom.kind in ("after", "kept") and atom.args[-1] == "collection":
            return self._since_given(atom, rows)
        if atom not in self._kept:
            self._kept[atom] = self._of_people(atom)
        return self._kept[atom]

    def _of_people(self, atom: Atom) -> Truths:
        match atom.kind:
            case "said":
                return self._said(atom)
            case "told":
                return self._told(atom)
            case "agreed" | "refused":
                return self._answered(atom)
            case "after" | "kept":
                return self._happened(atom)
            case "lives":
                return self._valued(atom, "country", every=False)[1]
            case "within":
                return self._within(atom)
        self.aside[:] = True  # an atom that is new here: everybody is asked singly
        return np.zeros(PART, np.bool_)

    # -- what she said and was told ----------------------------------------------------------

    def _said(self, atom: Atom) -> Truths:
        choice, cell, *lasts = atom.args
        section = self.load(f"said/{choice}")
        if section is None:
            return np.zeros(PART, np.bool_)
        holds = self._each(section, lambda value: self._saying(choice, value), atom)
        rows = self._last(section, [value[0] in (cell, EVERY) for value in section.values])
        truth = holds[section["code"][rows]] & self._lasts(section, rows)
        if lasts:
            truth &= section["at"][rows] >= naive(lasting(self.scene, lasts))
        return scattered(section["person"][rows], truth)

    def _consented(self, atom: Atom, given: Given) -> Truth:
        """The latest word, with the period of what it is for: that is compared with each row."""
        section = self.load(f"said/{atom.args[0]}")
        if section is None:
            return False
        cells = consent_cells(self.scene, atom)
        says = [self._saying(atom.args[0], value) for value in section.values]
        whole = [
            replace(rows, said=(rows.said[0]._replace(first=None, end=None),)) for rows in says
        ]
        asked = [getter(self._beside(rows))(atom) for rows in whole]
        rows = self._last(section, [value[0] in cells for value in section.values])
        code = section["code"][rows]
        holds = np.array(asked, np.bool_)[code] & self._lasts(section, rows)
        person = section["person"][rows]
        of_people = scattered(person, holds)
        truth: Truths | None = None
        for bound in ("first", "end"):
            named = [getattr(one.said[0], bound) for one in says]
            if any(named):
                limits = np.full(PART, np.datetime64("NaT", "us"))
                limits[person] = np.array([naive(m) for m in named], "datetime64[us]")[code]
                limit = limits[given.person]
                inside = given.at >= limit if bound == "first" else given.at < limit
                inside |= np.isnat(limit)
                truth = inside if truth is None else truth & inside
        return of_people if truth is None else OfRows(truth & of_people[given.person])

    def _saying(self, choice: str, value: tuple[Any, ...]) -> Rows:
        """A row of that choice, said just now and without end."""
        cell, standing, scope = value
        said = Said(choice, cell, true(standing), self.scene.at, None, *read_scope(scope))
        return Rows(said=(said,))

    def _lasts(self, section: Section, rows: Places) -> Truths:
        if not section.have("until"):
            return np.ones(len(rows), np.bool_)
        until = section["until"][rows]
        return np.isnat(until) | (until > self.now)

    def _told(self, atom: Atom) -> Truths:
        """By some way the last delivery early enough is later than what came back by it."""
        versions, days, ways = atom.args
        at = self.scene.at
        limit = None if days is None else naive(days_before(at, self.scene.zone, days))
        found = np.zeros(PART, np.bool_)
        for version in dict.fromkeys(versions):
            section = self.load(f"told/{version}")
            if section is None:
                continue
            early = None if limit is None else section["at"] < limit
            for way in {way for way, _ in section.values if not ways or way in ways}:
                reached, back_ = (
                    [value == (way, outcome) for value in section.values]
                    for outcome in ("delivered", "bounced")
                )
                delivered = self._last(section, reached, early)
                returned = self._last(section, back_)
                last, gone = np.full((2, PART), -1, np.int64)
                last[section["person"][delivered]] = delivered
                gone[section["person"][returned]] = returned
                found |= last > gone
        return found

    def _answered(self, atom: Atom) -> Truths:
        section = self.load(f"adopted/{atom.args[0]}")
        if section is None:
            return np.zeros(PART, np.bool_)
        clause, at = atom.args[0], self.scene.at
        holds = self._each(
            section, lambda said: Rows(adopted=(Adopted(clause, said[0], said[1], at),)), atom
        )
        rows = self._last(section)
        truth = holds[section["code"][rows]]
        if atom.kind == "agreed":
            since = start_of(date.fromisoformat(atom.args[2]), self.scene.zone)
            truth &= section["at"][rows] >= naive(since)
        return scattered(section["person"][rows], truth)

    # -- what is known and what happened -----------------------------------------------------

    def _fact(self, atom: Atom, given: Given) -> Truth:
        word = self.scene.words.get("fact", atom.args[0])
        unknown = given.by_sort(lambda scene: getter(scene)(atom))
        if word is None or word.formula is None:
            of = word.of[0] if word is not None and word.of else "person"
            if of != "person":  # what is known of a record sets its people aside when it is taken
                return unknown
            known, truth = self._asserted(atom)
        else:
            known, truth = self._compared(atom, word.formula)
        if not known.any():
            return unknown
        if isinstance(unknown, bool):
            return np.where(known, truth, unknown)
        hers = known[given.person]
        return OfRows(np.where(hers, truth[given.person], given.of_rows(unknown)))

    def _asserted(self, atom: Atom) -> tuple[Truths, Truths]:
        section = self.load(f"asserted/{atom.args[0]}")
        if section is None:
            return np.zeros((2, PART), np.bool_)  # type: ignore[return-value]  # a pair
        key, at = str(HER), self.scene.at
        holds = self._each(
            section,
            lambda v: Rows(asserted=(Asserted(atom.args[0], "person", key, true(v[0]), at),)),
            atom,
        )
        rows = self._last(section)
        person = section["person"][rows]
        return scattered(person, np.True_), scattered(person, holds[section["code"][rows]])

    def _compared(self, atom: Atom, formula: FactFormula) -> tuple[Truths, Truths]:
        """A formula over one attribute of hers and what is one for all; others set her aside."""
        sides = [side for side in (formula.left, formula.right) if isinstance(side, Attribute)]
        hers = [side for side in sides if side.of == "person"]
        nobody = np.zeros((2, PART), np.bool_)
        if not hers:
            return nobody  # type: ignore[return-value]  # a pair
        if len(hers) == 1 and not any(s.of == "record" and s.name in OF_THE_RECORD for s in sides):
            return self._valued(atom, stored_as(hers[0].name), every=formula.test == "is not")
        for side in hers:
            section = self.load(f"valued/{stored_as(side.name)}")
            if section is not None:
                self.aside[section["person"]] = True
        return nobody  # type: ignore[return-value]

    def _valued(self, atom: Atom, name: str, every: bool) -> tuple[Truths, Truths]:
        """Of whom a value is known now; and whether some value, or every one, passes the test."""
        unknown = getter(self.scene)(atom)
        section = self.load(f"valued/{name}")
        if section is None:
            return np.zeros(PART, np.bool_), np.full(PART, unknown)
        her = ("person", str(HER), name)
        holds = self._each(
            section, lambda v: Rows(valued=(Valued(*her, v[0], self.scene.at, None),)), atom
        )
        now = self._so_far(section)
        if section.have("until"):
            now = now & (np.isnat(section["until"]) | (section["until"] > self.now))
        rows = np.flatnonzero(np.broadcast_to(now, len(section["code"])))
        person, passed = section["person"][rows], holds[section["code"][rows]]
        known = scattered(person, np.True_)
        found = scattered(person[passed != every], np.True_)  # some that pass; or some that fail
        return known, np.where(known, found != every, unknown)

    def _happened(self, atom: Atom) -> Truths:
        """`after` from the first time, `kept` from the last."""
        length, *unit, event = atom.args
        section = self.load(f"happened/{event}")
        found = np.full(PART, atom.kind == "kept")  # what has not happened has not begun to run
        if section is None:
            return found
        rows = np.flatnonzero(section["at"] <= self.now)
        person, at = section["person"][rows], section["at"][rows]
        if atom.kind == "after":
            begun, limit = _starts(person), days_before(self.scene.at, self.scene.zone, length)
            found[person[begun]] = at[begun] < naive(limit)
        else:
            last = _ends(person)
            found[person[last]] = at[last] >= self._since(length, *unit)
        return found

    def _since_given(self, atom: Atom, given: Given) -> Truth:
        length, *unit, _ = atom.args
        if atom.kind == "after":
            return OfRows(given.at < naive(days_before(self.scene.at, self.scene.zone, length)))
        return OfRows(given.at >= self._since(length, *unit))

    def _since(self, length: int, unit: str) -> np.datetime64:
        return naive(start_of(back(self.scene.day, length, unit), self.scene.zone))

    def _within(self, atom: Atom) -> Truths:  # noqa: ARG002
        """A matter names few; they are asked singly, and it serves for nobody else."""
        matter = self.scene.rows.matter
        for person in matter.people if matter is not None else ():
            if 0 <= person - self.first < PART:
                self.aside[person - self.first] = True
        return np.zeros(PART, np.bool_)

    # -- rows --------------------------------------------------------------------------------

    def _each(
        self, section: Section, rows_of: Callable[[tuple[Any, ...]], Rows], atom: Atom
    ) -> Truths:
        """What the getter says of each distinct thing a row may say."""
        asked = (getter(self._beside(rows_of(value)))(atom) for value in section.values)
        return np.fromiter(asked, np.bool_, len(section.values))

    def _beside(self, hers: Rows) -> Scene:
        return replace(self.scene, rows=together(hers, self.scene.rows))

    def _last(
        self, section: Section, counts: list[bool] | None = None, also: Truths | None = None
    ) -> Places:
        """The last row of each person up to now, among those whose code counts."""
        found = self._so_far(section)
        if counts is not None and not all(counts):
            found = np.array(counts, np.bool_)[section["code"]] & found
        if also is not None:
            found = found & also
        rows = np.flatnonzero(np.broadcast_to(found, len(section["code"])))
        return rows[_ends(section["person"][rows])]

    def _so_far(self, section: Section) -> Truths | np.bool_:
        """Which rows are of now or before: mostly all."""
        return np.True_ if section.latest <= self.now else section["at"] <= self.now


def _ends(person: Array) -> Truths:
    """Where the rows of a person end."""
    found = np.ones(len(person), np.bool_)
    found[:-1] = person[1:] != person[:-1]
    return found


def _starts(person: Array) -> Truths:
    found = np.ones(len(person), np.bool_)
    found[1:] = person[1:] != person[:-1]
    return found


def scattered(person: Array, truth: Any) -> Truths:
    """Row by row for the people of a part; of whom there is no row it is not so."""
    found = np.zeros(PART, np.bool_)
    found[person] = truth
    return found


def naive(at: datetime | None) -> np.datetime64:
    """A moment as a column has it."""
    if at is None:
        return np.datetime64("NaT", "us")
    return np.datetime64(at.astimezone(UTC).replace(tzinfo=None), "us")


def true(written: str) -> bool:
    return written in ("1", "true")  # as SQLite and as PostgreSQL write it
