"""Words that no text tells apart: asked about one of them, a policy says what it says of all."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, cached_property

from troth.language.model import Attribute, Choice, Document, Duty, Kind, Policy
from troth.language.vocabulary import OTHER, Vocabulary

SLOTS: tuple[tuple[Kind, str], ...] = (
    ("data", "data"),
    ("party", "parties"),
    ("purpose", "purposes"),
    ("place", "places"),
)


class Classes:
    """For each leaf, the lists of words it falls under in any text: equal lists, equal rulings."""

    def __init__(self, policy: Policy, words: Vocabulary) -> None:
        self.words = words
        self._policy = policy
        self.of = cache(self._of)

    def _of(self, kind: Kind, leaves: frozenset[str]) -> tuple[str, ...]:
        """One of each class among the leaves; a word of its own before what else an open word holds."""
        found: dict[object, str] = {}
        for leaf in sorted(leaves, key=lambda name: (name.endswith(OTHER), name)):
            found.setdefault(self._falls[kind].get(leaf, ()), leaf)
        return tuple(found.values())

    def alike(self, kind: Kind, leaf: str, leaves: frozenset[str]) -> frozenset[str]:
        """Those of the leaves that no text tells from one of them."""
        falls = self._falls[kind]
        return frozenset(other for other in leaves if falls.get(other, ()) == falls.get(leaf, ()))

    @cached_property
    def _falls(self) -> dict[Kind, dict[str, tuple[object, ...]]]:
        found: dict[Kind, dict[str, list[object]]] = {kind: {} for kind, _ in SLOTS}
        for kind, names, reaching in dict.fromkeys(self._lists()):
            for leaf in self.words.leaves(kind, names, reaching):
                found[kind].setdefault(leaf, []).append((names, reaching))
        for (of, name), word in self.words.words.items():
            if of in found and (word.basic or word.acts_for_us or word.needs):
                for leaf in self.words.leaves(of, (name,), True):
                    found[of].setdefault(leaf, []).append(name)
        return {
            kind: {leaf: tuple(under) for leaf, under in f.items()} for kind, f in found.items()
        }

    def _lists(self) -> Iterator[tuple[Kind, tuple[str, ...], bool]]:
        policy = self._policy
        house = (policy.house,) if policy.house else ()
        for text in (*policy.versions, *policy.laws, *house, *policy.notices, *policy.contracts):
            yield from self._of_clauses(text)
            for choice in text.choices:
                yield from self._of_choice(choice)
            for duty in text.duties:
                yield from self._of_duty(duty)
        for word in self.words.words.values():
            if word.kind == "fact" and word.formula is not None:
                right = word.formula.right
                names = () if isinstance(right, Attribute) else right
                yield from (("place", (name,), True) for name in names)  # `record place is form`

    def _of_clauses(self, text: Document) -> Iterator[tuple[Kind, tuple[str, ...], bool]]:
        for clause in text.clauses:
            for kind, slot in SLOTS:
                names = getattr(clause, slot)
                if names:
                    yield kind, names, kind != "data" or clause.modal == "never"
            for condition in clause.conditions:
                if places := getattr(condition, "places", ()):
                    yield "place", places, True

    def _of_choice(self, choice: Choice) -> Iterator[tuple[Kind, tuple[str, ...], bool]]:
        for item in (item for line in choice.for_each for item in line):
            yield "purpose", (item,), True
            yield "data", (item,), True

    def _of_duty(self, duty: Duty) -> Iterator[tuple[Kind, tuple[str, ...], bool]]:
        for kind, slot in SLOTS:
            if names := duty.slot(slot):
                yield kind, names, True
