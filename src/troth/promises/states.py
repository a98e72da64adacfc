"""The state of each promise, from the lines that bind it and the stories that show them decide.

- `kept`: a test through the real door fails when the clause or the door's check is disabled; `make kept` saw it.
- `decided`: a story shows the clause deciding both a yes and a no.
- `tracked`: a duty whose figure exists: something here measures it.
- `published`: it stands on the page.
- `open`: none of these yet; the door that will keep it is named.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from troth.corpus import Corpus
from troth.decide import Decider, Residual
from troth.gate import Gate
from troth.language.forms import BY_NAME
from troth.language.formula import atoms
from troth.language.model import Ask, Duty, Stamp
from troth.language.ruling import Ruling
from troth.story.play import play_step
from troth.story.stage import empty

from .bound import Binding, bindings
from .kept import Kept, still_true
from .measured import measured_duties
from .read import Promise

StateName = Literal["kept", "decided", "tracked", "published", "open"]
STATES: tuple[StateName, ...] = ("kept", "decided", "tracked", "published", "open")
ON_THE_PAGE = ("saying", "word", "front matter")


@dataclass(frozen=True, slots=True)
class State:
    """A promise with its state, the lines that bind it, and the room that keeps or will keep it."""

    promise: Promise
    state: StateName
    bindings: tuple[Binding, ...]
    door: str


def states(
    found: Corpus, promises: Iterable[Promise], kept: Mapping[str, Kept] | None = None
) -> list[State]:
    """Every promise's state. Plays all stories once, under decide. `kept` are the entries of `kept.lock`."""
    holding = still_true(found, kept or {})
    shown = shown_by_stories(found)
    measured = measured_duties(found)
    bound: dict[str, list[Binding]] = defaultdict(list)
    for binding in all_bindings(found):
        bound[binding.promise].append(binding)
    keepers = _keepers(found)
    listed = [_state(p, bound[p.id], shown, measured, keepers) for p in promises]
    return [replace(one, state="kept") if one.promise.id in holding else one for one in listed]


def all_bindings(found: Corpus) -> Iterable[Binding]:
    seen: dict[Binding, None] = {}
    for policy in found.policies.values():
        texts = [*policy.versions, *policy.laws, *policy.notices, *policy.contracts]
        texts += [policy.house] if policy.house else []
        for binding in bindings(texts, found.sources, policy.words.values()):
            seen[binding] = None
    return seen


def _state(
    promise: Promise,
    bound: list[Binding],
    shown: Mapping[str, set[str]],
    measured: Set[str],
    keepers: Mapping[str, str],
) -> State:
    state: StateName = "open"
    if any(b.form in ON_THE_PAGE for b in bound):
        state = "published"
    if any(b.id in measured for b in bound):
        state = "tracked"
    if any({"yes", "no"} <= shown.get(b.id, set()) for b in bound):
        state = "decided"
    door = promise.door or next((keepers[b.id] for b in bound if b.id in keepers), "gate")
    return State(promise, state, tuple(bound), door)


def _keepers(found: Corpus) -> dict[str, str]:
    """The room that keeps each duty, by the form's own word for it."""
    return {
        f"{text.id}#{duty.name}": BY_NAME[duty.form].keeper
        for policy in found.policies.values()
        for text in (*policy.versions, *policy.laws, *([policy.house] if policy.house else []))
        for duty in text.statements
        if isinstance(duty, Duty)
    }


# -- what the stories show -------------------------------------------------------------------------


class _Watching(Decider):
    """A decider that notes every ruling it is asked for."""

    seen: list[Ruling]

    def residual(self, ask: Ask, stamp: Stamp, day: date) -> Residual:
        residual = super().residual(ask, stamp, day)
        self.seen.append(residual.ruling)
        return residual


def shown_by_stories(found: Corpus) -> dict[str, set[str]]:
    """For each clause, choice and duty the answers (yes, no) it was seen to decide.

    A clause is seen in the answers about its action and its data, provided that it is a deciding clause
    of at least one: the yes within it and the no just outside, or the other way round. A choice is seen
    where a clause depends on it.
    """
    answers: dict[str, set[str]] = defaultdict(set)
    deciding: set[str] = set()
    for name, told in found.stories.items():
        decider = _Watching(found.policies[name])
        decider.seen = []
        near = _Near(decider)
        gate = Gate(found.policies[name], decider)
        for story in told.stories:
            with empty(gate, told.fixtures) as stage:
                for step in story.steps:
                    decider.seen = []
                    for outcome in play_step(stage, step, ("decide",)):
                        if outcome:
                            deciding |= set(outcome.clauses)
                            _note(answers, decider.seen, outcome.got, near)
    cited = {id_: said for id_, said in answers.items() if id_ in deciding or "#" not in id_}
    return cited | _choices(found, cited)


class _Near:
    """The clauses of a text that speak about an ask's action and data, whatever else they say."""

    def __init__(self, decider: Decider) -> None:
        policy = decider.meaning.policy
        self.words = decider.meaning.words
        self.texts = {text.id: text for text in (*policy.versions, *policy.laws)}
        if policy.house is not None:
            self.texts[policy.house.id] = policy.house

    def __call__(self, text: str, ask: Ask) -> Iterable[str]:
        for clause in self.texts[text].clauses:
            same = clause.action == ask.action
            if same and ask.data in self.words.leaves("data", clause.data, True):
                yield f"{text}#{clause.name}"


def _note(answers: dict[str, set[str]], rulings: Iterable[Ruling], got: str, near: _Near) -> None:
    said = {"yes"} if got == "yes" else {"yes", "no"} if got == "in part" else {"no"}
    for ruling in rulings:
        layers = [x for x in (ruling.current, *ruling.older, *ruling.over) if x is not None]
        for layer in layers:
            named = [*(g.id for g in layer.grants), *(b.id for b in layer.bars)]
            spoken = [*named, *(n.id for n in layer.needs), *near(layer.id, ruling.ask)]
            for id_ in spoken:
                answers[id_] |= said
        for grant in ruling.compelled:
            answers[grant.id] |= said
        for atom in atoms(ruling.whole):
            if atom.kind in ("said", "consented"):
                answers[f"choice {atom.args[0]}"] |= said


def _choices(found: Corpus, shown: Mapping[str, set[str]]) -> dict[str, set[str]]:
    """A choice is shown with the clauses that depend on it."""
    return {
        f"{text.id}#{choice.section}.{choice.name}": shown.get(f"choice {choice.name}", set())
        for policy in found.policies.values()
        for text in (*policy.versions, *([policy.house] if policy.house else []))
        for choice in text.choices
    }
