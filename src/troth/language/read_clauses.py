"""Clauses, statements and duties: `NAME: may …`, `NAME: says "…"`, `NAME: must …`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, cast

from troth.language import forms
from troth.language.lines import Order, RawStatement
from troth.language.model import (
    ACTIONS,
    Action,
    After,
    By,
    Clause,
    Condition,
    DocumentKind,
    Duty,
    From,
    If,
    OnlyWith,
    Period,
    Saying,
    Span,
    Unless,
    Within,
)
from troth.language.problem import Findings, did_you_mean
from troth.language.read_tokens import NAME, Cursor, Token, Unread

Modal = Literal["may", "never", "compels"]
MODALS: tuple[Modal, ...] = ("may", "never", "compels")
SLOTS = ("with", "for", "at")
CONDITIONS = ("if", "within", "from", "by", "unless", "only", "after", "except", "say")
STARTS = (*SLOTS, *CONDITIONS)


@dataclass
class ClauseDraft:
    """What is known of a clause while its lines are read."""

    name: str
    modal: Modal
    span: Span
    action: Action = "use"
    action_span: Span = field(default_factory=Span)
    data: tuple[str, ...] = ()
    slots: dict[str, tuple[str, ...]] = field(default_factory=dict)
    conditions: list[Condition] = field(default_factory=list)
    excepts: list[str] = field(default_factory=list)
    say: str | None = None
    marks: list[tuple[int, Order]] = field(default_factory=list)

    def clause(self, raw: RawStatement) -> Clause:
        return Clause(
            self.name,
            self.modal,
            self.action,
            self.data,
            self.slots.get("with", ()),
            self.slots.get("for", ()),
            self.slots.get("at", ()),
            tuple(self.conditions),
            tuple(self.excepts),
            self.say or "",
            raw.comments(self.marks),
            self.span,
        )


def each_line(
    raw: RawStatement,
    findings: Findings,
    head: Callable[[Cursor], None],
    rest: Callable[[Cursor], None],
) -> bool:
    """Read the head and every further line, each error giving up its own line. False where one did."""
    sound = not raw.broken
    for at, cursor in enumerate(raw.cursors(findings.file)):
        try:
            if at == 0:
                head(cursor)
            while not cursor.done:
                rest(cursor)
        except Unread as unread:
            raw.tell(unread.problem, at, findings)
            sound = False
            if at == 0 and cursor.at_token < 3:
                return False
    return sound


def read_clause(
    raw: RawStatement, name: str, span: Span, kind: DocumentKind, findings: Findings
) -> Clause | None:
    """A clause; none where a line of it could not be read, for half a clause would mean another thing."""
    draft = ClauseDraft(name, "may", span)
    count = len(findings)
    if not each_line(raw, findings, lambda c: _head(c, draft), lambda c: _part(c, draft)):
        return None
    _check_mandatory(draft, kind, findings)
    return draft.clause(raw) if len(findings) == count else None


def _head(cursor: Cursor, draft: ClauseDraft) -> None:
    cursor.at_token = 2  # NAME ":"
    draft.modal = cast(Modal, cursor.take("`may`").text)
    draft.action_span = cursor.span()
    draft.action = cast(Action, cursor.one_of("P143", "an action", ACTIONS))
    draft.data = cursor.names("a data word", STARTS)


def _part(cursor: Cursor, draft: ClauseDraft) -> None:
    """One slot or one condition."""
    token = cursor.take("a condition")
    key = token.text if token.kind == "word" else ""
    if key == "for" and _counts(cursor.peek()):
        _condition(_period(cursor, draft, token), token, draft)
    elif key in SLOTS:
        _slot(cursor, key, token, draft)
    elif key == "except":
        _except(cursor, token, draft)
    elif key == "say":
        if draft.say is not None:
            raise cursor.unread("P146", "own wording is given twice", "keep one `say`", token)
        draft.say = cursor.string("the wording")
        draft.marks.append((token.row, (3, 0)))
    elif key in CONDITIONS:
        _condition(_read_condition(key, cursor), token, draft)
    else:
        remedy = did_you_mean(token.text, STARTS) or "conditions are " + ", ".join(CONDITIONS)
        raise cursor.unread("P144", f"`{token.text[:40]}` begins no condition", remedy, token)


def _counts(token: Token | None) -> bool:
    return token is not None and token.kind == "word" and token.text[:1].isdigit()


def _slot(cursor: Cursor, key: str, token: Token, draft: ClauseDraft) -> None:
    if key in draft.slots:
        remedy = "name all in one list, with commas"
        raise cursor.unread("P146", f"`{key}` is said twice", remedy, token)
    what = {"with": "a party", "for": "a purpose", "at": "a place"}[key]
    draft.slots[key] = cursor.names(what, STARTS)
    draft.marks.append((token.row, (0, 0)))


def _condition(condition: Condition, token: Token, draft: ClauseDraft) -> None:
    draft.marks.append((token.row, (1, len(draft.conditions))))
    draft.conditions.append(condition)


def _read_condition(key: str, cursor: Cursor) -> Condition:
    if key == "if":
        return If(cursor.alternatives("a fact", STARTS))
    if key == "within":
        if _counts(cursor.peek()):
            remedy = "`within` names a matter; a time is `after N days from EVENT`"
            raise cursor.unread("P145", "a time cannot stand here", remedy)
        return Within(cursor.alternatives("a matter", STARTS))
    if key == "from":
        return From(cursor.names("a place", STARTS))
    if key == "by":
        return By(cursor.names("a way or a role", STARTS))
    if key == "unless":
        return Unless(cursor.alternatives("a choice or a fact", STARTS))
    if key == "only":
        cursor.expect("with")
        return OnlyWith(cursor.alternatives("a consent", STARTS))
    return _after(cursor)


def _after(cursor: Cursor) -> After:
    days = cursor.number()
    if not cursor.accept("day"):
        cursor.expect("days")
    cursor.expect("from")
    return After(days, cursor.name("an event"))


def _period(cursor: Cursor, draft: ClauseDraft, token: Token) -> Period:
    if draft.action != "keep":
        remedy = "only `keep` has a period; write `after N days from EVENT` for a wait"
        raise cursor.unread("P145", f"a period cannot limit `{draft.action}`", remedy, token)
    count = cursor.number()
    unit = cursor.take("days, months or years")
    plain = unit.text.removesuffix("s") + "s"
    if plain not in ("days", "months", "years"):
        message = f"`{unit.text[:40]}` is not a unit of time"
        raise cursor.unread("P133", message, "write days, months or years", unit)
    cursor.expect("from")
    return Period(count, cast(Literal["days", "months", "years"], plain), cursor.name("an event"))


def _except(cursor: Cursor, token: Token, draft: ClauseDraft) -> None:
    if draft.modal != "never":
        remedy = "only a `never` has exceptions; narrow a `may` with `if`, `unless` or `within`"
        raise cursor.unread("P145", f"`except` cannot stand in a `{draft.modal}`", remedy, token)
    while True:
        target = cursor.take("the name of a clause, as `#name`")
        named = target.text.removeprefix("#")
        if named == target.text or not all(NAME.fullmatch(part) for part in named.split(".")):
            message = f"`{target.text[:60]}` does not name a clause"
            raise cursor.unread(
                "P131", message, "write `#name`, `#section.name` or `#section`", target
            )
        draft.excepts.append(named)
        if not cursor.accept(","):
            break
    draft.marks.append((token.row, (2, 0)))


def _check_mandatory(draft: ClauseDraft, kind: DocumentKind, findings: Findings) -> None:
    """What a grant must say. A `never` that leaves a slot out forbids all of it."""
    if draft.modal == "compels" and kind != "law":
        remedy = "move it into a file under `law/`, or write `may … within legal-demand`"
        findings.add("P147", f"`{draft.name}` compels, and this is no law", draft.span, remedy)
    if draft.modal == "never":
        return
    needs: dict[str, tuple[str, str, str]] = {
        "at": ("P140", "where", "a place"),
        "for": ("P141", "what for", "a purpose"),
        "with": ("P142", "with whom", "a party"),
    }
    asked = {"collect": ("at",), "require": ("at",), "use": ("for",), "share": ("with", "for")}
    for slot in asked.get(draft.action, ()):
        if slot not in draft.slots:
            code, question, what = needs[slot]
            message = f"`{draft.name}` does not say {question}"
            findings.add(code, message, draft.action_span, f"add `{slot}` and {what}")


def read_saying(raw: RawStatement, name: str, span: Span, findings: Findings) -> Saying | None:
    """`NAME: says "text" [while FACT]`."""
    found = {"text": "", "while": ""}

    def head(cursor: Cursor) -> None:
        cursor.at_token = 3  # NAME ":" "says"
        found["text"] = cursor.string("the text")

    def rest(cursor: Cursor) -> None:
        if found["while"]:
            raise cursor.unread("P134", "nothing may follow `while FACT`")
        cursor.expect("while")
        found["while"] = cursor.name("a fact")

    if not each_line(raw, findings, head, rest):
        return None
    return Saying(name, found["text"], found["while"], raw.comments(), span)


def read_duty(raw: RawStatement, name: str, span: Span, findings: Findings) -> Duty | None:
    """`NAME: must [try to] FORM`, or `NAME: does not honour SIGNAL`, with the form's further lines."""
    cursors = list(raw.cursors(findings.file))
    cursor = cursors[0]
    cursor.at_token = 2
    try:
        effort, denied = _manner(cursor)
        form, slots = _form(cursor, denied)
        lines = _lines(raw, form, cursors[1:], findings)
    except Unread as unread:
        raw.tell(unread.problem, 0, findings)
    if raw.broken:
        return None
    marks = [(tokens[0].row, (1, at)) for at, tokens in enumerate(raw.lines[1:])]
    return Duty(name, form.name, slots, effort, denied, tuple(lines), raw.comments(marks), span)


def _manner(cursor: Cursor) -> tuple[bool, bool]:
    """Whether it is an effort, and whether it is denied."""
    if cursor.accept("does"):
        cursor.expect("not")
        return False, True
    cursor.expect("must")
    return cursor.accept("try", "to"), False


def _form(cursor: Cursor, denied: bool) -> tuple[forms.Form, forms.Slots]:
    tokens = list(cursor.tokens[cursor.at_token :])
    found = forms.match(tokens)
    if isinstance(found, forms.Miss):
        raise _miss(cursor, tokens, found)
    if denied and found[0].name != "honour":
        raise cursor.unread(
            "P160", "only `does not honour SIGNAL` can be denied", "leave the line out"
        )
    return found


def _miss(cursor: Cursor, tokens: list[Token], miss: forms.Miss) -> Unread:
    """The error at the token where the nearest form was left, with the wordings that could be meant."""
    verb = tokens[0] if tokens else None
    known = forms.forms_of(verb.text) if verb else ()
    if verb is None or not known:
        word = verb.text[:40] if verb else ""
        remedy = did_you_mean(word, forms.verbs()) or "duties begin with " + ", ".join(
            forms.verbs()
        )
        return cursor.unread("P160", f"`{word}` begins no duty of the closed list", remedy)
    shapes = " · ".join(
        f"`{form.shape}`" for form in (known if miss.form is None else (miss.form,))
    )
    cursor.at_token += min(miss.at, len(tokens))
    code = "P135" if miss.expected == "a number" and not cursor.done else "P160"
    return cursor.unread(code, f"expected {miss.expected}{cursor.found()}", f"the form is {shapes}")


def _lines(
    raw: RawStatement, form: forms.Form, cursors: list[Cursor], findings: Findings
) -> list[tuple[str, ...]]:
    """The further lines of a duty; each that is none of its form is told of."""
    found: list[tuple[str, ...]] = []
    for at, cursor in enumerate(cursors, 1):
        try:
            found.append(_line(form, cursor))
        except Unread as unread:
            raw.tell(unread.problem, at, findings)
    return found


def _line(form: forms.Form, cursor: Cursor) -> tuple[str, ...]:
    words = forms.match_line(form, list(cursor.tokens))
    if words is None:
        known = " · ".join(f"`{line}`" for line in form.lines)
        known = known.replace("{number} {unit}", "N days").replace("{", "").replace("}", "")
        message = f"`{cursor.tokens[0].text[:40]}` begins no line of this duty"
        raise cursor.unread("P161", message, f"its lines are {known}")
    return words
