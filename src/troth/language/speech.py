"""The clauses of one text laid out by the data they reach, so that an ask looks at those alone that may cover it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property

from .model import Clause, Document
from .vocabulary import Vocabulary

Spoken = tuple[Document, Clause]  # a clause and the text it stands in


class Speech:
    """What governs in one text. Laid out when first asked, each clause under every leaf of its data."""

    def __init__(self, words: Vocabulary, spoken: Iterable[Spoken]) -> None:
        self.words = words
        self.spoken = tuple(spoken)

    def about(self, modal: str, leaf: str) -> Sequence[Spoken]:
        """The clauses of one modal whose data hold the leaf, in the order of the text."""
        return self._by_leaf.get((modal, leaf), ())

    @cached_property
    def _by_leaf(self) -> dict[tuple[str, str], list[Spoken]]:
        """A `never` reaches what is marked `only by name`, a `may` does not (point 1)."""
        found: dict[tuple[str, str], list[Spoken]] = {}
        for by, clause in self.spoken:
            for leaf in self.words.leaves("data", clause.data, clause.modal == "never"):
                found.setdefault((clause.modal, leaf), []).append((by, clause))
        return found


class Clauses:
    """The clauses of every text by their name."""

    def __init__(self) -> None:
        self._named: dict[str, dict[str, Clause]] = {}

    def named(self, text: Document, name: str) -> Clause | None:
        """The clause of that name in a text, or none."""
        if text.id not in self._named:
            self._named[text.id] = {clause.name: clause for clause in reversed(text.clauses)}
        return self._named[text.id].get(name)
