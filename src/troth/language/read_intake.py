"""Forms: what is asked for at a place, what for, and what comes of it."""

from __future__ import annotations

from dataclasses import dataclass, field

from troth.language.lines import Order, RawStatement
from troth.language.model import Asked, Form, Span
from troth.language.problem import Findings, did_you_mean
from troth.language.read_clauses import each_line
from troth.language.read_tokens import Cursor, Token

LINES = ("at", "by", "needs", "asks", "offers", "opens", "with notice", "button", "thanks")
ORDER = {name: at for at, name in enumerate((*LINES[:4], "country", *LINES[4:]), 1)}
STOPS = ("of", "for", "at")
COUNTRY = "country"  # where somebody lives is no word of the policy: it decides which laws apply


@dataclass
class FormDraft:
    """What is known of a form while its lines are read."""

    name: str = ""
    phrase: str = ""
    span: Span = field(default_factory=Span)
    asked: list[Asked] = field(default_factory=list)
    said: dict[str, str] = field(default_factory=dict)
    ways: tuple[str, ...] = ()
    offers: tuple[str, ...] = ()
    country: bool = False
    marks: list[tuple[int, Order]] = field(default_factory=list)

    def form(self, raw: RawStatement) -> Form:
        return Form(
            self.name,
            self.phrase,
            self.said["at"],
            tuple(self.asked),
            self.ways,
            self.country,
            self.offers,
            self.said.get("opens", ""),
            self.said.get("with", ""),
            self.said.get("button", ""),
            self.said.get("thanks", ""),
            raw.comments(self.marks),
            self.span,
        )


def read_form(raw: RawStatement, findings: Findings) -> Form | None:
    """`form NAME "phrase"` and its lines; none where one of them could not be read."""
    draft = FormDraft()
    if not each_line(raw, findings, lambda c: _head(c, draft), lambda c: _part(c, draft)):
        return None
    if "at" not in draft.said:
        message = f"the form `{draft.name}` does not say where"
        findings.add("P140", message, draft.span, "add `at` and a place")
    elif not draft.asked:
        message = f"the form `{draft.name}` asks for nothing"
        findings.add("P133", message, draft.span, "add `asks DATA for PURPOSE`")
    else:
        return draft.form(raw)
    return None


def _head(cursor: Cursor, draft: FormDraft) -> None:
    cursor.at_token = 1
    draft.span = cursor.span()
    draft.name = cursor.name("the name of the form")
    draft.phrase = cursor.string("what the form is")


def _part(cursor: Cursor, draft: FormDraft) -> None:
    token = cursor.take("a line of the form")
    key = token.text if token.kind == "word" else ""
    if key in ("needs", "asks"):
        _asks(cursor, key, token, draft)
    elif key in ("at", "opens"):
        _once(cursor, key, token, draft)
        draft.said[key] = cursor.name("a place" if key == "at" else "a matter")
    elif key == "with" and cursor.accept("notice"):
        _once(cursor, "with notice", token, draft)
        draft.said["with"] = cursor.name("the name of a notice")
    elif key in ("button", "thanks"):
        _once(cursor, key, token, draft)
        draft.said[key] = cursor.string("what it says")
    elif key == "by":
        _once(cursor, key, token, draft)
        draft.ways = cursor.names("a way")
    elif key == "offers":
        _once(cursor, key, token, draft)
        draft.offers = cursor.names("a choice or a consent")
    else:
        remedy = did_you_mean(token.text, LINES) or "lines are " + ", ".join(LINES)
        raise cursor.unread("P151", f"`{token.text[:40]}` begins no line of a form", remedy, token)


def _asks(cursor: Cursor, key: str, token: Token, draft: FormDraft) -> None:
    if key == "asks" and cursor.accept(COUNTRY):
        _once(cursor, COUNTRY, token, draft)
        draft.country = True
        return
    draft.marks.append((token.row, (ORDER["needs"], len(draft.asked))))
    data = cursor.names("a data word", STOPS)
    label = ""
    following = cursor.peek()
    if following is not None and following.kind == "string":
        if len(data) > 1:
            raise cursor.unread("P134", "one label for several fields", "give each its own line")
        label = cursor.string("a label")
    of = cursor.name("whom it is about", STOPS) if cursor.accept("of") else ""
    if not cursor.accept("for"):
        message = f"`{data[0]}` is asked for without saying what for"
        raise cursor.unread("P141", message, "add `for` and a purpose")
    purposes = cursor.names("a purpose", STOPS)
    place = cursor.name("a place") if cursor.accept("at") else ""
    draft.asked.append(Asked(data, purposes, key == "needs", label, of, place))


def _once(cursor: Cursor, key: str, token: Token, draft: FormDraft) -> None:
    order: Order = (ORDER[key], 0)
    if any(seen == order for _, seen in draft.marks):
        raise cursor.unread("P146", f"`{token.text}` is said twice", "name all in one line", token)
    draft.marks.append((token.row, order))
