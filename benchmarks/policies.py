"""Policies of any size, made by chance but always the same: three hierarchies, conditions, exceptions, versions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from itertools import islice, product
from random import Random

from troth.language.model import (
    Action,
    Ask,
    Box,
    Choice,
    Clause,
    Condition,
    Document,
    If,
    Kind,
    OnlyWith,
    Policy,
    Stamp,
    Statement,
    Unless,
    Within,
    Word,
)
from troth.language.vocabulary import Vocabulary

DAYS = (date(2003, 6, 5), date(2009, 3, 1), date(2014, 11, 21))
FACTS = tuple(f"fact-{n}" for n in range(24))
MATTERS = tuple(f"matter-{n}" for n in range(8))
CONSENTS = tuple(f"consent-{n}" for n in range(8))
PLAIN_CHOICES = tuple(f"no-{n}" for n in range(8))
TOPIC_CHOICES = tuple(f"no-topic-{n}" for n in range(8))  # one cell for each of a few purposes
CHANGED = 0.08  # the share of clauses that one version says otherwise than the one before


@dataclass(frozen=True)
class Field:
    """The words of one benchmark: groups and their leaves, of data, purposes and parties."""

    data: dict[str, tuple[str, ...]]
    purposes: dict[str, tuple[str, ...]]
    parties: dict[str, tuple[str, ...]]

    @classmethod
    def of(cls, clauses: int) -> Field:
        """48 data, 30 purposes, 24 parties at 200 clauses. Data and parties grow with the cube root:
        50 times the clauses are 3.7 times as many for each ask."""
        wider = (clauses / 200) ** (1 / 3)
        return cls(
            _tree("data", max(2, round(8 * wider)), 6),
            _tree("purpose", 6, 5),
            _tree("party", max(2, round(6 * wider)), 4),
        )

    @property
    def words(self) -> dict[tuple[Kind, str], Word]:
        trees: tuple[tuple[Kind, dict[str, tuple[str, ...]]], ...] = (
            ("data", self.data),
            ("purpose", self.purposes),
            ("party", self.parties),
        )
        found: dict[tuple[Kind, str], Word] = {}
        for kind, tree in trees:
            found[kind, f"all-{kind}"] = Word(kind, f"all-{kind}", kind, holds=tuple(tree))
            for group, leaves in tree.items():
                found[kind, group] = Word(kind, group, group, holds=leaves)
                found |= {(kind, leaf): Word(kind, leaf, leaf) for leaf in leaves}
        plain: tuple[tuple[Kind, tuple[str, ...]], ...] = (("fact", FACTS), ("matter", MATTERS))
        return found | {(k, name): Word(k, name, name) for k, names in plain for name in names}


def _tree(kind: str, groups: int, leaves: int) -> dict[str, tuple[str, ...]]:
    return {
        f"{kind}-{g}": tuple(f"{kind}-{g}-{leaf}" for leaf in range(leaves)) for g in range(groups)
    }


def policy(clauses: int, versions: int, seed: int = 1) -> tuple[Policy, Field]:
    """A policy of so many clauses in each of its versions (at most three)."""
    chance, field = Random(seed), Field.of(clauses)
    choices = _choices(field)
    said = [_clause(chance, field, n) for n in range(clauses)]
    documents = []
    for day in DAYS[-versions:]:
        text: tuple[Statement, ...] = (*choices, *_with_exceptions(said, field))
        box = Box("all", text)
        documents.append(Document("version", f"bench/{day}", parts=(box,), in_force=day))
        said = [
            _clause(chance, field, n) if chance.random() < CHANGED else clause
            for n, clause in enumerate(said)
        ]
    return Policy("bench", tuple(documents), field.words), field


def _choices(field: Field) -> tuple[Choice, ...]:
    topics = tuple(field.purposes)
    consents = (Choice(name, "choices", "consent", name) for name in CONSENTS)
    plain = (Choice(name, "choices", "choice", name) for name in PLAIN_CHOICES)
    by_topic = (
        Choice(name, "choices", "choice", name, for_each=((topics[n % 6], topics[(n + 1) % 6]),))
        for n, name in enumerate(TOPIC_CHOICES)
    )
    return (*consents, *plain, *by_topic)


def _clause(chance: Random, field: Field, number: int) -> Clause:
    """Four in five are a `may`. Narrow words are likelier than wide ones, as in written policies."""
    may = chance.random() < 0.8
    action: Action = chance.choices(("use", "share", "sell"), (6, 3, 1))[0]
    data = _some(chance, field.data, "all-data", 3 if may else 1)
    purposes = _some(chance, field.purposes, "all-purpose", 2)
    parties = () if action == "use" else _some(chance, field.parties, "all-party", 2)
    conditions = _conditions(chance, may)
    modal, name = ("may" if may else "never"), f"{action}.c{number}"
    assert modal in ("may", "never")
    return Clause(name, modal, action, data, parties, purposes, (), conditions)  # type: ignore[arg-type]


def _some(chance: Random, tree: dict[str, tuple[str, ...]], top: str, most: int) -> tuple[str, ...]:
    """One to `most` words: mostly groups and leaves of them, one time in fifty everything."""
    if chance.random() < 0.02:
        return (top,)
    groups = chance.sample(sorted(tree), min(len(tree), chance.randint(1, most)))
    return tuple(g if chance.random() < 0.5 else chance.choice(tree[g]) for g in groups)


def _conditions(chance: Random, may: bool) -> tuple[Condition, ...]:
    if not may:
        return (If((chance.choice(FACTS),)),) if chance.random() < 0.6 else ()
    kinds = (
        If(tuple(chance.sample(FACTS, chance.randint(1, 2)))),
        Within((chance.choice(MATTERS),)),
        Unless((chance.choice(PLAIN_CHOICES + TOPIC_CHOICES),)),
        OnlyWith((chance.choice(CONSENTS),)),
    )
    return tuple(chance.sample(kinds, chance.choices((0, 1, 2), (3, 5, 2))[0]))


def _with_exceptions(clauses: list[Clause], field: Field) -> list[Clause]:
    """A `never` excepts every second `may` that it meets, a dozen at most; without, it would forbid nearly all."""
    words = Vocabulary(field.words)
    by_leaf: dict[str, list[Clause]] = {}
    for clause in clauses:
        if clause.modal == "may" and int(clause.name.split(".c")[1]) % 2:
            for leaf in words.leaves("data", clause.data):
                by_leaf.setdefault(leaf, []).append(clause)

    def excepted(never: Clause) -> tuple[str, ...]:
        purposes = words.leaves("purpose", never.purposes)
        met = (
            m for leaf in sorted(words.leaves("data", never.data)) for m in by_leaf.get(leaf, ())
        )
        names = (m.name for m in met if purposes & words.leaves("purpose", m.purposes))
        return tuple(islice(dict.fromkeys(names), 12))

    return [c if c.modal == "may" else replace(c, excepts=excepted(c)) for c in clauses]


def asks(field: Field, count: int, seed: int = 2) -> list[Ask]:
    """Different asks about one leaf each: half of them uses, the rest shares and a few sales."""
    chance = Random(seed)
    data = [leaf for leaves in field.data.values() for leaf in leaves]
    purposes = [leaf for leaves in field.purposes.values() for leaf in leaves]
    parties = [leaf for leaves in field.parties.values() for leaf in leaves]
    uses = [Ask("use", d, p) for d, p in product(data, purposes)]
    found: dict[Ask, None] = dict.fromkeys(chance.sample(uses, min(count // 2, len(uses))))
    while len(found) < count:
        action: Action = chance.choices(("share", "sell"), (5, 1))[0]
        found[Ask(action, chance.choice(data), chance.choice(purposes), chance.choice(parties))] = (
            None
        )
    return list(found)


FIRST_STAMP = Stamp(versions=(f"bench/{DAYS[0]}",))
LAST_STAMP = Stamp(versions=(f"bench/{DAYS[-1]}",))
TODAY = date(2015, 6, 1)
