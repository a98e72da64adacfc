"""One ask about everybody at one moment: the same formulas as one by one, folded over the columns of a part."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce

import numpy as np

from troth.census.columns import Section, Truths
from troth.census.taking import RECORDS, SINGLY
from troth.census.truths import Given, Load, OfRows, Settled, Truth, opposite
from troth.facts import Datum, Scene
from troth.language.formula import TRUE, Formula, all_of, fold
from troth.language.meaning import Meaning
from troth.language.model import Ask, Stamp
from troth.store.tables import PART


class Asked:
    """An ask at a moment. `stamps` are those of the store by number, `others` what is known of the party
    (its id) and the matter."""

    def __init__(self, meaning: Meaning, ask: Ask, scene: Scene, stamps: dict[int, Stamp]) -> None:
        self.meaning = meaning
        self.ask = ask
        self.scene = scene
        self.stamps = stamps
        self.words = sorted(meaning.words.leaves("data", (ask.data,), True))
        self._formulas: dict[tuple[str, int], Formula | None] = {}

    def of(self, load: Load, part: int) -> tuple[Truths, Truths]:
        """Of which people of a part it is a plain yes; and who is to be asked singly instead."""
        settled = Settled(self.scene, load, part * PART)
        singly, records = load(SINGLY), load(RECORDS)
        if singly is not None:
            settled.aside[singly["person"]] = True
        held, refused = np.zeros((2, PART), np.bool_)
        for word in self.words if records is not None else ():
            section = load(f"field/{word}")
            if section is not None and records is not None:
                self._rule(section, records, settled, held, refused)
        return held & ~refused & ~settled.aside, settled.aside

    def _rule(
        self, section: Section, records: Section, settled: Settled, held: Truths, refused: Truths
    ) -> None:
        """Note who has a row of the section, and whose rows do not all allow it."""
        formulas = [self._formula(word, stamp) for word, stamp, _ in section.values]
        scenes = [self._scene(stamp, source) for _, stamp, source in section.values]
        sorts = [-1 if formula is None else formulas.index(formula) for formula in formulas]
        of_row = np.array(sorts, np.int16)[section["code"]]
        if records.latest > settled.now:  # given later than the moment that is asked about
            of_row[records["at"][section["record"]] > settled.now] = -1
        for number in sorted(set(sorts) - {-1}):
            mine = np.flatnonzero(of_row == number)
            formula = formulas[number]
            assert formula is not None
            given = Given(section, records, mine, scenes, sorts, number)
            held[given.person] = True
            truth = _folded(formula, settled, given)
            refused[given.person[~given.of_rows(truth)]] = True

    def _formula(self, word: str, stamp: int) -> Formula | None:
        """What must hold for all leaves of the ask of what was given under a stamp; None: it has none."""
        key = word, stamp
        if key not in self._formulas:
            points = self.meaning.points(self.ask, word)
            under, day = self.stamps[stamp], self.scene.day
            wholes = [self.meaning.ruling(point, under, day).whole for point in points]
            self._formulas[key] = all_of(TRUE, *wholes) if wholes else None
        return self._formulas[key]

    def _scene(self, number: int, source: str) -> Scene:
        stamp, scene = self.stamps[number], self.scene
        datum = Datum(None, stamp.place, stamp.notice, source, stamp.customer, scene.at)
        return Scene(
            scene.words,
            scene.zone,
            scene.at,
            0,
            scene.party,
            datum,
            scene.notice_shown,
            scene.rows,
        )


def _folded(formula: Formula, settled: Settled, given: Given) -> Truth:
    return fold(
        formula,
        lambda atom: settled(atom, given),
        opposite,
        lambda parts: _reduced(parts, given, every=True),
        lambda parts: _reduced(parts, given, every=False),
    )


def _reduced(parts: Iterable[Truth], given: Given, every: bool) -> Truth:
    """All of them, or any: first what is one for all, then what is each person's, at last each row's."""
    listed = list(parts)
    if any(part is (not every) for part in listed):
        return not every
    joined = np.logical_and if every else np.logical_or
    people = [part for part in listed if isinstance(part, np.ndarray)]
    rows = [part.truth for part in listed if isinstance(part, OfRows)]
    hers: Truth = reduce(joined, people) if people else every
    if not rows:
        return hers
    return OfRows(reduce(joined, rows if not people else [given.of_rows(hers), *rows]))
