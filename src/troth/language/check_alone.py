"""One clause by itself: conditions that contradict each other, words that no ask can reach."""

from __future__ import annotations

from collections.abc import Iterator

from .check_scope import Scope
from .model import Clause, If, OnlyWith, Unless, Word
from .problem import Problem


def check_alone(scope: Scope, clause: Clause) -> Iterator[Problem]:
    """What is wrong with a clause, whatever stands beside it."""
    yield from _contradictions(scope, clause)
    if not scope.words.leaves("data", clause.data, clause.modal == "never"):
        yield _must_be_named(scope, clause)
    if clause.modal == "may" and clause.action == "share" and clause.parties:
        yield from _our_own_use(scope, clause)


def _must_be_named(scope: Scope, clause: Clause) -> Problem:
    """P204: the words of a `may` hold nothing but words that must be named themselves."""
    wide = clause.data[0]
    return Problem(
        "P204",
        f"no ask reaches `{clause.name}`: all that `{wide}` holds must be named",
        scope.span(clause.span, wide, clause.action),
        tuple((w.span, "only by name") for w in _by_name_only(scope, wide)[:2]),
        f"name the words themselves in place of `{wide}`",
    )


def _by_name_only(scope: Scope, name: str) -> list[Word]:
    leaves = sorted(scope.words.leaves("data", (name,), True))
    words = [scope.get("data", leaf) for leaf in leaves]
    return [w for w in words if w is not None and w.only_by_name]


def _our_own_use(scope: Scope, clause: Clause) -> Iterator[Problem]:
    """P204: handing to a party that acts for us is our use: no ask to share with it is ever decided."""
    words = [scope.get("party", name) for name in clause.parties]
    ours = [word for word in words if word is not None and word.acts_for_us]
    if len(ours) == len(words):
        yield Problem(
            "P204",
            f"no ask reaches `{clause.name}`: `{ours[0].name}` acts for us, what it does is our use",
            scope.span(clause.span, ours[0].name, "with"),
            ((ours[0].span, "acts for us"),),
            "allow the use for that purpose, and give the party its mandate",
        )


def _contradictions(scope: Scope, clause: Clause) -> Iterator[Problem]:
    """P205: conditions that cannot hold together."""
    barred = {n for c in clause.conditions if isinstance(c, Unless) for n in c.names}
    for condition in clause.conditions:
        names: tuple[str, ...] = ()
        word = "if"
        if isinstance(condition, If):
            names = condition.facts
        elif isinstance(condition, OnlyWith):
            names, word = condition.consents, "with"
        if names and barred.issuperset(names):
            said = "only with" if word == "with" else "if"
            yield Problem(
                "P205",
                f"`{clause.name}` contradicts itself: `{said} {names[0]}` and `unless {names[0]}`",
                scope.span(clause.span, names[0], word),
                ((scope.span(clause.span, names[0], "unless"), "and here"),),
                "remove one of the two",
            )
