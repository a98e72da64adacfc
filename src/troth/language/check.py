"""Everything wrong with one company's policy, each thing once, in the order of files and lines."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import islice

from .check_clauses import check_clauses
from .check_found import check_found
from .check_intake import check_forms
from .check_names import unknown_laws, unknown_names
from .check_page import check_page
from .check_scope import Scope
from .check_versions import check_versions
from .check_words import check_words, defined_twice, unused
from .model import Document, Policy
from .problem import Problem

__all__ = ["check", "check_document", "defined_twice", "in_order", "unused"]

LIMIT = 200  # problems told of one company; the first ones lead to the rest
NAMED = re.compile(r"^([a-z][a-z0-9-]*)(?::| )(?: *([a-z][a-z0-9-]*))?", re.MULTILINE)


def check(
    policy: Policy,
    sources: Mapping[str, str],
    laws: Collection[str] = (),
    unread: Collection[str] = (),
    forms: bool = True,
) -> tuple[Problem, ...]:
    """The problems of all texts of a company. Its laws are checked with `check_document`.

    `sources` are the texts of the files by their paths, `laws` the names of all laws there are, `unread`
    the files that had problems when read: what they lack may stand in a line that was not understood.
    `forms`: hold each form to its version too.
    """
    found = _known_apart(_problems(Scope(policy, sources), laws, forms), sources, unread)
    return in_order(limited(found))


def limited(problems: Iterator[Problem]) -> Iterator[Problem]:
    """The first problems; whoever mends these sees the others next time."""
    yield from islice(problems, LIMIT)
    more = next(problems, None)
    if more is not None:
        message = f"more than {LIMIT} problems: the rest was not checked"
        yield Problem("P100", message, more.span, (), "mend these first, then check again")


def check_document(scope: Scope, document: Document) -> Iterator[Problem]:
    """The problems of one text by itself."""
    yield from unknown_names(scope, document)
    yield from check_clauses(scope, document)
    if document.kind in ("version", "notice"):
        yield from check_page(scope, document)
        yield from check_found(scope, document)


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Each problem once, by file and place."""
    found = dict.fromkeys(problems)
    return tuple(sorted(found, key=lambda p: (p.span.file, p.span.line, p.span.column, p.code)))


def _problems(scope: Scope, laws: Collection[str], forms: bool) -> Iterator[Problem]:
    yield from check_words(scope)
    for document in scope.documents:
        yield from unknown_laws(document, laws)
        yield from check_document(scope, document)
    yield from check_versions(scope.policy)
    if forms:
        for document in scope.policy.forms:
            yield from check_page(scope, document)
        yield from check_forms(scope)


def _known_apart(
    problems: Iterator[Problem], sources: Mapping[str, str], unread: Collection[str]
) -> Iterator[Problem]:
    """All but those that a line which was not understood may explain."""
    if not unread:
        yield from problems
        return
    begun = {w for path in unread for found in NAMED.findall(sources.get(path, "")) for w in found}
    for problem in problems:
        named = re.findall(r"`#?([a-z][a-z0-9.-]*)`", problem.message)
        lacking = problem.code in ("P180", "P181", "P183", "P186", "P187", "P401")
        if not (lacking and any(n.rpartition(".")[2] in begun for n in named)):
            yield problem
