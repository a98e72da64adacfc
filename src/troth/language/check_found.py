"""Promises found in a page that a policy was made from: told of until a statement binds each, or it is waived."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .check_scope import Scope
from .model import Box, Document, Prose, Span
from .problem import Problem

# `<!-- promise acme.12`, its sentence, perhaps a clause `proposed:` for it, perhaps `waived: why`
MARK = re.compile(r"<!-- *promise +([a-z0-9][\w-]*\.\d+) *\n((?:(?!-->)[\s\S])*)-->")
WAIVED = re.compile(r"^waived: *\S", re.MULTILINE)
NAMED = re.compile(r"[a-z0-9][\w-]*\.\d+")
SHOWN = 60  # characters of a sentence in a message


def check_found(scope: Scope, document: Document) -> Iterator[Problem]:
    """P305 for each mark whose promise no comment of a statement names and that is not waived."""
    marks = [
        (part, mark)
        for part in document.parts
        if isinstance(part, Prose)
        for mark in MARK.finditer(part.text)
    ]
    bound = set(_named(scope)) if marks else set()
    for prose, mark in marks:
        if mark[1] not in bound and not WAIVED.search(mark[2]):
            yield _not_bound(prose, mark)


def _not_bound(prose: Prose, mark: re.Match[str]) -> Problem:
    row = prose.text.count("\n", 0, mark.start())
    column = mark.start() - prose.text.rfind("\n", 0, mark.start())
    sentence = " ".join(mark[2].split("\nproposed:")[0].split())
    short = sentence if len(sentence) <= SHOWN else f"{sentence[:SHOWN].rsplit(' ', 1)[0]} …"
    return Problem(
        "P305",
        f"promise {mark[1]} is bound by no statement: “{short}”",
        Span(prose.span.file, prose.span.line + row, column, len(mark[0].split("\n")[0])),
        (),
        f"note `-- {mark[1]}` above the statement that binds it, or add a line `waived: WHY` to the mark",
    )


def _named(scope: Scope) -> Iterator[str]:
    """The promises that comments of the company's texts name."""
    for text in scope.documents:
        comments = [c for s in text.statements for c in s.comments]
        comments += [c for part in text.parts if isinstance(part, Box) for c in part.closing]
        comments += [*text.front_comments, *(c for w in text.words for c in w.comments)]
        for comment in comments:
            yield from NAMED.findall(comment.text)
