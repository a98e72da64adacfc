"""Survivors: what can be taken out of a policy without any story noticing, each with a reason or a fault."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence, Set
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from troth.corpus import Corpus, StoryFile, load
from troth.decide import Truth, explain, verdict
from troth.gate import Gate
from troth.language.formula import Atom
from troth.language.meaning import Meaning
from troth.language.model import Decision, Leaf, Policy
from troth.language.ruling import Ruling
from troth.language.story_model import Story
from troth.story import empty, play_step

from .mutants import WHOLE, Mutant, mutants, texts
from .recorded import Asked, Heard, record, touched_by

ACCEPTED = "survivors.md"
_LINE = re.compile(r"- `([^`]+)`: (\S.*)")


@dataclass(frozen=True)
class Survivor:
    """Something that is missed by nobody: no story fails without it."""

    name: str
    reason: str = ""  # why that is right, as written beside the policy

    def __str__(self) -> str:
        return f"{self.name}{': ' + self.reason if self.reason else ''}"


@dataclass(frozen=True)
class Run:
    """What a mutation run of one company found."""

    company: str
    mutants: int
    survivors: tuple[Survivor, ...]
    stale: tuple[str, ...]  # reasons written down for what no longer survives, or is no mutant

    @property
    def unexplained(self) -> tuple[Survivor, ...]:
        return tuple(s for s in self.survivors if not s.reason)

    def __bool__(self) -> bool:
        return not self.unexplained and not self.stale


def run(folder: Path, processes: int = 2) -> list[Run]:
    """The mutation run of every company of a folder that has stories.

    A law that several companies name, or a word they share, survives only where nobody's stories notice.
    """
    corpus = load(folder)
    missed = {name: missing(folder, name, corpus, processes) for name in sorted(corpus.stories)}
    return [_judged(folder, name, corpus, missed) for name in missed]


def survivors(policy: Policy, told: StoryFile) -> list[Survivor]:
    """The mutants of a policy that none of these stories notices."""
    everything = list(mutants(policy))
    noticed = _noticed(policy, told, told.stories)
    return [Survivor(m.name) for m in everything if m.name not in noticed]


def noticed_by(
    policy: Policy, told: StoryFile, targets: Set[str]
) -> dict[str, tuple[Policy, tuple[Story, ...]]]:
    """For each clause, choice or duty of these, by full id, that is missed when it is taken out: the policy
    without it, and the stories of which a question is answered otherwise then."""
    asked = record(told, policy, told.stories)
    questions = [step for step in asked if step.expected not in ("done", "refused")]
    touched, meaning = _index(questions), Meaning(policy)
    found: dict[str, tuple[Policy, tuple[Story, ...]]] = {}
    for mutant in mutants(policy):
        if mutant.change == WHOLE and mutant.target in targets:
            judged = _Mutated(mutant, meaning)
            differing = [
                questions[n] for n in _reached(mutant, touched) if judged.differs(questions[n])
            ]
            if differing:
                found[mutant.target] = (mutant.policy, tuple(_stories(differing)))
    return found


def missing(folder: Path, name: str, corpus: Corpus, processes: int = 2) -> list[str]:
    """The names of a company's surviving mutants; each process plays its part of the stories."""
    everything = [m.name for m in mutants(corpus.policies[name])]
    if processes < 2:
        noticed = _noticed(
            corpus.policies[name], corpus.stories[name], corpus.stories[name].stories
        )
        return [m for m in everything if m not in noticed]
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        parts = pool.map(_part, [(folder, name, n, processes) for n in range(processes)])
        noticed = {m for part in parts for m in part}
    return [m for m in everything if m not in noticed]


def _part(work: tuple[Path, str, int, int]) -> set[str]:
    folder, name, number, of = work
    corpus = load(folder)
    told = corpus.stories[name]
    return _noticed(corpus.policies[name], told, told.stories[number::of])


def _judged(folder: Path, name: str, corpus: Corpus, missed: dict[str, list[str]]) -> Run:
    noticed_elsewhere = {
        m.name
        for other, policy in corpus.policies.items()
        if other in missed and other != name
        for m in mutants(policy)
        if (m.document == "words" or m.document.startswith("law/")) and m.name not in missed[other]
    }
    surviving = [m for m in missed[name] if m not in noticed_elsewhere]
    reasons = accepted(folder / name / ACCEPTED)
    return Run(
        name,
        sum(1 for _ in mutants(corpus.policies[name])),
        tuple(Survivor(m, reasons.get(m, "")) for m in surviving),
        tuple(m for m in reasons if m not in missed[name]),
    )


def accepted(path: Path) -> dict[str, str]:
    """The reasons written beside a policy, by mutant: a line `- \\`NAME\\`: reason` each."""
    lines = path.read_text("utf-8").splitlines() if path.is_file() else []
    return {m[1]: m[2] for line in lines if (m := _LINE.fullmatch(line))}


# -- noticing --------------------------------------------------------------------------------------


def _noticed(policy: Policy, told: StoryFile, stories: Sequence[Story]) -> set[str]:
    asked = record(told, policy, stories)
    touched = _index(asked)
    meaning = Meaning(policy)
    return {
        mutant.name
        for mutant in mutants(policy)
        if _notices(mutant, meaning, told, [asked[n] for n in _reached(mutant, touched)])
    }


def _index(asked: Sequence[Asked]) -> dict[str, set[int]]:
    found: dict[str, set[int]] = defaultdict(set)
    known: dict[int, set[str]] = {}
    for number, step in enumerate(asked):
        for heard in step.heard:
            key = id(heard.ruling)
            if key not in known:
                known[key] = touched_by(heard)
            for name in known[key]:
                found[name].add(number)
    return found


def _reached(mutant: Mutant, touched: dict[str, set[int]]) -> list[int]:
    """The steps a mutant may change, those first that are most likely to. A period and a silence rule reach all
    that their text speaks about."""
    key = mutant.target
    likely = touched.get(key, set())
    if mutant.reach in ("time", "silence"):
        key = mutant.document
    elif mutant.reach in ("choice", "dimension"):
        key = mutant.target.partition("#")[2]
    return sorted(touched.get(key, ()), key=lambda number: (number not in likely, number))


def _notices(mutant: Mutant, base: Meaning, told: StoryFile, asked: list[Asked]) -> bool:
    if mutant.reach == "dimension":  # what is said has other cells then: played anew
        return any(_fails(mutant.policy, told, story) for story in _stories(asked))
    judged = _Mutated(mutant, base)
    return any(judged.differs(step) for step in asked)


def _stories(asked: Iterable[Asked]) -> list[Story]:
    return list({id(step.story): step.story for step in asked}.values())


def _fails(policy: Policy, told: StoryFile, story: Story) -> bool:
    with empty(Gate(policy), told.fixtures) as stage:
        return any(
            not outcome for step in story.steps for outcome in play_step(stage, step, ("decide",))
        )


class _Mutated:
    """The meaning of a mutant, held against what the stories expect."""

    def __init__(self, mutant: Mutant, base: Meaning) -> None:
        self.meaning = Meaning(mutant.policy, like=base)
        self._said_then = _digests(base, self.meaning, mutant)
        self._whole: dict[int, Ruling] = {}

    def differs(self, step: Asked) -> bool:
        """Whether the story would fail at this step."""
        decided = [self._decided(heard) for heard in step.heard]
        if step.expected in ("done", "refused"):
            withheld = [d for d in decided if not d.allowed]
            got = "refused" if withheld else "done"
        else:
            leaves = [_leaf(h, d) for h, d in zip(step.heard, decided, strict=True)]
            got = verdict(leaves)
            withheld = decided if got == "yes" else [d for d in decided if not d.allowed]
        clauses = {clause for d in withheld for clause in d.clauses}
        return got != step.expected or not clauses.issuperset(step.cited)

    def _decided(self, heard: Heard) -> Decision:
        ruling = self.meaning.ruling(heard.ask, heard.stamp, heard.day)
        return explain(ruling, self._then(heard.truth))

    def _then(self, truth: Truth) -> Truth:
        """Who agreed to a clause of the story agrees to the mutant's wording of it."""
        said = self._said_then
        if not said:
            return truth

        def told(atom: Atom) -> bool:
            if atom.kind == "agreed" and atom.args[:2] in said:
                args = (*said[atom.args[0], atom.args[1]], *atom.args[2:])
                return truth(Atom("agreed", args, atom.surely))
            return truth(atom)

        return told


def _leaf(heard: Heard, decision: Decision) -> Leaf:
    leaf = heard.leaf
    assert leaf is not None
    return Leaf(leaf.ask, decision, leaf.field, leaf.record, leaf.person, leaf.version)


def _digests(
    base: Meaning, changed: Meaning, mutant: Mutant
) -> dict[tuple[str, str], tuple[str, str]]:
    """(clause, the mutant's digest) → (clause, the digest it has in the policy)."""
    document = next((d for d in texts(base.policy) if d.id == mutant.document), None)
    other = next((d for d in texts(changed.policy) if d.id == mutant.document), None)
    if document is None or other is None:
        return {}
    known = {c.name: c for c in document.clauses}
    new = [
        c for c in other.clauses if base.words is not changed.words or known.get(c.name) is not c
    ]
    before = {c.name: base.digest(document, known[c.name]) for c in new if c.name in known}
    after = {c.name: changed.digest(other, c) for c in new}
    return {
        (name, digest): (name, before[name])
        for name, digest in after.items()
        if name in before and before[name] != digest
    }
