"""Words on this page: what each defined word that the page uses means, told once, in the order of need."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from troth.language.model import Word
from troth.page.conditions import counted
from troth.page.phrases import Piece, Sentence, capital, closed, listed, said, spoken
from troth.page.voice import Voice


@dataclass(frozen=True, slots=True)
class Entry:
    """One explained word: its anchor, its phrase, and sentences about it."""

    anchor: str
    phrase: str
    meaning: Sentence


def glossary(voice: Voice, sentences: Iterable[Sentence]) -> tuple[Entry, ...]:
    """The words these sentences point at, and those their explanations point at, by phrase."""
    found: dict[str, Entry] = {}
    waiting = list(_pointed(piece for sentence in sentences for piece in sentence))
    while waiting:
        anchor = waiting.pop()
        if anchor in found:
            continue
        _, kind, name = anchor.split(".", 2)
        word = next(w for (k, n), w in voice.words.items() if (k, n) == (kind, name))
        found[anchor] = Entry(anchor, capital(word.phrase), meaning(voice, word))
        waiting.extend(_pointed(found[anchor].meaning))
    return tuple(sorted(found.values(), key=lambda entry: entry.phrase.lower()))


def meaning(voice: Voice, word: Word) -> Sentence:
    """What a word means: its own text, what it holds, and what its kind brings along."""
    lines = [
        said(word.means),
        _holds(voice, word),
        _tied(voice, word),
        *_party(word),
        *_matter(word),
    ]
    sentences = [closed(line) for line in lines if line]
    return said(*(said(" " if number else "", line) for number, line in enumerate(sentences)))


def _pointed(pieces: Iterable[Piece]) -> Iterator[str]:
    return (piece.anchor for piece in pieces if piece.term)


def _holds(voice: Voice, word: Word) -> Sentence:
    if not word.holds:
        return ()
    items = voice.all(word.kind, word.holds)
    rest = [said("anything else of the kind")] if word.open else []
    return said("it includes " if word.means else "", listed([*items, *rest]))


def _tied(voice: Voice, word: Word) -> Sentence:
    if not word.becomes:
        return ()
    return said("once tied to you it counts as ", listed(voice.all(word.kind, (word.becomes,))))


def _party(word: Word) -> list[Sentence]:
    lines: list[Sentence] = []
    if word.acts_for_us:
        lines.append(
            said("works only on our instructions: what it does with your data, we answer for")
        )
    if word.in_the_group:
        lines.append(said("it belongs to our group of companies"))
    if word.one_for_each_country:
        lines.append(said("there is one for each country"))
    return lines


def _matter(word: Word) -> list[Sentence]:
    if word.kind != "matter":
        return []
    lines: list[Sentence] = []
    if word.opened_by:
        who = [
            said("you" if name == "person" else f"our {spoken(name)}") for name in word.opened_by
        ]
        lines.append(said("opened by ", listed(who, "or")))
    if word.needs:
        lines.append(
            said("it must record ", listed([said(f"its {spoken(n)}") for n in word.needs]))
        )
    if word.ends:
        later = (
            f"{counted(word.ends_after_days, 'days')} after it is "
            if word.ends_after_days
            else "when it is "
        )
        lines.append(said(f"it ends {later}{spoken(word.ends)}"))
    return lines
