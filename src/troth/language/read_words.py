"""Words: `KIND NAME "phrase"` with what each kind may say of itself."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Literal

from troth.language.lines import RawStatement
from troth.language.model import KINDS, Attribute, FactFormula, Kind, Span, Word
from troth.language.problem import Findings, did_you_mean
from troth.language.read_clauses import each_line
from troth.language.read_tokens import Cursor, Token

SUBJECTS = ("person", "party", "matter", "record")
Test = Literal["holds", "is", "is not", "under", "at least", "in", "before", "present"]
TESTS: tuple[Test, ...] = (
    "holds",
    "is not",
    "is",
    "under",
    "at least",
    "in",
    "before",
    "present",
)
_STANDARD = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)*")
_HELD: tuple[Kind, ...] = ("data", "purpose", "party", "place")
ATTRIBUTES: dict[str, tuple[Kind, ...]] = {
    "means": KINDS,
    "holds": _HELD,
    "is": ("data", "purpose", "party", "place"),
    "open": ("data",),
    "only by name": ("data",),
    "becomes": ("data",),
    "basic": ("purpose",),
    "acts for us": ("party",),
    "one for each country": ("party",),
    "in the group": ("party",),
    "needs": ("party", "matter"),
    "opened by": ("matter",),
    "covers": ("matter",),
    "ends": ("matter",),
    "of": ("fact",),
}
"""What a word may say of itself, and which kinds may."""

_FLAGS = {
    "open": "open",
    "only by name": "only_by_name",
    "basic": "basic",
    "acts for us": "acts_for_us",
    "one for each country": "one_for_each_country",
    "in the group": "in_the_group",
}
_LISTS = {"holds": "holds", "needs": "needs", "opened by": "opened_by", "covers": "covers"}


def read_word(raw: RawStatement, findings: Findings) -> Word | None:
    """One word; none where a line of it could not be read."""
    fields: dict[str, Any] = {}
    said: set[str] = set()

    def head(cursor: Cursor) -> None:
        fields["kind"] = cursor.one_of("P170", "a kind of word", KINDS)
        fields["span"] = cursor.span()
        fields["name"] = cursor.name("the name of the word")
        fields["phrase"] = cursor.string("its phrase")

    if not each_line(raw, findings, head, lambda c: _part(c, fields, said)):
        return None
    return Word(comments=raw.comments(), **fields)


def starts_word(tokens: list[Token]) -> bool:
    """Whether a statement is a word: a kind, and no colon behind its first token."""
    plain = len(tokens) < 2 or tokens[1].text != ":" or tokens[1].kind != "mark"
    return plain and tokens[0].kind == "word" and tokens[0].text in KINDS


def _part(cursor: Cursor, fields: dict[str, Any], said: set[str]) -> None:
    """One attribute of the word."""
    token = cursor.peek()
    key = next((key for key in ATTRIBUTES if cursor.at(*key.split())), "")
    kind: Kind = fields["kind"]
    if not key:
        known = [name for name, kinds in ATTRIBUTES.items() if kind in kinds]
        text = token.text if token else ""
        remedy = did_you_mean(text, known) or f"a {kind} word knows " + ", ".join(known)
        raise cursor.unread("P170", f"`{text[:40]}` says nothing of a {kind} word", remedy)
    if kind not in ATTRIBUTES[key]:
        kinds = ", ".join(ATTRIBUTES[key])
        raise cursor.unread("P170", f"a {kind} word has no `{key}`", f"`{key}` belongs to {kinds}")
    if key in said:
        raise cursor.unread("P146", f"`{key}` is said twice", "keep one of the two")
    said.add(key)
    cursor.accept(*key.split())
    _SIMPLE.get(key, _listed)(cursor, key, fields)


def _listed(cursor: Cursor, key: str, fields: dict[str, Any]) -> None:
    if key in _FLAGS:
        fields[_FLAGS[key]] = True
    else:
        fields[_LISTS[key]] = cursor.names("a name")


def _becomes(cursor: Cursor, _: str, fields: dict[str, Any]) -> None:
    fields["becomes"] = cursor.name("a data word")
    cursor.expect("if", "linked")


def _means(cursor: Cursor, _: str, fields: dict[str, Any]) -> None:
    fields["means"] = cursor.string("what it means")


def _is(cursor: Cursor, _: str, fields: dict[str, Any]) -> None:
    token = cursor.take("a standard key")
    if token.kind != "word" or not _STANDARD.fullmatch(token.text):
        message = f"`{token.text[:60]}` is not a standard key"
        raise cursor.unread("P131", message, "write it as user.contact.email", token)
    fields["standard"] = token.text


def _ends(cursor: Cursor, _: str, fields: dict[str, Any]) -> None:
    token = cursor.peek()
    if token and token.text[:1].isdigit():
        fields["ends_after_days"] = cursor.number()
        if not cursor.accept("day"):
            cursor.expect("days")
        cursor.expect("after")
    fields["ends"] = cursor.name("the event that ends it")


def _of(cursor: Cursor, _: str, fields: dict[str, Any]) -> None:
    """`of SUBJECT [and SUBJECT][: FORMULA][, asserted by ROLE, …][, starts no]`."""
    subjects = [cursor.one_of("P172", "a subject of facts", SUBJECTS)]
    if cursor.accept("and"):
        subjects.append(cursor.one_of("P172", "a subject of facts", SUBJECTS))
    fields["of"] = tuple(subjects)
    if cursor.accept(":"):
        fields["formula"] = _formula(cursor, tuple(subjects))
    while cursor.accept(","):
        if cursor.accept("starts", "no"):
            fields["starts_no"] = True
        else:
            cursor.expect("asserted", "by")
            fields["asserted_by"] = _roles(cursor)


def _roles(cursor: Cursor) -> tuple[str, ...]:
    found = [cursor.name("a role")]
    while cursor.at(",") and not cursor.at(",", "starts", "no"):
        cursor.accept(",")
        found.append(cursor.name("a role"))
    return tuple(found)


def _formula(cursor: Cursor, subjects: tuple[str, ...]) -> FactFormula:
    left = _attribute(cursor, subjects)
    test = next((test for test in TESTS if cursor.accept(*test.split())), None)
    if test is None:
        token = cursor.peek()
        remedy = did_you_mean(token.text if token else "", TESTS) or "tests are " + ", ".join(TESTS)
        raise cursor.unread("P171", f"expected a test{cursor.found()}", remedy)
    if test == "present":
        return FactFormula(left, test)
    token = cursor.peek(1)
    if _subject(cursor) and token is not None and token.kind == "word":
        return FactFormula(left, test, Attribute(cursor.take("").text, cursor.name("an attribute")))
    return FactFormula(left, test, _values(cursor))


def _subject(cursor: Cursor) -> bool:
    """Whether the next token is a subject and no attribute of that name, as in `party is …`."""
    token = cursor.peek()
    if token is None or token.text not in SUBJECTS or token.kind != "word":
        return False
    following = cursor.peek(1)
    firsts = {test.split()[0] for test in TESTS}
    return following is not None and following.text not in firsts


def _attribute(cursor: Cursor, subjects: tuple[str, ...]) -> Attribute:
    if _subject(cursor):
        token = cursor.take("a subject")
        if token.text not in subjects:
            message = f"the fact is not of `{token.text}`"
            raise cursor.unread("P172", message, "name it behind `of`", token)
        return Attribute(token.text, cursor.name("an attribute"))
    if len(subjects) > 1:
        remedy = "write `SUBJECT ATTRIBUTE`, as in `party territory holds person country`"
        raise cursor.unread("P173", "the attribute does not say whose it is", remedy)
    return Attribute(subjects[0], cursor.name("an attribute"))


def _values(cursor: Cursor) -> tuple[str, ...]:
    found = [cursor.take("a value").text]
    while cursor.at(",") and not cursor.at(",", "starts", "no") and not cursor.at(",", "asserted"):
        cursor.accept(",")
        found.append(cursor.take("a value").text)
    return tuple(found)


_SIMPLE: dict[str, Callable[[Cursor, str, dict[str, Any]], None]] = {
    "becomes": _becomes,
    "means": _means,
    "is": _is,
    "ends": _ends,
    "of": _of,
}


def check_twice(words: list[Word], findings: Findings) -> None:
    """A word is defined once: names live in one space per kind."""
    seen: dict[tuple[Kind, str], Span] = {}
    for word in words:
        key = (word.kind, word.name)
        if key in seen:
            others = ((seen[key], "defined here"),)
            message = f"the {word.kind} word `{word.name}` is defined twice"
            findings.add("P132", message, word.span, "keep one of the two", others)
        seen.setdefault(key, word.span)


def bare(value: str) -> bool:
    """Whether a value of a formula can be written without quotes."""
    plain = re.fullmatch(r"[A-Za-z0-9](?:[A-Za-z0-9.]|-(?!-))*", value) is not None
    return plain and value not in (*SUBJECTS, "starts", "asserted")
