"""What the steps and fixtures of stories are made of: people, parties, matters, attributes, agreements, days."""

from __future__ import annotations

from datetime import date
from typing import Any

from .story_line import Cursor, a_date
from .story_model import NOWHERE, Agreement, Entry, Subject

Fields = dict[str, Any]


def people(line: Cursor) -> Fields:
    """`Anna (DE) and Ben`, `Anna, Ben`."""
    names: list[str] = []
    countries: list[tuple[str, str]] = []
    while True:
        if not line.at_person():
            raise line.unread("expected a person", "people have names with a capital: `Anna`")
        names.append(_person(line))
        country = line.group()
        if country:
            countries.append((names[-1], country))
        if not (line.take("and") or _comma_before_person(line)):
            return {"persons": tuple(names), "countries": tuple(countries)}


def _person(line: Cursor) -> str:
    parts = [line.word("a person")]
    while line.at_person():
        parts.append(line.word("a person"))
    return " ".join(parts)


def _comma_before_person(line: Cursor) -> bool:
    return line.at_person(1) and line.take(",")


def subject(line: Cursor, what: str, named: bool = False) -> Subject:
    """`support-case 17`, `reseller (FR)`. A matter is `named` by the word after it."""
    token = line.peek()
    kind = line.word(what)
    name = line.group()
    if named and not name:
        name = line.word(f"the id of `{kind}`")
    return Subject(kind, name, token.span if token is not None else NOWHERE)


# -- details after a colon -----------------------------------------------------------------------


def details(line: Cursor) -> Fields:
    """`: authority city-court; covers visits; period 2014-01-01..2014-02-01`."""
    if not line.take(":"):
        return {}
    fields: Fields = {}
    entries: list[Entry] = []
    while True:
        if line.take("covers"):
            fields["data"] = line.words("a data word")
        elif line.take("period"):
            fields["period"] = _period(line)
        else:
            entries.append(entry(line))
        if not line.take(";"):
            return fields | {"entries": tuple(entries)}


def _period(line: Cursor) -> tuple[date, date]:
    token = line.peek()
    first, dots, last = token.text.partition("..") if token is not None else ("", "", "")
    days = a_date(first), a_date(last)
    if not dots or days[0] is None or days[1] is None:
        raise line.unread("expected a period such as `2014-01-01..2014-02-01`")
    line.at += 1
    return days[0], days[1]


def entry(line: Cursor) -> Entry:
    """`territory FR, DE from 2004-01-01 until 2005-12-31`: values may have several words."""
    token = line.peek()
    name = line.word("an attribute")
    values = [_value(line)]
    while line.take(","):
        values.append(_value(line))
    days = span_of_days(line)
    return Entry(name, tuple(values), span=token.span if token is not None else NOWHERE, **days)


def _value(line: Cursor) -> str:
    parts = [line.word("a value")]
    while (token := line.peek()) is not None and token.kind == "word" and not dated(line):
        parts.append(line.word("a value"))
    return " ".join(parts)


def dated(line: Cursor) -> bool:
    """Whether `from DATE` or `until DATE` comes next."""
    after = line.peek(1)
    return (
        (line.follows("from") or line.follows("until"))
        and after is not None
        and (a_date(after.text) is not None)
    )


def span_of_days(line: Cursor) -> Fields:
    """`[from DATE] [until DATE]`."""
    days: Fields = {}
    while True:
        if line.take("from"):
            days["starts"] = line.day()
        elif line.take("until"):
            days["until"] = line.day()
        else:
            return days


def agreement(line: Cursor) -> Agreement:
    """`TERM[, …] [for [fields] DATA, …] [from DATE] [until DATE]`."""
    token = line.peek()
    terms = line.words("a term or an agreement")
    fields: tuple[str, ...] = ()
    if line.take("for"):
        line.take("fields")
        fields = line.words("a data word")
    span = token.span if token is not None else NOWHERE
    return Agreement(terms, fields, span=span, **span_of_days(line))
