"""What a change does to what a reader gave before, in her words: what waits for her yes, for a notice, what stops."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from troth.language.vocabulary import Vocabulary

from .compare import Change, Comparison


@dataclass(frozen=True, slots=True)
class Consequence:
    """One sort of consequence, with the clauses it is of: full id and the data, as people read it."""

    title: str
    clauses: tuple[tuple[str, str], ...]


def consequences(comparison: Comparison, words: Vocabulary) -> tuple[Consequence, ...]:
    """What becomes of data given under the earlier version, the strictest first; nothing that is empty."""
    sorts: dict[str, dict[tuple[str, str], None]] = {}
    for title, change in _sorted(comparison, words):
        sorts.setdefault(title, {})[change.clause, _data(change, words)] = None
    return tuple(Consequence(title, tuple(clauses)) for title, clauses in sorts.items())


def _sorted(comparison: Comparison, words: Vocabulary) -> Iterator[tuple[str, Change]]:
    for change in comparison.gained:
        if change.fate.waits == "consent":
            told = f"once we told you{_by(change, words)} and " if change.fate.told else ""
            yield f"Only {told}after your yes", change
    for change in comparison.gained:
        if change.fate.waits == "notice":
            days = change.fate.wait_days
            told = f"once we told you{_by(change, words)}"
            yield f"Only {told} and {days} days passed without your no", change
    for change in comparison.gained:
        if change.fate.waits == "posting":
            yield "As soon as it stands here, unless you say no", change
    for change in comparison.lost:
        if change.action not in ("collect", "require") and not change.fate.goes_on:
            yield "No more from that day on", change


def _by(change: Change, words: Vocabulary) -> str:
    """The ways that were promised for telling her."""
    known = [words.get("way", way) for way in change.fate.ways]
    return " by " * bool(known) + " or ".join(word.phrase for word in known if word is not None)


def _data(change: Change, words: Vocabulary) -> str:
    known = [words.get("data", name) for name in change.data]
    return ", ".join(word.phrase for word in known if word is not None)
