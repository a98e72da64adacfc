"""Templates with slots: compiled once, matched against tokens, filled again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from troth.language.read_tokens import NAME, Token

UNITS = ("days", "working days", "months", "years")
_LONGEST_CHOICE = 8  # groups in a template: matching tries each with and without
MEASURES = (
    "encryption at rest",
    "encryption in transit",
    "private network",
    "limited staff",
    "throttled sign-in",
)
MOMENTS = (
    "collecting",
    "collect",
    "collection",
    "wider use",
    "significant change",
    "new purpose",
    "sharing",
)
_FIRST = {"encryption in transit": "in transit", "encryption at rest": "at rest"}


@dataclass(frozen=True, slots=True)
class Piece:
    """A literal word, a slot, or a group that may be left out."""

    literal: str = ""
    slot: str = ""
    group: tuple[Piece, ...] = ()


@cache
def compiled(template: str) -> tuple[Piece, ...]:
    """`answer {requests} [within {number} {unit}]` as pieces."""
    marked = template.replace("[", " [ ").replace("]", " ] ").replace(",", " , ")
    pieces, rest = _compiled(marked.split(), 0)
    if rest != len(marked.split()):
        raise ValueError(f"unbalanced template: {template}")
    return pieces


def _compiled(words: list[str], at: int) -> tuple[tuple[Piece, ...], int]:
    pieces: list[Piece] = []
    while at < len(words) and words[at] != "]":
        word = words[at]
        if word == "[":
            group, at = _compiled(words, at + 1)
            pieces.append(Piece(group=group))
        elif word.startswith("{"):
            pieces.append(Piece(slot=word[1:-1]))
        else:
            pieces.append(Piece(literal=word))
        at += 1
    return tuple(pieces), at


Slots = tuple[tuple[str, tuple[str, ...]], ...]


@dataclass
class Trial:
    """One attempt: the slots where it succeeded, else the furthest token and what was expected there."""

    slots: Slots | None = None
    furthest: int = 0
    expected: str = ""
    tokens: Sequence[Token] = field(default_factory=tuple)

    def missed(self, at: int, expected: str) -> None:
        if at >= self.furthest:
            self.furthest, self.expected = at, expected


def matched(pieces: tuple[Piece, ...], tokens: Sequence[Token]) -> Trial:
    """Match a whole line against a template."""
    trial = Trial(tokens=tokens)
    for slots, end in _fit(pieces, 0, 0, trial):
        if end == len(tokens):
            trial.slots = slots
            break
        trial.missed(end, "nothing more")
    return trial


def _fit(
    pieces: tuple[Piece, ...], piece: int, at: int, trial: Trial
) -> Iterator[tuple[Slots, int]]:
    """Every way the pieces from `piece` on fit the tokens from `at` on."""
    if piece == len(pieces):
        yield (), at
        return
    head = pieces[piece]
    for slots, end in _fit_one(head, at, trial):
        for more, last in _fit(pieces, piece + 1, end, trial):
            yield slots + more, last


def _fit_one(piece: Piece, at: int, trial: Trial) -> Iterator[tuple[Slots, int]]:
    if piece.group:
        yield from _fit(piece.group, 0, at, trial)
        yield (), at
        return
    if piece.literal:
        if at < len(trial.tokens) and _is(trial.tokens[at], piece.literal):
            yield (), at + 1
        else:
            trial.missed(at, f"`{piece.literal}`")
        return
    value, end = _slot(piece.slot, trial.tokens, at)
    if value:
        yield ((piece.slot, value),), end
    else:
        trial.missed(end, EXPECTED.get(piece.slot, piece.slot))


EXPECTED = {
    "number": "a number",
    "unit": "`days`, `working days`, `months` or `years`",
    "measures": "one of " + ", ".join(f"`{m}`" for m in MEASURES) + ", or a term",
    "moments": "one of " + ", ".join(f"`{m}`" for m in MOMENTS),
}


def _is(token: Token, word: str) -> bool:
    return token.text == word and token.kind != "string"


def _slot(slot: str, tokens: Sequence[Token], at: int) -> tuple[tuple[str, ...], int]:
    """The value a slot takes from `at` on and where it ends; nothing and the failing place otherwise."""
    if slot == "number":
        ok = at < len(tokens) and tokens[at].kind == "word" and _number(tokens[at].text)
        return ((str(int(tokens[at].text)),), at + 1) if ok else ((), at)
    if slot == "unit":
        return _unit(tokens, at)
    if slot in ("measures", "moments"):
        return _phrases(slot, tokens, at)
    return _names(tokens, at, "or" if slot == "facts" else ",")


def _number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 8 and int(text) > 0


def _unit(tokens: Sequence[Token], at: int) -> tuple[tuple[str, ...], int]:
    words = [token.text for token in tokens[at : at + 2]]
    if words and words[0] == "working" and words[1:] in (["day"], ["days"]):
        return ("working days",), at + 2
    if words and words[0].removesuffix("s") + "s" in UNITS:
        return (words[0].removesuffix("s") + "s",), at + 1
    return (), at


def _names(tokens: Sequence[Token], at: int, joint: str) -> tuple[tuple[str, ...], int]:
    found: list[str] = []
    while at < len(tokens) and tokens[at].kind == "word" and NAME.fullmatch(tokens[at].text):
        found.append(tokens[at].text)
        at += 1
        if at < len(tokens) and _is(tokens[at], joint):
            at += 1
        else:
            return tuple(found), at
    return (), at


def _phrases(slot: str, tokens: Sequence[Token], at: int) -> tuple[tuple[str, ...], int]:
    """A comma list of phrases of the closed lists: `encryption at rest, in transit, private network`."""
    found: list[str] = []
    while at < len(tokens):
        end = at
        while end < len(tokens) and tokens[end].kind == "word":
            end += 1
        phrase = _phrase(
            slot, " ".join(token.text for token in tokens[at : min(end, at + 6)]), found
        )
        if not phrase:
            return (), at
        found.append(phrase)
        if end == len(tokens):
            return tuple(found), end
        if not _is(tokens[end], ","):
            return (), end
        at = end + 1
    return (), at


def _phrase(slot: str, words: str, before: list[str]) -> str:
    if slot == "moments":
        return words if words in MOMENTS else ""
    if before and before[-1].startswith("encryption"):
        words = next((full for full, short in _FIRST.items() if words == short), words)
    head, _, number = words.partition(" up to ")
    if words in MEASURES or (head == "limited staff" and _number(number)):
        return words
    return words if NAME.fullmatch(words) else ""


def fitted(pieces: tuple[Piece, ...], slots: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """A matched line as plain words, without commas."""
    out: list[str] = []
    for piece in pieces:
        if piece.literal:
            out.append(piece.literal)
        elif piece.slot:
            out += _counted(piece.slot, slots)
    return tuple(out)


def _counted(slot: str, slots: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The values of a slot; a unit in the singular beside the number 1."""
    values = slots[slot]
    if slot == "unit" and slots.get("number") == ("1",):
        return tuple(value.removesuffix("s") for value in values)
    return values


def worded(pieces: tuple[Piece, ...], slots: Mapping[str, tuple[str, ...]]) -> str:
    """A template filled in; a group is left out where one of its slots has no value."""
    out = ""
    for piece in pieces:
        if piece.group:
            text = worded(piece.group, slots) if _said(piece.group, slots) else ""
        elif piece.slot:
            joint = " or " if piece.slot == "facts" else ", "
            text = joint.join(_counted(piece.slot, slots))
        else:
            text = piece.literal
        out += text if not out or not text or text.startswith(",") else f" {text}"
    return out


def _said(group: tuple[Piece, ...], slots: Mapping[str, tuple[str, ...]]) -> bool:
    return all(piece.slot in slots for piece in group if piece.slot)
