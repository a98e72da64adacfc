"""How many promises that somebody found in a page by reading are found here: a recall, by their quotes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .blocks import flat
from .promising import Promising

HALF = 0.5  # of a quote over several sentences that must be found
SHORTEST = 20  # characters of a sentence that counts as part of a quote
EDGES = ' .;:,"'


@dataclass(frozen=True, slots=True)
class Recall:
    """`missed` are the quotes that no sentence found has."""

    asked: int
    missed: tuple[str, ...]

    @property
    def found(self) -> int:
        return self.asked - len(self.missed)

    @property
    def share(self) -> float:
        return self.found / self.asked if self.asked else 1.0


def recall(quotes: Iterable[str], found: Sequence[Promising]) -> Recall:
    """A quote is found where a sentence has all of it, or sentences make up half of it."""
    listed = [promise.text.lower() for promise in found]
    asked = [_bare(quote) for quote in quotes]
    return Recall(len(asked), tuple(q for q in asked if not _found(q, listed)))


def _bare(quote: str) -> str:
    return flat("".join(c for c in quote if c not in "*_`|")).lower()


def _found(quote: str, listed: Sequence[str]) -> bool:
    if any(quote.strip(EDGES) in sentence for sentence in listed):
        return True
    covered = sum(len(s) for s in listed if len(s) > SHORTEST and s.strip(EDGES) in quote)
    return covered >= HALF * len(quote)
