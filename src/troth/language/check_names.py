"""Every name a statement uses is a word of the right kind, a choice, a clause or a law that exists."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from difflib import SequenceMatcher

from .check_scope import Scope
from .forms import BY_NAME, SLOT_KINDS
from .model import (
    After,
    By,
    Choice,
    Clause,
    Condition,
    Document,
    Duty,
    If,
    OnlyWith,
    Period,
    Saying,
    Span,
    Statement,
    Unless,
    Within,
)
from .problem import Problem, did_you_mean

Names = tuple[str, ...]
FACT = ("fact", "signal")
CHOICE_OR_FACT = ("choice", "fact", "signal")
ENDS_KEEPING = ("event", "fact", "choice")  # from when data are to be erased
EVENT = ("event",)  # from when the days of a clause are counted
NAMED = ("party", "data", "from", "until")  # what a named consent may ask for
LIKE_A_ROLE = 0.8  # roles are free words; one that is almost a known one is a slip


def unknown_names(scope: Scope, document: Document) -> Iterator[Problem]:
    """All unknown names of a document, in the order of its statements."""
    targets = {c.name for c in document.clauses}
    sections = {name.partition(".")[0] for name in targets if "." in name}
    for statement in document.statements:
        yield from _of_statement(scope, statement)
        if isinstance(statement, Clause):
            yield from _excepted(scope, statement, targets, sections)
    yield from _entrusted(document)


def unknown_laws(document: Document, laws: Collection[str]) -> Iterator[Problem]:
    """Laws of the front matter that are no file under `law/`."""
    for name in document.listed("laws"):
        if name not in laws:
            remedy = did_you_mean(name, laws) or f"write policies/law/{name}.md, or leave it out"
            yield Problem(
                "P186", f"unknown law `{name}`", front_span(document, "laws", name), (), remedy
            )


def front_span(document: Document, key: str, part: str = "") -> Span:
    """Where the value of a key stands in the front matter, or one part of it."""
    for (name, value), span in zip(document.front, document.front_spans, strict=False):
        if name == key:
            at = value.find(part) if part else -1
            if at < 0:
                return span
            return Span(span.file, span.line, span.column + at, len(part))
    return Span(document.path, 1, 1, 3)


def _of_statement(scope: Scope, statement: Statement) -> Iterator[Problem]:
    match statement:
        case Clause():
            yield from _of_clause(scope, statement)
        case Choice():
            yield from _of_choice(scope, statement)
        case Duty():
            yield from _of_duty(scope, statement)
        case Saying():
            facts = (statement.while_fact,) if statement.while_fact else ()
            yield from _each(scope, FACT, facts, statement.span, "while")


def _each(
    scope: Scope, kinds: Names, names: Names, statement: Span, after: str = ""
) -> Iterator[Problem]:
    for name in names:
        problem = scope.unknown(kinds, name, statement, after)
        if problem is not None:
            yield problem


def _of_clause(scope: Scope, clause: Clause) -> Iterator[Problem]:
    yield from _each(scope, ("data",), clause.data, clause.span, clause.action)
    yield from _each(scope, ("party",), clause.parties, clause.span, "with")
    yield from _each(scope, ("purpose",), clause.purposes, clause.span, "for")
    yield from _each(scope, ("place",), clause.places, clause.span, "at")
    for condition in clause.conditions:
        yield from _of_condition(scope, condition, clause.span)


def _of_condition(scope: Scope, condition: Condition, statement: Span) -> Iterator[Problem]:
    match condition:
        case If(names):
            yield from _each(scope, FACT, names, statement, "if")
        case Unless(names):
            yield from _each(scope, CHOICE_OR_FACT, names, statement, "unless")
        case OnlyWith(names):
            yield from _consents(scope, names, statement)
        case Within(names):
            yield from _each(scope, ("matter",), names, statement, "within")
        case By(names):
            yield from _ways_or_roles(scope, names, statement)
        case After(_, event) | Period(_, _, event):
            yield from _each(scope, EVENT, (event,), statement, "from")
        case _:
            yield from _each(scope, ("place",), condition.places, statement, "from")


def _consents(scope: Scope, names: Names, statement: Span) -> Iterator[Problem]:
    """`only with` takes a consent; what is said by silence is no consent."""
    for name in names:
        choice = scope.choices.get(name)
        if choice is None:
            yield from _each(scope, ("choice",), (name,), statement, "with")
        elif choice.kind == "choice":
            yield Problem(
                "P206",
                f"`{name}` is a choice: `only with` needs a consent",
                scope.span(statement, name, "only"),
                ((choice.span, "a choice: silence allows"),),
                f"write `unless {name}`, or make it a consent",
            )


def _ways_or_roles(scope: Scope, names: Names, statement: Span) -> Iterator[Problem]:
    """A way is a word; a role is free, but not one letter away from a known one."""
    known = scope.ways_and_roles
    for name in names:
        close = scope.similar(name, known) if name not in known else ""
        if close and _slip(name, close):
            span = scope.span(statement, name, "by")
            yield Problem(
                "P180", f"unknown way or role `{name}`", span, (), f"did you mean `{close}`?"
            )


def _slip(name: str, close: str) -> bool:
    return SequenceMatcher(None, name, close).ratio() >= LIKE_A_ROLE


def _of_choice(scope: Scope, choice: Choice) -> Iterator[Problem]:
    yield from _each(scope, ("way",), choice.ways, choice.span, "by")
    yield from _each(scope, ("data",), choice.asks, choice.span, "asks")
    for name in choice.names:
        if name not in NAMED:
            remedy = did_you_mean(name, NAMED) or f"it may name {', '.join(NAMED)}"
            span = scope.span(choice.span, name, "names")
            yield Problem("P180", f"a consent names no `{name}`", span, (), remedy)
    for dimension in choice.for_each:
        yield from _dimension(scope, choice, dimension)
    for name in choice.carries:
        if name not in scope.choices:
            span = scope.span(choice.span, name, "carries")
            remedy = did_you_mean(name, scope.choices) or "name a choice of an earlier version"
            yield Problem(
                "P187", f"`{choice.name}` carries the unknown choice `{name}`", span, (), remedy
            )


def _dimension(scope: Scope, choice: Choice, dimension: Names) -> Iterator[Problem]:
    """One dimension holds topics or channels, not both: purposes, or data."""
    purposes = [n for n in dimension if scope.known("purpose", n)]
    if not purposes:
        yield from _each(scope, ("data", "purpose"), dimension, choice.span, "each")
        return
    for name in dimension:
        if name in purposes:
            continue
        if not scope.known("data", name):
            yield from _each(scope, ("purpose",), (name,), choice.span, "each")
            continue
        span = scope.span(choice.span, name, "each")
        message = f"`{name}` is a data word among purposes"
        yield Problem("P188", message, span, (), "give it a line `for each of` of its own")


def _of_duty(scope: Scope, duty: Duty) -> Iterator[Problem]:
    for slot, values in duty.slots:
        kinds = SLOT_KINDS.get(slot, ())
        if slot == "starts" and duty.form == "erase":
            kinds = ENDS_KEEPING
        if kinds:
            yield from _each(scope, kinds, values, duty.span, "must")
    if duty.form not in BY_NAME:
        return
    for line in duty.lines:
        if line[:1] == ("if",):
            yield from _each(scope, FACT, line[1:], duty.span, "if")


def _excepted(
    scope: Scope, clause: Clause, targets: Collection[str], sections: Collection[str]
) -> Iterator[Problem]:
    """`except` points at `may` clauses of the same text, or at whole sections of it."""
    for name in clause.excepts:
        if name in targets or name in sections:
            continue
        near = name.rpartition(".")[2]
        meant = [t for t in targets if t.rpartition(".")[2] == near] or [*targets, *sections]
        shown = _as_written(name, clause)
        remedy = did_you_mean(name, meant) or "name a clause of this text, or a section of it"
        span = scope.span(clause.span, shown, "except")
        yield Problem("P183", f"no clause or section `#{shown}`", span, (), remedy)


def _as_written(name: str, clause: Clause) -> str:
    """Inside its own section a clause is named without it."""
    section = clause.name.rpartition(".")[0]
    return name.removeprefix(f"{section}.") if section else name


def _entrusted(document: Document) -> Iterator[Problem]:
    sections = {s.name.partition(".")[0] for s in document.clauses}
    for name in document.listed("entrusted"):
        if name not in sections:
            remedy = did_you_mean(name, sections) or "name a section that holds clauses"
            span = front_span(document, "entrusted", name)
            yield Problem("P183", f"no section `{name}` with clauses", span, (), remedy)
