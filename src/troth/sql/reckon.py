"""Deciding for many rows at once: the same formulas as one by one, folded over arrays of truths.

An atom that looks at a person alone is asked once for each person, with the getter that decides single
asks; what depends on when a row was given is compared for all rows together.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any

import numpy as np

from troth.facts import Datum, Scene, getter
from troth.facts.calendar import back, days_before, start_of
from troth.facts.load import together
from troth.facts.scene import Rows as Known
from troth.language.formula import TRUE, Atom, Formula, all_of, fold, holds
from troth.language.meaning import Meaning
from troth.language.model import Ask, Stamp
from troth.sql.persons import Persons
from troth.sql.rows import Moments, Numbers, Rows, Truths

BY_STAMP = ("fact", "given_at")  # may look at the place and source of the record
BY_MOMENT = ("consented", "within")  # may look at when it was given


@dataclass(frozen=True)
class Asked:
    """What is asked of every row: an ask without its data word, at a moment."""

    ask: Ask
    at: datetime
    zone: str
    party: str | None = None
    others: Known = field(default=Known(), repr=False)  # of the party and the matter
    source: str | None = None


Formulas = dict[tuple[Ask, Stamp, date], Formula]
MOST = 10_000  # formulas that are remembered


class Reckoner:
    """The bulk reading of one policy for one ask: which rows may be used, word by word."""

    def __init__(
        self, meaning: Meaning, asked: Asked, persons: Persons, formulas: Formulas | None = None
    ) -> None:
        self.meaning = meaning
        self.asked = asked
        self.persons = persons
        self._formulas: Formulas = {} if formulas is None else formulas
        self._known: dict[tuple[Any, ...], Truths] = {}
        self._scenes: dict[Stamp, list[Scene]] = {}
        self.day = self._scene(Stamp(), 0).day

    def allowed(self, word: str, rows: Rows) -> Truths:
        """For each row whether everybody it is about, and its stamp, allow the word."""
        found = ~rows.closed
        ask = replace(self.asked.ask, data=word)
        if rows.of_store:
            each = {p: self._as_kept(ask, p) for p in set(rows.pair_place.tolist())}
            truths = [each[place] for place in rows.pair_place.tolist()]
            found[rows.pair_row[~np.array(truths, dtype=np.bool_)]] = False
            return found
        of_pair = rows.stamp[rows.pair_row]
        for number, stamp in enumerate(rows.stamps):
            mine = np.flatnonzero(of_pair == number)
            if not len(mine):
                continue
            formula = self.formula(ask, stamp)
            row = rows.pair_row[mine]
            truth = self._fold(formula, stamp, rows.pair_place[mine], rows.given[row])
            found[row[~truth]] = False
        return found

    def formula(self, ask: Ask, stamp: Stamp) -> Formula:
        """What must hold of a person for all that the ask's words hold."""
        key = ask, stamp, self.day
        found = self._formulas.get(key)
        if found is None:
            points = self.meaning.points(ask)
            wholes = (self.meaning.ruling(leaf, stamp, self.day).whole for leaf in points)
            found = all_of(TRUE, *wholes)
            if len(self._formulas) >= MOST:
                self._formulas.clear()
            self._formulas[key] = found
        return found

    def truth(self, atom: Atom, stamp: Stamp, places: Numbers, given: Moments) -> Truths:
        """Whether an atom holds of each of these people, of what was given then under the stamp."""
        return self._atom(atom, stamp, places, given)

    def _as_kept(self, ask: Ask, place: int) -> bool:
        """Whether everything the store keeps of the word of a person allows it, one by one as the gate does; where
        it keeps nothing of it, as data without a stamp."""
        kept = self.persons.kept(place, self.meaning.words.leaves("data", (ask.data,), True))
        kept = [one for one in kept if one.held.given_at <= self.asked.at]
        for one in kept:
            for word, stamp in one.origins:
                datum = Datum(
                    one.held.record,
                    stamp.place,
                    stamp.notice,
                    one.held.source,
                    stamp.customer,
                    one.held.given_at,
                )
                scene = replace(self._scene(stamp, place), datum=datum)
                if not holds(self.formula(replace(ask, data=word), stamp), getter(scene)):
                    return False
        scene = self._scene(Stamp(), place)
        return bool(kept) or holds(self.formula(ask, Stamp()), getter(scene))

    # -- the fold ----------------------------------------------------------------------------

    def _fold(self, formula: Formula, stamp: Stamp, places: Numbers, given: Moments) -> Truths:
        size = len(places)

        def all_true(parts: list[Truths]) -> Truths:
            return _reduced(np.logical_and, parts, True, size)

        def any_true(parts: list[Truths]) -> Truths:
            return _reduced(np.logical_or, parts, False, size)

        return fold(
            formula,
            lambda atom: self._atom(atom, stamp, places, given),
            np.logical_not,
            all_true,
            any_true,
        )

    def _atom(self, atom: Atom, stamp: Stamp, places: Numbers, given: Moments) -> Truths:
        if atom.kind in ("after", "kept") and atom.args[-1] == "collection":
            return self._since_given(atom, given)
        if atom.kind in BY_MOMENT:
            return self._by_moment(atom, stamp, places, given)
        return self._of_persons(atom, stamp)[places]

    def _since_given(self, atom: Atom, given: Moments) -> Truths:
        at, zone = self.asked.at, self.asked.zone
        unknown = np.isnat(given)
        if atom.kind == "after":
            limit = _naive(days_before(at, zone, atom.args[0]))
            return np.where(unknown, not atom.surely, given < limit)
        count, unit, _ = atom.args
        limit = _naive(start_of(back(self.day, count, unit), zone))
        return np.where(unknown, True, given >= limit)

    def _of_persons(self, atom: Atom, stamp: Stamp) -> Truths:
        key = atom, stamp if atom.kind in BY_STAMP else None
        known = self._known.get(key)
        size = len(self.persons.numbers)
        if known is None or len(known) < size:
            scenes = self._scenes_of(stamp)
            truths = (getter(scene)(atom) for scene in scenes)
            known = self._known[key] = np.fromiter(truths, dtype=np.bool_, count=size)
        return known

    def _by_moment(self, atom: Atom, stamp: Stamp, places: Numbers, given: Moments) -> Truths:
        """Row by row only for those of whom anything is known that a period may bound."""
        scenes = self._scenes_of(stamp)
        nobody = getter(scenes[0])(atom)
        found = np.full(len(places), nobody, dtype=np.bool_)
        settled: dict[tuple[int, Any], bool] = {}
        bearing = np.array([self._bears(atom, scene) for scene in scenes], dtype=np.bool_)
        for number in np.flatnonzero(bearing[places]):
            key = int(places[number]), given[number].item()
            if key not in settled:
                scene = scenes[key[0]]
                moment = key[1].replace(tzinfo=UTC) if key[1] is not None else None
                datum = replace(scene.datum, given_at=moment)
                settled[key] = getter(replace(scene, datum=datum))(atom)
            found[number] = settled[key]
        return found

    def _bears(self, atom: Atom, scene: Scene) -> bool:
        if atom.kind == "within":
            return scene.rows.matter is not None
        return any(said.choice == atom.args[0] for said in scene.rows.said)

    # -- scenes ------------------------------------------------------------------------------

    def _scenes_of(self, stamp: Stamp) -> list[Scene]:
        made = self._scenes.setdefault(stamp, [])
        made += [self._scene(stamp, n) for n in range(len(made), len(self.persons.numbers))]
        return made

    def _scene(self, stamp: Stamp, place: int) -> Scene:
        asked = self.asked
        datum = Datum(None, stamp.place, stamp.notice, asked.source, stamp.customer, None)
        rows = together(self.persons.rows[place], asked.others)
        number = self.persons.numbers[place]
        return Scene(
            self.meaning.words, asked.zone, asked.at, number, asked.party, datum, False, rows
        )


def _reduced(fold_two: Any, parts: Sequence[Truths], empty: bool, size: int) -> Truths:
    if not parts:
        return np.full(size, empty, dtype=np.bool_)
    found: Truths = fold_two.reduce(parts)
    return found


def _naive(at: datetime) -> np.datetime64:
    return np.datetime64(at.astimezone(UTC).replace(tzinfo=None), "us")


def words_of(bits: Iterable[Truths], size: int) -> Numbers:
    """One number for each row: bit by bit what is allowed."""
    found = np.zeros(size, dtype=np.int64)
    for bit, truths in enumerate(bits):
        found |= truths.astype(np.int64) << bit
    return found
