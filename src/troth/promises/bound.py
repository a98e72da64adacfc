"""What binds a promise: the line whose comment names it, in a clause, choice, duty, saying, word or front matter."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from troth.language.model import Choice, Clause, Comment, Document, Duty, Saying, Statement, Word

Form = Literal["clause", "choice", "duty", "saying", "word", "front matter"]
ID = re.compile(
    r"\b(?:inin|incontact|callminer2003|callminer2016|infusionsoft)\.[a-z0-9.-]*[a-z0-9]"
)


@dataclass(frozen=True, slots=True)
class Binding:
    """One line that binds a promise: `callminer/2003-06-05#share.reseller`, a clause."""

    promise: str
    form: Form
    id: str


def bindings(
    documents: Iterable[Document], sources: dict[str, str], words: Iterable[Word] = ()
) -> Iterator[Binding]:
    """Every binding in the texts, in order."""
    for word in words:
        yield from _named(word.comments, "word", f"words#{word.kind} {word.name}")
    for document in documents:
        for statement in document.statements:
            name = getattr(statement, "name", "")
            if isinstance(statement, Choice):
                name = f"{statement.section}.{statement.name}"
            yield from _named(statement.comments, _form(statement), f"{document.id}#{name}")
        for word in document.words:
            yield from _named(word.comments, "word", f"{document.id}#{word.kind} {word.name}")
        yield from _front(document, sources.get(document.path, ""))


def _named(comments: Iterable[Comment], form: Form, where: str) -> Iterator[Binding]:
    for comment in comments:
        for promise in ID.findall(comment.text):
            yield Binding(promise, form, where)


def _front(document: Document, source: str) -> Iterator[Binding]:
    """Front matter is on the page: its comments bind what stands there."""
    lines = source.splitlines()
    if not lines or lines[0].strip() != "---":
        return
    for line in lines[1:]:
        if line.strip() == "---":
            return
        key = line.partition(":")[0].strip()
        for promise in ID.findall(line.partition("--")[2]):
            yield Binding(promise, "front matter", f"{document.id}#{key}")


def _form(statement: Statement) -> Form:
    match statement:
        case Clause():
            return "clause"
        case Choice():
            return "choice"
        case Duty():
            return "duty"
        case Saying():
            return "saying"
