"""People of a benchmark: what is known of each, what each said, was told and agreed to."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from benchmarks.policies import CONSENTS, DAYS, FACTS, MATTERS, PLAIN_CHOICES, TOPIC_CHOICES
from troth.language.formula import Atom
from troth.language.model import Policy


@dataclass(frozen=True)
class Person:
    """`facts` holds what is known, true or false; a fact that is missing is unknown."""

    facts: dict[str, bool]
    said: frozenset[str]  # choice/cell, as `no-topic-1/purpose-2`; without dimensions `no-1/`
    matters: frozenset[str]
    told: frozenset[str]
    agreed: frozenset[str]
    refused: frozenset[str]

    def truth(self, atom: Atom) -> bool:
        """Whether an atom holds of this person: what the store would tell."""
        match atom.kind, atom.args:
            case "fact", (name,):
                return self.facts.get(name, not atom.surely)
            case "said", (name, cell):
                return f"{name}/{cell}" in self.said
            case "within", (matter, _):
                return matter in self.matters
            case "told", (versions, *_):
                return not self.told.isdisjoint(versions)
            case "agreed", (clause, _, _):
                return clause in self.agreed
            case "refused", (clause,):
                return clause in self.refused
        raise ValueError(f"no person of a benchmark knows the atom {atom}")


def people(policy: Policy, count: int, seed: int = 3) -> list[Person]:
    """So many people: few say anything, most were told of the newer versions, a fact in six is unknown."""
    chance = Random(seed)
    topics = sorted(
        {c for v in policy.versions for choice in v.choices for d in choice.for_each for c in d}
    )
    cells = [f"{name}/" for name in PLAIN_CHOICES + CONSENTS]
    cells += [f"{name}/{topic}" for name in TOPIC_CHOICES for topic in topics]
    names = sorted({clause.name for clause in policy.versions[-1].clauses})
    return [_person(chance, cells, names) for _ in range(count)]


def _person(chance: Random, cells: list[str], names: list[str]) -> Person:
    versions = [f"bench/{day}" for day in DAYS[1:]]
    return Person(
        {fact: chance.random() < 0.3 for fact in FACTS if chance.random() < 5 / 6},
        frozenset(chance.sample(cells, chance.choice((0, 0, 0, 1, 2, 5)))),
        frozenset(chance.sample(MATTERS, chance.choice((0, 0, 1, 1, 2)))),
        frozenset(versions if chance.random() < 0.7 else versions[:1]),
        frozenset(chance.sample(names, 2) if chance.random() < 0.1 else ()),
        frozenset(chance.sample(names, 2) if chance.random() < 0.05 else ()),
    )
