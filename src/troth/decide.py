"""Decide: answer one ask about one person, citing the clauses that decide.

Partial evaluation first: (ask, stamp, versions in force) reduces the policy to a small residual over
the few atoms that still matter. A person's atoms are packed into the bits of one integer; the decision
for the bits is worked out once, with every deciding clause, and remembered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from itertools import count
from typing import Literal

from .language.formula import All, Any_, Atom, Formula, Not, atoms, holds
from .language.meaning import Meaning
from .language.model import Ask, Decision, Leaf, Policy, Stamp
from .language.ruling import Grant, Layer, Ruling

REMEMBERED = 4096  # decisions kept for one residual; more distinct bits than that start over
Truth = Callable[[Atom], bool]


class Decider:
    """The decide reading of one policy: residuals by ask, stamp and day, atoms numbered once for all."""

    def __init__(self, policy: Policy) -> None:
        self.meaning = Meaning(policy)
        self.number: dict[Atom, int] = {}
        self._next = count()
        self._residuals: dict[int, Residual] = {}

    def residual(self, ask: Ask, stamp: Stamp, day: date) -> Residual:
        """The policy reduced to one leaf of an ask about data with this stamp, on a day of the zone."""
        ruling = self.meaning.ruling(ask, stamp, day)
        found = self._residuals.get(id(ruling))
        if found is None:
            found = self._residuals[id(ruling)] = Residual(ruling, self._numbered(ruling))
        return found

    def _numbered(self, ruling: Ruling) -> dict[Atom, int]:
        found = dict.fromkeys(atom for formula in ruling.formulas for atom in atoms(formula))
        for atom in found:
            self.number.setdefault(atom, next(self._next))  # safe among threads: a gap harms nobody
        return {atom: 1 << self.number[atom] for atom in found}


class Residual:
    """What is left of a policy for one leaf of an ask: call it with a person's bits."""

    __slots__ = ("_known", "mask", "numbered", "ruling")

    def __init__(self, ruling: Ruling, bit: dict[Atom, int]) -> None:
        self.ruling = ruling
        self.numbered = bit
        self.mask = sum(bit.values())
        self._known: dict[int, Decision] = {}

    @property
    def atoms(self) -> Iterable[Atom]:
        """The atoms that still matter, each once."""
        return self.numbered.keys()

    def bits(self, truth: Truth) -> int:
        """The atoms of this residual that hold, packed."""
        found = 0
        for atom, bit in self.numbered.items():
            if truth(atom):
                found |= bit
        return found

    def __call__(self, bits: int) -> Decision:
        """The decision where exactly the atoms in `bits` hold (others of the policy may be set too)."""
        found = self._known.get(bits & self.mask)
        return found if found is not None else self._work_out(bits & self.mask)

    def _work_out(self, bits: int) -> Decision:
        bit = self.numbered
        decision = explain(self.ruling, lambda atom: bool(bits & bit.get(atom, 0)))
        if len(self._known) >= REMEMBERED:
            self._known.clear()
        self._known[bits] = decision
        return decision


def explain(ruling: Ruling, truth: Truth) -> Decision:
    """The verdict of the whole formula, with the clauses that decide it."""
    if holds(ruling.whole, truth):
        return Decision(True, tuple(_permitting(ruling, truth)))
    refusing = dict.fromkeys(_refusing(ruling, truth))
    return Decision(False, tuple(refusing), lambda: tuple(_remedies(ruling, truth)))


def _permitting(ruling: Ruling, truth: Truth) -> list[str]:
    """The `may`s of the version in force that hold; what only a law compels is cited as the law's."""
    found = [grant.id for grant, path in ruling.paths if holds(path, truth)]
    if found and holds(ruling.unbarred, truth):
        return found
    return [g.id for g in ruling.compelled if holds(g.holds, truth)]


def _refusing(ruling: Ruling, truth: Truth) -> Iterable[str]:
    """In every text that refuses: the `never`s that block, else the `may`s whose conditions fail."""
    if ruling.current is None:
        return
    yield from _refused_by(ruling.current, truth)
    for layer in ruling.older:
        if not any(holds(ruling.kept(layer, g), truth) for g in ruling.current.grants):
            yield from _refused_by(layer, truth)
    for layer in ruling.over:
        yield from _blocking(layer, truth)
    for layer in (ruling.current, *ruling.older, *ruling.over):
        yield from (need.id for need in layer.needs if not holds(need.holds, truth))


def _blocking(layer: Layer, truth: Truth) -> list[str]:
    return [bar.id for bar in layer.bars if not holds(bar.passed, truth)]


def _refused_by(layer: Layer, truth: Truth) -> list[str]:
    blocking = _blocking(layer, truth)
    if blocking or holds(layer.granted, truth):
        return blocking
    return [grant.id for grant in layer.grants]


def verdict(leaves: Sequence[Leaf]) -> Literal["yes", "no", "in part"]:
    """Yes, no, or in part, over the fields asked about. Of one field everybody it is about, and every
    stamp it carries, must allow."""
    fields: dict[tuple[object, ...], bool] = {}
    for leaf in leaves:
        data = leaf.ask.data if leaf.field is None else leaf.field
        key = (data, leaf.ask.purpose, leaf.ask.party, leaf.ask.place)
        fields[key] = fields.get(key, True) and leaf.decision.allowed
    if not any(fields.values()):
        return "no"
    return "yes" if all(fields.values()) else "in part"


# -- what would make it allowed ------------------------------------------------------------------


def _remedies(ruling: Ruling, truth: Truth) -> list[str]:
    """For each clause of the version in force that could permit it: what is wanting, if it can be had."""
    ways = [
        _wanting(ruling, grant, truth)
        for grant in (ruling.current.grants if ruling.current else ())
    ]
    return sorted({way for way in ways if way}, key=len)


def _wanting(ruling: Ruling, grant: Grant, truth: Truth) -> str | None:
    current = ruling.current
    assert current is not None
    open_bars = [
        b for b in current.bars if not holds(b.passed, truth) and grant.id not in b.exceptions
    ]
    if open_bars or any(_blocking(layer, truth) for layer in ruling.over):
        return None
    if not holds(ruling.stated, truth):
        return None
    steps = list(_unmet(grant.holds, truth))
    if any(not holds(ruling.kept(layer, grant), truth) for layer in ruling.older):
        steps.append(_ask_to_let_go(ruling, grant, truth))
    for layer in (current, *ruling.older, *ruling.over):
        steps += [s for need in layer.needs for s in _unmet(need.holds, truth)]
    return "; ".join(dict.fromkeys(steps)) or None


def _ask_to_let_go(ruling: Ruling, grant: Grant, truth: Truth) -> str:
    """Telling is enough where no `never` stands; otherwise only her consent, naming the clause. Whoever
    promised to tell her first has to, whatever she said."""
    name = grant.clause.name
    waiting = [la for la in ruling.older if not holds(ruling.kept(la, grant), truth)]
    wanting = {kind for la in waiting for kind in ruling.wanting(la, grant, truth)}
    promised = dict.fromkeys(w for la in waiting if la.silence.promised for w in la.silence.ways)
    tell = f"tell her of {name}{' by ' if promised else ''}{' or '.join(promised)}"
    can_tell = all(la.silence.nevers_too or holds(la.clear, truth) for la in waiting)
    waits = [la.silence.wait_days for la in waiting]
    if can_tell and None not in waits and not truth(Atom("refused", (name,))):
        days = max(w for w in waits if w is not None)
        then = "then ask" if "told" in wanting else "ask"
        return f"{tell} and wait {days} days, or {then} her consent to it"
    steps = (tell, "told"), (f"ask her consent to {name}", "agreed")
    return " and ".join(step for step, kind in steps if kind in wanting)


def _unmet(formula: Formula, truth: Truth) -> Iterable[str]:
    """What fails in a formula, in words; of alternatives, all of them on one line."""
    if holds(formula, truth):
        return
    match formula:
        case All(parts):
            for part in parts:
                yield from _unmet(part, truth)
        case Any_(parts):
            yield " or ".join(s for part in parts for s in _unmet(part, truth)) or "nothing would"
        case Not(part):
            yield from (f"not while {_called(atom)}" for atom in atoms(part) if truth(atom))
        case Atom():
            yield _called(formula)


def _called(atom: Atom) -> str:
    match atom.kind, atom.args:
        case "said" | "consented", (name, *cell):
            about = f" for {cell[0]}" if cell and cell[0] else ""
            return f"she says {name}{about}"
        case "within", (matter, *_):
            return f"an open {matter} that names her and this"
        case "fact", (name,):
            return f"{name} is known"
        case "given_at", places:
            return f"it was given at {' or '.join(places)}"
        case "after", (days, event):
            return f"{days} days have passed from {event}"
        case "kept", (count, unit, event):
            return f"no more than {count} {unit} have passed from {event}"
        case "bound", (term,):
            return f"the party is bound to {term}"
        case "mandate", _:
            return "the party holds a live mandate for it"
        case "notice_shown", _:
            return "the notice was shown"
        case "lives", places:
            return f"she lives in {', '.join(places)}"
        case kind, _:
            return kind
