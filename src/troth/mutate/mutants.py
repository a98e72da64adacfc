"""What can be taken out of a policy: each clause, condition, exception, duty, need, dimension, one at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from troth.language.model import (
    Box,
    Choice,
    Clause,
    Condition,
    Document,
    Duty,
    Kind,
    Policy,
    Statement,
    Word,
)
from troth.language.write import format_statement

Reach = Literal["clause", "time", "silence", "choice", "dimension", "party"]
WHOLE = "taken out"


@dataclass(frozen=True)
class Mutant:
    """A policy with one thing taken out. `reach` says which questions it may change."""

    document: str  # the id of the text, or `words`
    target: str  # the full id of the clause or duty; the name of the choice or word
    change: str
    reach: Reach
    policy: Policy

    @property
    def name(self) -> str:
        """What people read: `callminer/2014-11-21#share.rows without "if …"`."""
        return f"{self.target} {self.change}"


def mutants(policy: Policy) -> Iterator[Mutant]:
    """Every mutant of a policy, text by text in the order of its statements."""
    for document in texts(policy):
        for statement in document.statements:
            for change, reach, new in _changes(policy, statement):
                changed = _with(policy, document, statement, new)
                target = f"{document.id}#{statement.name}"
                yield Mutant(document.id, target, change, reach, changed)
    for key, word in policy.words.items():
        for change, less in _lesser(word):
            words = {**policy.words, key: less}
            yield Mutant(
                "words", f"party {word.name}", change, "party", replace(policy, words=words)
            )


def without(policy: Policy, target: str) -> Policy:
    """The policy without one statement, by its full id. KeyError where there is none."""
    for document in texts(policy):
        for statement in document.statements:
            if f"{document.id}#{statement.name}" == target:
                return _with(policy, document, statement, None)
    raise KeyError(f"{policy.name} has no statement {target}")


def texts(policy: Policy) -> tuple[Document, ...]:
    """All documents that speak for a policy."""
    house = (policy.house,) if policy.house else ()
    return (*policy.versions, *house, *policy.laws, *policy.notices, *policy.contracts)


def _changes(policy: Policy, statement: Statement) -> Iterator[tuple[str, Reach, Statement | None]]:
    match statement:
        case Clause():
            yield from _of_clause(statement)
        case Choice():
            yield from _of_choice(statement)
        case Duty(effort=False, denied=False):
            yield from _of_duty(policy, statement)


def _of_clause(clause: Clause) -> Iterator[tuple[str, Reach, Statement | None]]:
    reach: Reach = "time" if clause.action == "keep" else "clause"
    yield WHOLE, reach, None
    for number, condition in enumerate(clause.conditions):
        left = clause.conditions[:number] + clause.conditions[number + 1 :]
        said = _written(clause, condition)
        yield f'without "{said}"', reach, replace(clause, conditions=left)
    for excepted in clause.excepts:
        left_over = tuple(name for name in clause.excepts if name != excepted)
        yield f'without "except #{excepted}"', reach, replace(clause, excepts=left_over)


def _written(clause: Clause, condition: Condition) -> str:
    bare = Clause(clause.name, clause.modal, clause.action, ("x",), conditions=(condition,))
    return " ".join(line.strip() for line in format_statement(bare).splitlines()[1:])


def _of_choice(choice: Choice) -> Iterator[tuple[str, Reach, Statement | None]]:
    for number, items in enumerate(choice.for_each):
        left = choice.for_each[:number] + choice.for_each[number + 1 :]
        yield (
            f'without "for each of {", ".join(items)}"',
            "dimension",
            replace(choice, for_each=left),
        )
    for name in choice.carries:
        others = tuple(other for other in choice.carries if other != name)
        yield f'without "carries {name}"', "choice", replace(choice, carries=others)


def _of_duty(policy: Policy, duty: Duty) -> Iterator[tuple[str, Reach, Statement | None]]:
    """Duties that are conditions of an act; the others are kept by other rooms. An erasure is one from an event on."""
    reach: Reach
    match duty.form:
        case "bind" | "limit" | "show-notice":
            reach = "clause"
        case "erase" if any(("event", start) in policy.words for start in duty.slot("starts")):
            reach = "time"
        case "tell-wider-use":
            reach = "silence"
        case _:
            return
    yield WHOLE, reach, None
    for line in duty.lines:
        others = tuple(other for other in duty.lines if other is not line)
        yield f'without "{" ".join(line)}"', reach, replace(duty, lines=others)
    terms = duty.slot("terms")
    for term in terms if len(terms) > 1 else ():
        left = tuple(other for other in terms if other != term)
        slots = tuple((name, left if name == "terms" else said) for name, said in duty.slots)
        yield f'without "{term}"', reach, replace(duty, slots=slots)


def _lesser(word: Word) -> Iterator[tuple[str, Word]]:
    if word.kind != "party":
        return
    for need in word.needs:
        others = tuple(other for other in word.needs if other != need)
        yield f'without "needs {need}"', replace(word, needs=others)
    if word.acts_for_us:
        yield 'without "acts for us"', replace(word, acts_for_us=False)


# -- the policy with it --------------------------------------------------------------------------


def _with(policy: Policy, document: Document, old: Statement, new: Statement | None) -> Policy:
    changed = replace(
        document,
        parts=tuple(_part(p, old, new) if isinstance(p, Box) else p for p in document.parts),
    )

    def swapped(documents: tuple[Document, ...]) -> tuple[Document, ...]:
        return tuple(changed if d is document else d for d in documents)

    return replace(
        policy,
        versions=swapped(policy.versions),
        house=changed if policy.house is document else policy.house,
        laws=swapped(policy.laws),
        notices=swapped(policy.notices),
        contracts=swapped(policy.contracts),
    )


def _part(box: Box, old: Statement, new: Statement | None) -> Box:
    """The box with the statement changed or gone; found by being the very same, for names may repeat."""
    kept = ((new if s is old else s) for s in box.statements)
    return replace(box, statements=tuple(s for s in kept if s is not None))


WordKey = tuple[Kind, str]
