"""The vocabulary at work: which leaves a word holds, so that coverage is by leaves and never by the tree."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

from .model import ANYTHING, Kind, Word

OTHER = (
    ".other"  # the leaf of an `open` word: anything else of its kind, such as an unmapped column
)


class Vocabulary:
    """All words of a policy, by kind and name, with their leaves worked out once."""

    def __init__(self, words: Mapping[tuple[Kind, str], Word]) -> None:
        self.words = words
        self.expand = cache(self._expand)
        self.leaves = cache(self._leaves)

    def get(self, kind: Kind, name: str) -> Word | None:
        return self.words.get((kind, name))

    def _expand(self, kind: Kind, name: str, reaching: bool) -> frozenset[str]:
        """The leaves of one word. `reaching` includes the words marked `only by name` below it."""
        found: set[str] = set()
        seen: set[str] = set()
        waiting = [name]
        while waiting:
            current = waiting.pop()
            if current in seen:
                continue
            seen.add(current)
            word = self.words.get((kind, current))
            if word is not None and word.only_by_name and current != name and not reaching:
                continue
            if word is None or not word.holds:
                found.add(current)
            else:
                waiting.extend(word.holds)
            if word is not None and word.open:
                found.add(current + OTHER)
        return frozenset(found)

    def _everything(self, kind: Kind, reaching: bool) -> frozenset[str]:
        found: set[str] = set()
        for (of, name), word in self.words.items():
            if of != kind or (word.only_by_name and not reaching):
                continue
            if not word.holds:
                found.add(name)
            if word.open:
                found.add(name + OTHER)
        return frozenset(found)

    def _leaves(self, kind: Kind, names: tuple[str, ...], reaching: bool = False) -> frozenset[str]:
        """The leaves of several words together; `anything` is every leaf of the kind.

        A `may` reaches a word marked `only by name` only where it names it; a `never` and an ask
        reach all (`reaching`).
        """
        found: set[str] = set()
        for name in names:
            if name == ANYTHING:
                found |= self._everything(kind, reaching)
            else:
                found |= self.expand(kind, name, reaching)
        return frozenset(found)

    def under(self, kind: Kind, leaf: str, names: Iterable[str]) -> tuple[str, ...]:
        """Those of the names whose leaves hold the leaf."""
        return tuple(n for n in names if leaf in self.leaves(kind, (n,), True))
