"""Stories played once, with everything their questions looked at: a mutant is judged without playing again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from troth.corpus import StoryFile
from troth.decide import Decider, Residual, Truth
from troth.gate import Gate, Given, Question
from troth.language.formula import atoms
from troth.language.model import Answer, Ask, Leaf, Policy, Stamp
from troth.language.ruling import Ruling
from troth.language.story_model import Step, Story
from troth.store import Session
from troth.story import Stage, empty, full, play_step


@dataclass(frozen=True)
class Heard:
    """One leaf that was decided: what was asked of which stamp on which day, and the truth of every atom."""

    ask: Ask
    stamp: Stamp
    day: date
    truth: Truth
    ruling: Ruling
    leaf: Leaf | None = None  # of an answer; none for what was to be collected


@dataclass(frozen=True)
class Asked:
    """One step of a story that was decided, and what it had to come to. `cited` are full ids."""

    story: Story
    step: Step
    heard: tuple[Heard, ...]
    expected: str  # yes, no, in part; of a collection: done, refused
    cited: tuple[str, ...]


class _Listening(Residual):
    """A residual that notes what it is told of the atoms."""

    __slots__ = ("_told",)

    def __init__(self, residual: Residual, told: _Told) -> None:
        self.ruling, self.numbered = residual.ruling, residual.numbered
        self.mask, self._known = residual.mask, residual._known
        self._told = told

    def bits(self, truth: Truth) -> int:
        ask, stamp, day, heard = self._told
        heard.append(Heard(ask, stamp, day, truth, self.ruling))
        return super().bits(truth)


_Told = tuple[Ask, Stamp, date, list[Heard]]


class _Listener(Decider):
    """Decides as ever, and remembers all it was asked."""

    def __init__(self, policy: Policy) -> None:
        super().__init__(policy)
        self.heard: list[Heard] = []

    def residual(self, ask: Ask, stamp: Stamp, day: date) -> Residual:
        return _Listening(super().residual(ask, stamp, day), (ask, stamp, day, self.heard))


class _Overheard(Gate):
    """A gate whose answers keep their leaves, in the order they were decided."""

    def __init__(self, policy: Policy, listener: _Listener) -> None:
        super().__init__(policy, listener)
        self.leaves: tuple[Leaf, ...] = ()

    def ask(
        self, session: Session, question: Question, entry: bool = True, observe: bool = False
    ) -> Answer:
        answer = super().ask(session, question, entry, observe)
        self.leaves = answer.leaves
        return answer

    def collect(self, session: Session, given: Given, at: datetime) -> int:
        self.leaves = ()
        return super().collect(session, given, at)


class WrongStoryError(Exception):
    """A story fails as it stands: mutants are judged by stories that pass."""


def record(told: StoryFile, policy: Policy, stories: Iterable[Story]) -> list[Asked]:
    """Play stories in the decide reading; every decided step, with all it looked at."""
    listener = _Listener(policy)
    found: list[Asked] = []
    for story in stories:
        gate = _Overheard(policy, listener)
        with empty(gate, told.fixtures) as stage:
            for step in story.steps:
                asked = _recorded(stage, gate, listener, story, step)
                found += [asked] if asked else []
    return found


def _recorded(
    stage: Stage, gate: _Overheard, listener: _Listener, story: Story, step: Step
) -> Asked | None:
    listener.heard.clear()
    for outcome in play_step(stage, step, ("decide",)):
        if not outcome:
            raise WrongStoryError(str(outcome))
    if step.kind not in ("asked", "gives") or not listener.heard:
        return None
    heard = tuple(listener.heard)
    if step.kind == "asked":
        pairs = zip(heard, gate.leaves, strict=True)
        heard = tuple(Heard(h.ask, h.stamp, h.day, h.truth, h.ruling, leaf) for h, leaf in pairs)
    cited = tuple(full(stage, clause, step.day) for clause in step.cited)
    expected = step.expected or "done"
    return Asked(story, step, heard, expected, cited)


def touched_by(heard: Heard) -> set[str]:
    """Everything that has a say in one leaf: clauses and duties by full id, texts by their own id,
    choices by name, the party's word."""
    ruling = heard.ruling
    layers = [*([ruling.current] if ruling.current else []), *ruling.older, *ruling.over]
    found = {layer.id for layer in layers} | {grant.id for grant in ruling.compelled}
    for layer in layers:
        found |= {g.id for g in layer.grants} | {b.id for b in layer.bars}
        found |= {n.id for n in layer.needs} | {e for b in layer.bars for e in b.exceptions}
    found |= {str(a.args[0]) for a in atoms(ruling.whole) if a.kind in ("said", "consented")}
    return found | ({f"party {heard.ask.party}"} if heard.ask.party else set())
