"""The vocabulary by itself: words that hold unknown words or themselves, that never end, that nobody uses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from itertools import pairwise

from .check_scope import Scope
from .fideslang import KEYS
from .model import (
    ANYTHING,
    After,
    By,
    Choice,
    Clause,
    Condition,
    Document,
    Duty,
    From,
    If,
    Kind,
    OnlyWith,
    Period,
    Saying,
    Unless,
    Within,
    Word,
)
from .problem import Problem

REFERENCES = ("holds", "becomes", "needs")  # the fields of a word that name other words


def defined_twice(words: Iterable[Word]) -> Iterator[Problem]:
    """Two files that define one word."""
    seen: dict[tuple[Kind, str], Word] = {}
    for word in words:
        first = seen.setdefault((word.kind, word.name), word)
        if first is not word and (first.span.file, first.span.line) != (
            word.span.file,
            word.span.line,
        ):
            yield Problem(
                "P185",
                f"the {word.kind} word `{word.name}` is defined twice",
                word.span,
                ((first.span, "defined here"),),
                "keep one of the two, or give one another name",
            )


def check_words(scope: Scope) -> Iterator[Problem]:
    """What a word says of others, for every word of the policy."""
    for word in scope.policy.words.values():
        yield from _references(scope, word)
        yield from _standard(scope, word)
        if word.kind == "matter" and not word.ends:
            remedy = "add `ends closed`, or another event that ends it"
            yield Problem("P189", f"the matter `{word.name}` never ends", word.span, (), remedy)
    yield from _cycles(scope)


def _references(scope: Scope, word: Word) -> Iterator[Problem]:
    lists: list[tuple[str, tuple[str, ...], str]] = [(word.kind, word.holds, "holds")]
    if word.kind == "data" and word.becomes:
        lists.append(("data", (word.becomes,), "becomes"))
    if word.kind == "party":
        lists.append(("term", word.needs, "needs"))
    for kind, names, after in lists:
        for name in names:
            problem = scope.unknown((kind,), name, word.span, after)
            if problem is not None:
                yield problem


def _standard(scope: Scope, word: Word) -> Iterator[Problem]:
    """A key that the standard does not have ties a word to nothing."""
    keys = KEYS.get(word.kind, frozenset())
    if not word.standard or word.standard in keys:
        return
    close = get_close_matches(word.standard, sorted(keys), 1)
    remedy = f"did you mean `{close[0]}`?" if close else "take a key of the list, or leave it out"
    kinds = {"data": "category of data", "purpose": "use of data"}
    said = kinds.get(word.kind, f"key for a {word.kind}")
    span = scope.span(word.span, word.standard, "is")
    yield Problem("P174", f"fideslang has no {said} `{word.standard}`", span, (), remedy)


def _cycles(scope: Scope) -> Iterator[Problem]:
    """Words that hold themselves, each circle told once, at the word it is closed by."""
    state: dict[tuple[Kind, str], int] = {}  # 1: on the way, 2: done
    for key in scope.policy.words:
        if key in state:
            continue
        path = [(key, iter(scope.policy.words[key].holds))]
        state[key] = 1
        while path:
            (kind, name), inner = path[-1]
            held = next(inner, None)
            if held is None:
                state[kind, name] = 2
                path.pop()
            elif state.get((kind, held)) == 1:
                yield _circle(scope, kind, name, held, [n for (_, n), _ in path])
            elif (kind, held) in scope.policy.words and (kind, held) not in state:
                state[kind, held] = 1
                path.append(((kind, held), iter(scope.policy.words[kind, held].holds)))


def _circle(scope: Scope, kind: Kind, name: str, held: str, path: list[str]) -> Problem:
    word = scope.policy.words[kind, name]
    way = path[path.index(held) :]
    others = tuple(
        (scope.policy.words[kind, n].span, f"holds `{after}`") for n, after in pairwise(way)
    )
    through = f" through {', '.join(f'`{n}`' for n in way[1:])}" if len(way) > 1 else ""
    return Problem(
        "P184",
        f"`{held}` holds itself{through}",
        scope.span(word.span, held, "holds"),
        others[:3],
        f"take `{held}` out of what `{name}` holds",
    )


# -- words nobody uses ---------------------------------------------------------------------------


def unused(
    words: Mapping[tuple[Kind, str], Word], documents: Iterable[Document]
) -> Iterator[Problem]:
    """Notes, no problems: words that no text uses, neither by name nor inside a wider word."""
    used: set[str] = set()
    everything = False
    for document in documents:
        used |= {*document.listed("covers"), *document.listed("not covered")}
        for statement in document.statements:
            names = set(_used(statement))
            everything = everything or ANYTHING in names
            used |= names
    waiting = list(used)
    while waiting:
        for held in _named(words, waiting.pop()):
            if held not in used:
                used.add(held)
                waiting.append(held)
    for (kind, name), word in words.items():
        wider = everything and kind in ("data", "party", "purpose")
        if name not in used and not wider:
            remedy = "use it in a clause, or take it out"
            yield Problem("P175", f"no text uses the {kind} word `{name}`", word.span, (), remedy)


def _named(words: Mapping[tuple[Kind, str], Word], name: str) -> Iterator[str]:
    """What a used word of any kind holds or names."""
    kinds: tuple[Kind, ...] = ("data", "purpose", "party", "place")
    for kind in kinds:
        word = words.get((kind, name))
        if word is not None:
            yield from word.holds
            yield from word.needs
            if word.becomes:
                yield word.becomes


def _used(statement: object) -> Iterator[str]:
    """Every name a statement uses, of whatever kind."""
    match statement:
        case Clause():
            yield from (*statement.data, *statement.parties, *statement.purposes, *statement.places)
            for condition in statement.conditions:
                yield from _in_condition(condition)
        case Choice():
            yield from (*statement.ways, *statement.asks, *statement.names, statement.per)
            yield from (name for dimension in statement.for_each for name in dimension)
        case Duty():
            yield from (value for _, values in statement.slots for value in values)
            yield from (word for line in statement.lines for word in line)
        case Saying():
            yield statement.while_fact


def _in_condition(condition: Condition) -> tuple[str, ...]:
    match condition:
        case If(names) | Unless(names) | OnlyWith(names) | Within(names) | From(names) | By(names):
            return names
        case After(_, event) | Period(_, _, event):
            return (event,)
