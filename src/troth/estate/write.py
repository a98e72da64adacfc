"""A map as text: what `read` reads, laid out for people."""

from __future__ import annotations

import re
from collections.abc import Iterator

from troth.estate.draft import Draft
from troth.estate.guess import Guess
from troth.estate.model import Given, Link, Map, Table

BARE = re.compile(r"[A-Za-z_][\w .-]*")
RESERVED = {"yes", "no", "on", "off", "true", "false", "null", "y", "n"}


def written(found: Map, draft: Draft | None = None) -> str:
    """The text of a map. A draft adds what was guessed of each column, and how sure that is."""
    return "\n".join(_lines(found, draft)) + "\n"


def _lines(found: Map, draft: Draft | None) -> Iterator[str]:
    yield f"map: {_bare(found.name)}"
    yield f"company: {_bare(found.company)}"
    if found.zone != "UTC":
        yield f"zone: {found.zone}"
    yield "tables:" if found.tables else "tables: {}"
    for table in found.tables.values():
        if table.plain:
            yield f"  {_bare(table.name)}: plain"
        else:
            yield from _table(table, draft)


def _table(table: Table, draft: Draft | None) -> Iterator[str]:
    yield f"  {_bare(table.name)}:"
    if table.origins:
        yield f"    from: [{', '.join(table.origins)}]"
    if len(table.people) == 1:
        yield f"    people: {_quoted(_link(table.people[0]))}"
    elif table.people:
        yield "    people:"
        yield from (f"      - {_quoted(_link(link))}" for link in table.people)
    given = ", ".join(_given(table.given))
    if given:
        yield f"    given: {{{given}}}"
    if table.row:
        yield f"    row: {table.row}"
    if table.key:
        yield f"    key: {_bare(table.key)}"
    unmapped = [
        (c, one) for (t, c), one in (draft.unmapped if draft else {}).items() if t == table.name
    ]
    yield "    columns:" if table.columns else "    columns: {}"
    for column in table.columns:
        line = f"      {_bare(column.name)}: {column.word}"
        one = draft.notes.get((table.name, column.name)) if draft else None
        yield f"{line}  # {_why(one)}" if one else line
    for name, one in unmapped:
        yield f"      # {_bare(name)}: looks like {one.category} ({_why(one)}); say a data word"


def _why(one: Guess) -> str:
    return f"{one.confidence:.2f}, by {one.why}"


def _link(link: Link) -> str:
    path = f"is {link.kind}" if link.kind else f"to {link.to}.{link.to_column}"
    role = "" if link.role == "owned" else f", {link.role}"
    return f"{link.column} {path}{role}"


def _given(given: Given) -> Iterator[str]:
    if given.at or given.day:
        yield f"at: {_bare(given.at) if given.at else given.day}"
    if given.version != "by date":
        yield f"version: {_bare(given.version)}"
    if given.place_column:
        pairs = ", ".join(f"{_bare(value)}: {word}" for value, word in given.places)
        yield f"place: {{column: {_bare(given.place_column)}{', ' if pairs else ''}{pairs}}}"
    elif given.place:
        yield f"place: {given.place}"
    if given.source:
        yield f"source: {given.source}"
    if given.like:
        yield f"like: {_bare(given.like)}"


def _bare(text: str) -> str:
    """A word as YAML reads it back as that word."""
    plain = BARE.fullmatch(text) and text.lower() not in RESERVED and text == text.strip()
    return text if plain else _double(text)


def _quoted(text: str) -> str:
    return text if re.fullmatch(r"[A-Za-z_][\w .,-]*", text) else _double(text)


def _double(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
