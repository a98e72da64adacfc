"""Choices and consents: what a person may say, how, about what, and for how long."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, cast

from troth.language.lines import Order, RawStatement
from troth.language.model import Choice, Span
from troth.language.problem import Findings, did_you_mean
from troth.language.read_clauses import each_line
from troth.language.read_tokens import Cursor, Token

LINES = ("by", "asks", "names", "for each of", "per", "carries", "for good", "lasts")
UNITS = ("hours", "days", "months", "years")
ORDER = {"by": 1, "asks": 2, "names": 3, "each": 4, "per": 5, "carries": 6, "good": 7, "lasts": 8}


@dataclass
class ChoiceDraft:
    """What is known of a choice while its lines are read."""

    name: str = ""
    phrase: str = ""
    span: Span = field(default_factory=Span)
    lists: dict[str, tuple[str, ...]] = field(default_factory=dict)
    for_each: list[tuple[str, ...]] = field(default_factory=list)
    per: str = ""
    for_good: bool = False
    lasts: tuple[int, str] | None = None
    marks: list[tuple[int, Order]] = field(default_factory=list)

    def seen(self, key: str) -> bool:
        return any(order[0] == ORDER[key] for _, order in self.marks)


def read_choice(raw: RawStatement, section: str, findings: Findings) -> Choice | None:
    """`choice|consent NAME "phrase"` and its lines."""
    draft = ChoiceDraft()
    if not each_line(raw, findings, lambda c: _head(c, draft), lambda c: _part(c, draft)):
        return None
    return Choice(
        draft.name,
        section,
        cast(Literal["choice", "consent"], raw.lines[0][0].text),
        draft.phrase,
        draft.lists.get("by", ()),
        draft.lists.get("asks", ()),
        draft.lists.get("names", ()),
        tuple(draft.for_each),
        draft.per,
        draft.lists.get("carries", ()),
        draft.for_good,
        draft.lasts,
        raw.comments(draft.marks),
        draft.span,
    )


def _head(cursor: Cursor, draft: ChoiceDraft) -> None:
    cursor.at_token = 1
    draft.span = cursor.span()
    draft.name = cursor.name("the name of the choice")
    draft.phrase = cursor.string("what the person says")


def _part(cursor: Cursor, draft: ChoiceDraft) -> None:
    token = cursor.take("a line of the choice")
    key = token.text if token.kind == "word" else ""
    if key in ("by", "asks", "names", "carries"):
        _once(cursor, key, token, draft)
        draft.lists[key] = cursor.names("a name")
    elif key == "for" and cursor.accept("each", "of"):
        draft.marks.append((token.row, (ORDER["each"], len(draft.for_each))))
        draft.for_each.append(cursor.names("a purpose or a data word"))
    elif key == "for" and cursor.accept("good"):
        _once(cursor, "good", token, draft)
        draft.for_good = True
    elif key == "per":
        _once(cursor, key, token, draft)
        draft.per = cursor.name("a thing")
    elif key == "lasts":
        _once(cursor, key, token, draft)
        draft.lasts = _lasting(cursor)
    else:
        remedy = did_you_mean(token.text, LINES) or "lines are " + ", ".join(LINES)
        raise cursor.unread(
            "P150", f"`{token.text[:40]}` begins no line of a choice", remedy, token
        )


def _once(cursor: Cursor, key: str, token: Token, draft: ChoiceDraft) -> None:
    if draft.seen(key):
        raise cursor.unread("P146", f"`{token.text}` is said twice", "name all in one line", token)
    draft.marks.append((token.row, (ORDER[key], 0)))


def _lasting(cursor: Cursor) -> tuple[int, str]:
    count = cursor.number()
    unit = cursor.take("a unit of time")
    plain = unit.text.removesuffix("s") + "s"
    if plain not in UNITS:
        message = f"`{unit.text[:40]}` is not a unit of time"
        raise cursor.unread("P133", message, "write hours, days, months or years", unit)
    return count, plain
