"""The clauses of one text laid out by action and data, so that an ask looks at those alone that may cover it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property

from .model import Clause, Document
from .vocabulary import Vocabulary

Spoken = tuple[Document, Clause]  # a clause and the text it stands in


class Speech:
    """What governs in one text. Laid out when first asked."""

    def __init__(self, words: Vocabulary, spoken: Iterable[Spoken]) -> None:
        self.words = words
        self.spoken = tuple(spoken)
        self._about: dict[tuple[str, tuple[str, ...], str], tuple[Spoken, ...]] = {}

    def about(self, modal: str, actions: tuple[str, ...], leaf: str) -> Sequence[Spoken]:
        """The clauses of a modal and any of the actions whose data hold the leaf, in the order of the text.

        A `never` reaches what is marked `only by name`, a `may` does not (point 1).
        """
        key = (modal, actions, leaf)
        found = self._about.get(key)
        if found is None:
            places = {
                place
                for action in actions
                for word, named in self._naming.get((modal, action), {}).items()
                if leaf in self.words.leaves("data", (word,), modal == "never")
                for place in named
            }
            found = self._about[key] = tuple(self.spoken[place] for place in sorted(places))
        return found

    @cached_property
    def _naming(self) -> dict[tuple[str, str], dict[str, list[int]]]:
        """(modal, action) → data word → which clauses name it."""
        found: dict[tuple[str, str], dict[str, list[int]]] = {}
        for place, (_, clause) in enumerate(self.spoken):
            words = found.setdefault((clause.modal, clause.action), {})
            for word in clause.data:
                words.setdefault(word, []).append(place)
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
