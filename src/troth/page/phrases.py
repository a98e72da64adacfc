"""Pieces of a sentence: text that may point at a clause, a word or a choice, and how lists are joined."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup, escape

Join = Literal["and", "or"]


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text; `anchor` is the id on the same page it points at, `term` marks a defined word."""

    text: str
    anchor: str = ""
    term: bool = False


Sentence = tuple[Piece, ...]


def said(*parts: str | Piece | Sentence) -> Sentence:
    """One sentence from texts, pieces and sentences; empty texts vanish."""
    out: list[Piece] = []
    for part in parts:
        if isinstance(part, str):
            if part:
                out.append(Piece(part))
        elif isinstance(part, Piece):
            out.append(part)
        else:
            out.extend(part)
    return tuple(out)


def plain(sentence: Iterable[Piece]) -> str:
    """The sentence as text."""
    return "".join(piece.text for piece in sentence)


def html(sentence: Iterable[Piece], at: str = "") -> Markup:
    """The sentence as HTML; `at` is the address of the page its anchors stand on, empty for this one."""
    return Markup("").join(_linked(piece, at) for piece in sentence)


def _linked(piece: Piece, at: str) -> Markup:
    if not piece.anchor:
        return escape(piece.text)
    kind = Markup(' class="term"') if piece.term else Markup("")
    return Markup('<a{} href="{}#{}">{}</a>').format(kind, at, piece.anchor, piece.text)


def listed(items: Sequence[Sentence], join: Join = "and") -> Sentence:
    """`a`, `a and b`, `a, b and c`; with semicolons where an item before the last holds a comma."""
    if len(items) < 2:
        return items[0] if items else ()
    nested = any("," in plain(item) for item in items[:-1])
    comma, last = ("; ", f"; {join} ") if nested else (", ", f" {join} ")
    out: list[Piece] = []
    for number, item in enumerate(items):
        if number:
            out.append(Piece(last if number == len(items) - 1 else comma))
        out.extend(item)
    return tuple(out)


def flowing(*parts: Sentence) -> Sentence:
    """Parts one after another; one that ends in a phrase with a comma of its own is closed by a comma."""
    out: Sentence = ()
    for part in (part for part in parts if part):
        if out and "," in out[-1].text and not part[0].text.startswith(","):
            out = said(out, ",")
        out = said(out, part)
    return out


def closed(sentence: Sentence) -> Sentence:
    """With a capital at its start and a full stop at its end."""
    if not sentence:
        return ()
    first = sentence[0]
    head = Piece(first.text[:1].upper() + first.text[1:], first.anchor, first.term)
    end = "" if plain(sentence).rstrip("”\"'")[-1:] in (".", "!", "?", "…") else "."
    return said(head, sentence[1:], end)


def capital(text: str) -> str:
    """The text with a capital at its start and the rest as it was."""
    return text[:1].upper() + text[1:]


def spoken(name: str) -> str:
    """A name without a phrase, as one would say it: `fraud-team` → `fraud team`."""
    return name.replace("-", " ").replace("_", " ")


PREPOSITIONS = frozenset(
    [
        "about",
        "across",
        "after",
        "as",
        "at",
        "before",
        "between",
        "by",
        "during",
        "for",
        "from",
        "in",
        "inside",
        "into",
        "of",
        "on",
        "onto",
        "outside",
        "over",
        "so",
        "through",
        "to",
        "towards",
        "under",
        "upon",
        "via",
        "when",
        "whenever",
        "where",
        "while",
        "with",
        "within",
        "without",
    ]
)


def placed(phrase: Sentence, preposition: str) -> Sentence:
    """`at a purchase`, but `in a cookie` where the phrase brings a preposition of its own."""
    first = plain(phrase).partition(" ")[0].lower()
    return phrase if first in PREPOSITIONS else said(f"{preposition} ", phrase)


def all_placed(phrases: Sequence[Sentence], preposition: str, join: Join) -> Sentence:
    """A list that says its preposition once where all its items want it, and item by item otherwise."""
    bare = [placed(p, preposition) is not p for p in phrases]
    if phrases and all(bare):
        return said(f"{preposition} ", listed(phrases, join))
    return listed([placed(p, preposition) for p in phrases], join)


def led(phrase: Sentence) -> Sentence:
    """With a blank before it, where there is anything to say."""
    return said(" ", phrase) if phrase else ()
