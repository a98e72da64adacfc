"""What may vary around one ask, and how: the values of each circumstance that can make a difference, simplest first.

Only what a real person and calendar can reach: one matter at a time, attributes that several facts share, an age
under 13 and one of at least 18 never together, a first time not after a last one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from functools import cached_property
from itertools import combinations
from typing import Any

from troth.language.days import reach
from troth.language.formula import Atom
from troth.language.model import Attribute, FactFormula, Word
from troth.language.regions import countries

from .holding import looked_at, passes
from .setting import (
    GAP,
    MANDATE,
    MATTER,
    NOTICE,
    PARTY,
    PLACE,
    Case,
    Circumstance,
    Setting,
)

COUNTRY: Circumstance = ("person", "country")
BIRTH: Circumstance = ("person", "birth")
SERVICES: Circumstance = ("person", "services")
CODE: Circumstance = ("party", "code")
COUNTRIES = ("US", "DE", "CH", "NO", "CA", "JP", "BR", "IN", "ZA", "NZ")
FRESH = ("alpha", "beta")  # values that no text names


class Circumstances:
    """The circumstances of some atoms in a setting."""

    def __init__(self, atoms: Iterable[Atom], setting: Setting) -> None:
        self.atoms = tuple(atoms)
        self.setting = setting

    # -- which ------------------------------------------------------------------------------

    def of(self, atom: Atom) -> tuple[Circumstance, ...]:
        """The circumstances an atom looks at."""
        match atom.kind, atom.args:
            case "said", (choice, cell, *_):
                return (("said", choice, cell),)
            case "consented" | "bound", (name, *_):
                return ((atom.kind, name),)
            case "fact", (name,):
                return tuple(self._of_fact(name))
            case "lives", _:
                return (COUNTRY,)
            case "within", (kind, _):
                word = self.setting.words.get("matter", kind)
                needs = [("matter", need) for need in word.needs] if word else []
                return (MATTER, *(need for need in needs if need in self._named))
            case "given_at", _:
                return (PLACE,)
            case "mandate", _:
                return (MANDATE,) if self._another_term else (MANDATE, *self._bonds)
            case "notice_shown", _:
                return (NOTICE,)
            case "told", (versions, _, ways):
                told_by = [way for way in self._told_by if not ways or way in ways]
                return tuple(("told", version, way) for version in versions for way in told_by)
            case "agreed" | "refused", (clause, *_):
                return (("answer", clause),)
            case "after" | "kept", (*_, event):
                return (GAP,) if event == "collection" else (("event", event),)
        raise KeyError(atom.kind)

    def _of_fact(self, name: str) -> Iterator[Circumstance]:
        word = self.setting.words.get("fact", name)
        if word is None or word.formula is None:
            yield ("found", name)
            if _subject(word) == "matter":
                yield MATTER
            return
        for circumstance in _sides(word.formula):
            yield circumstance
            if circumstance[0] == "matter":
                yield MATTER

    def _words(self) -> Iterator[Word]:
        for name in dict.fromkeys(a.args[0] for a in self.atoms if a.kind == "fact"):
            word = self.setting.words.get("fact", name)
            if word is not None:
                yield word

    @cached_property
    def formulas(self) -> tuple[FactFormula, ...]:
        """The formulas of the facts among the atoms."""
        return tuple(word.formula for word in self._words() if word.formula is not None)

    @cached_property
    def _named(self) -> frozenset[Circumstance]:
        """The attributes the formulas look at."""
        return frozenset(c for formula in self.formulas for c in _sides(formula))

    @cached_property
    def _bonds(self) -> tuple[Circumstance, ...]:
        return tuple(dict.fromkeys(("bound", a.args[0]) for a in self.atoms if a.kind == "bound"))

    @cached_property
    def _told_by(self) -> tuple[str, ...]:
        """One way of telling for each sort that the atoms tell apart: of those they name, and of others."""
        named = [atom.args[2] for atom in self._of_kind("told")]
        others = [name for kind, name in self.setting.words.words if kind == "way"]
        sorts: dict[tuple[bool, ...], str] = {}
        for way in ("email", *(way for ways in named for way in ways), *others):
            sorts.setdefault(tuple(not ways or way in ways for ways in named), way)
        return tuple(way for sort, way in sorts.items() if any(sort))

    @cached_property
    def _another_term(self) -> bool:
        """Whether a mandate can be signed under a term that nothing here asks for."""
        terms = {name for kind, name in self.setting.words.words if kind == "term"}
        return not terms <= {bond[1] for bond in self._bonds}

    # -- how --------------------------------------------------------------------------------

    def values(self, circumstance: Circumstance) -> tuple[Any, ...]:
        """Every value that can make a difference, simplest first."""
        setting = self.setting
        match circumstance:
            case ("said", choice, cell):
                return (None, *sorted({0, *self._lapsed(choice, cell)}))
            case ("consented", _):
                return (False, True)
            case ("bound", _) | ("mandate",):
                return (False, True) if setting.ask.party is not None else (False,)
            case ("notice shown",):
                return (True,) if setting.telling else (True, False)
            case ("told", version, way):
                return (None, 0, *sorted(set(self._waits(version, way))))
            case ("answer", clause):
                return tuple(self._answers(clause))
            case ("event", event):
                return tuple(self._times(event))
            case ("gap",):
                return tuple(self._gaps())
            case ("found", name):
                return self._findings(name)
            case ("matter",):
                return tuple(self._matters())
            case ("place",):
                return tuple(self._places())
            case ("source",):
                return ("supplied", "tracked") if setting.telling else ("supplied", "tracked", None)
            case (of, name):
                return tuple(self._attribute((of, name)))
        raise KeyError(circumstance)

    def possible(self, case: Case) -> bool:
        """Whether these values can stand together."""
        if case.get(MATTER, "") is None and any(
            value for (of, *name), value in case.items() if of == "matter" and name
        ):
            return False
        if (
            MATTER in case
            and case[MATTER] is None
            and any(
                value is not None
                for (of, *name), value in case.items()
                if of == "found" and self._subject_of(name[0]) == "matter"
            )
        ):
            return False
        bonds = [case[bond] for bond in self._bonds if bond in case]
        return not (case.get(MANDATE) and bonds and not self._another_term and not any(bonds))

    def _subject_of(self, fact: str) -> str:
        return _subject(self.setting.words.get("fact", fact))

    def _of_kind(self, *kinds: str) -> Iterator[Atom]:
        return (atom for atom in self.atoms if atom.kind in kinds)

    def _lapsed(self, choice: str, cell: str) -> Iterator[int]:
        for atom in self._of_kind("said"):
            if atom.args[:2] == (choice, cell) and atom.args[2:]:
                yield reach(self.setting.day, *atom.args[2:]) + 1

    def _waits(self, version: str, way: str) -> Iterator[int]:
        """How many days ago she must have been told, for each atom that looks at it."""
        for versions, days, ways in (atom.args for atom in self._of_kind("told")):
            if version in versions and (not ways or way in ways) and days is not None:
                yield days + 1

    def _answers(self, clause: str) -> Iterator[Any]:
        """Nothing, no, yes to a wording: since the last promise, and before each."""
        yield None
        agreed = [a.args for a in self._of_kind("agreed") if a.args[0] == clause]
        digests = dict.fromkeys(digest for _, digest, _ in agreed)
        wordings = self.setting.wordings
        if not self.setting.telling or any(name == clause for name, _ in wordings):
            yield ("no", self.setting.day.isoformat())
        for digest in digests:
            if not self.setting.telling or (clause, digest) in wordings:
                yield (digest, self.setting.day.isoformat())
                for since in sorted({d for _, other, d in agreed if other == digest}):
                    yield (digest, (date.fromisoformat(since) - timedelta(days=1)).isoformat())

    def _times(self, event: str) -> Iterator[tuple[int, int] | None]:
        """How many days ago it happened first and last."""
        yield None
        ages = {0}
        for atom in self._of_kind("after", "kept"):
            if atom.args[-1] == event:
                ages |= set(self._limits(atom))
        for newest in sorted(ages):
            for oldest in sorted(ages):
                if oldest >= newest:
                    yield oldest, newest

    def _limits(self, atom: Atom) -> tuple[int, ...]:
        if atom.kind == "after":
            return (atom.args[0] + 1,)
        limit = reach(self.setting.day, atom.args[0], atom.args[1])
        return (limit, limit + 1)

    def _gaps(self) -> Iterator[int]:
        setting = self.setting
        least = (setting.day - setting.given_until).days
        most = (setting.day - setting.given_from).days
        wanted = {least, min(least + 1, most), most}
        for atom in self._of_kind("after", "kept"):
            if atom.args[-1] == "collection":
                wanted |= set(self._limits(atom))
        yield from sorted(gap for gap in wanted if least <= gap <= most)

    def _findings(self, name: str) -> tuple[bool | None, ...]:
        if self.setting.words.get("signal", name) is not None:
            return (None, True, False)
        word = self.setting.words.get("fact", name)
        of = _subject(word)
        lacking = (of == "party" and self.setting.ask.party is None) or (
            of == "record" and self.setting.to_come
        )
        if lacking or (self.setting.telling and (word is None or not word.asserted_by)):
            return (None,)
        return (None, True, False)

    def _matters(self) -> Iterator[tuple[str, bool] | None]:
        """None, or one of a kind: for her, or for somebody else."""
        yield None
        if self.setting.giving:
            return
        kinds = dict.fromkeys(a.args[0] for a in self._of_kind("within"))
        other = (n for k, n in self.setting.words.words if k == "matter" and n not in kinds)
        for kind in (*kinds, *([next(other, "")] if self._of_matter else [])):
            if kind:
                yield kind, True
                yield kind, False

    @cached_property
    def _of_matter(self) -> bool:
        """Whether anything is asked of a matter itself."""
        return any("matter" in word.of for word in self._words())

    def _places(self) -> Iterator[str | None]:
        if self.setting.to_come:
            yield self.setting.ask.place
        elif self.setting.places is not None:
            yield from self.setting.places
        else:
            yield None
            yield from sorted(n for k, n in self.setting.words.words if k == "place")

    # -- attributes -------------------------------------------------------------------------

    def _attribute(self, circumstance: Circumstance) -> Iterator[Any]:
        """Sets of values that hold at once."""
        of, _ = circumstance
        if circumstance == CODE and self.setting.ask.party is not None:
            yield from (frozenset({value}) for value in self._pool(CODE))
            if self.setting.telling:
                return
        yield frozenset[str]()
        if (of == "party" and self.setting.ask.party is None) or of == "record":
            return
        told = of != "person" or circumstance in (COUNTRY, BIRTH, SERVICES)
        if self.setting.telling and not told:
            return
        pool = self._pool(circumstance)
        most = 1 if circumstance in (COUNTRY, BIRTH) else 2 if len(pool) > 3 else len(pool)
        for size in range(1, most + 1):
            yield from map(frozenset, combinations(pool, size))

    def _pool(self, circumstance: Circumstance) -> tuple[str, ...]:
        """One value for each way in which the tests tell values apart."""
        group = self._together(circumstance)
        tests = [f for f in self.formulas if not group.isdisjoint(_sides(f))]
        listed = [a.args for a in self._of_kind("lives")] if COUNTRY in group else []
        known: dict[tuple[bool, ...], str] = {}
        for value in dict.fromkeys(self._thought_of(group, tests, listed)):
            case = dict.fromkeys(group, frozenset({value}))
            alike = tuple(
                passes(f, case, self.setting) for f in tests if not isinstance(f.right, Attribute)
            )
            known.setdefault((*alike, *(value in countries(places) for places in listed)), value)
        found = list(known.values())
        if circumstance == BIRTH:
            return tuple(found)
        compared = any(isinstance(f.right, Attribute) for f in tests)
        spare = COUNTRIES if COUNTRY in group else FRESH
        if compared and len(found) < 2:
            found += [value for value in spare if value not in found][:1]
        return tuple(found)

    def _together(self, circumstance: Circumstance) -> frozenset[Circumstance]:
        """Those whose values are compared with one another."""
        group = {circumstance}
        while True:
            more = {c for f in self.formulas for c in _sides(f) if not group.isdisjoint(_sides(f))}
            if more <= group:
                return frozenset(group)
            group |= more

    def _thought_of(
        self,
        group: frozenset[Circumstance],
        tests: list[FactFormula],
        listed: list[tuple[str, ...]],
    ) -> Iterator[str]:
        """Values worth a try, in the order in which they are preferred."""
        if CODE in group:
            yield PARTY
        for formula in tests:
            if looked_at(formula.left) == BIRTH:
                yield from self._births(formula)
            elif formula.test in ("under", "at least") and not isinstance(formula.right, Attribute):
                limit = int(formula.right[0])
                yield from (str(limit), str(limit - 1))
            elif formula.test == "before":
                day = self.setting.day
                yield from ((day - timedelta(days=1)).isoformat(), (day + timedelta(1)).isoformat())
            elif not isinstance(formula.right, Attribute):
                yield from formula.right
            elif None in (looked_at(formula.left), looked_at(formula.right)):
                customer = self.setting.stamp.customer
                yield from (customer,) if customer else ()
        if COUNTRY in group:
            yield from COUNTRIES
            yield from (country for places in listed for country in countries(places))
        elif BIRTH not in group:
            yield FRESH[0]

    def _births(self, formula: FactFormula) -> Iterator[str]:
        limits = formula.right if not isinstance(formula.right, Attribute) else ()
        for age in (n for limit in limits for n in (int(limit), int(limit) - 1)):
            yield born(self.setting.day, max(age, 0)).isoformat()


def born(day: date, age: int) -> date:
    """The birth of somebody known on a day to be of an age."""
    return date(day.year - age, day.month, min(day.day, 28))


def _subject(word: Word | None) -> str:
    return word.of[0] if word is not None and word.of else "person"


def _sides(formula: FactFormula) -> tuple[Circumstance, ...]:
    """The circumstances a formula looks at."""
    sides = (formula.left, formula.right)
    found = (looked_at(side) for side in sides if isinstance(side, Attribute))
    return tuple(one for one in found if one is not None)
