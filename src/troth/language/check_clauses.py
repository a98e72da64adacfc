"""Clauses against clauses of one text: what can never take effect, what excepts nothing, what adds nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from .check_alone import check_alone
from .check_reach import Clauses, Reach
from .check_scope import Scope
from .meaning import BARRED_BY
from .model import Document, Period
from .problem import Problem


def check_clauses(scope: Scope, document: Document) -> Iterator[Problem]:
    """All P2xx problems of one document."""
    for clause in document.clauses:
        yield from check_alone(scope, clause)
    text = Clauses.of(scope, document)
    for never in text.nevers:
        yield from _idle_exceptions(scope, never, text)
    if document.kind in ("law", "house"):
        return  # their `may`s grant nothing and only except their own `never`s
    for may in text.mays:
        if may.data:
            yield from _forbidden(may, text)
    yield from _repeated(text)


# -- a may that a never forbids ------------------------------------------------------------------


def _forbidden(may: Reach, text: Clauses) -> Iterator[Problem]:
    """P201: unconditional `never`s of the same text cover all that the `may` covers, and except nothing of it."""
    left = set(may.data)
    forbidding: list[Reach] = []
    for never in text.compared(text.nevers):
        overlap = left & never.data
        if overlap and _forbids(never, may, overlap, text):
            left -= overlap
            forbidding.append(never)
            if not left:
                yield _never_takes_effect(may, forbidding)
                return


def _forbids(never: Reach, may: Reach, data: Collection[str], text: Clauses) -> bool:
    clause = never.clause
    if clause.conditions or never.entrusted != may.entrusted or never.name in text.half_read:
        return False
    if clause.action not in BARRED_BY[may.clause.action] or not never.covers(may, data):
        return False
    return not any(_stands_for(e, may) and e.meets(may) for e in text.excepted(never))


def _stands_for(exception: Reach, may: Reach) -> bool:
    """An exception clears the way for every clause that grants the same act."""
    return exception.clause.action == may.clause.action or (
        may.clause.action == "keep" and exception.clause.action == "use"
    )


def _never_takes_effect(may: Reach, forbidding: list[Reach]) -> Problem:
    names = [f"`{n.name}`" for n in forbidding]
    what = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    verb = "forbids" if len(names) == 1 else "forbid"
    short = may.name.rpartition(".")[2]
    pointed = short if may.section == forbidding[0].section else may.name
    remedy = f"remove one of the two, or add `#{pointed}` to the exceptions of {names[0]}"
    if len(names) > 1:
        remedy = f"remove it, or add `#{may.name}` to the exceptions of each"
    return Problem(
        "P201",
        f"`{may.name}` can never take effect: {what} {verb} it",
        may.clause.span,
        tuple((n.clause.span, "forbidden here") for n in forbidding[:3]),
        remedy,
    )


# -- an exception that excepts nothing -----------------------------------------------------------


def _idle_exceptions(scope: Scope, never: Reach, text: Clauses) -> Iterator[Problem]:
    """P202: an `except` whose clause covers nothing that the `never` covers."""
    for name in never.excepts:
        named = text.named(name)
        if not named or any(_clears(never, m) for m in text.compared(named)) or text.left < 0:
            continue
        written = name.removeprefix(f"{never.section}.")
        first = named[0].clause
        yield Problem(
            "P202",
            f"the exception `#{written}` covers nothing of `{never.name}`",
            scope.span(never.clause.span, written, "except"),
            ((first.span, _apart(never, named[0])),),
            f"take `#{written}` out of the exceptions, or mend what it covers",
        )


def _clears(never: Reach, may: Reach) -> bool:
    barred = BARRED_BY[may.clause.action]
    acts = barred if may.clause.action != "use" else (*barred, "keep")
    return never.clause.action in acts and never.entrusted == may.entrusted and never.meets(may)


def _apart(never: Reach, may: Reach) -> str:
    """Why the two never meet."""
    if never.clause.action not in (*BARRED_BY[may.clause.action], "keep"):
        return f"`{may.clause.action}` here, `{never.clause.action}` there"
    if never.entrusted != may.entrusted:
        return "one is about what customers entrust, the other is not"
    return "no ask falls under both"


# -- a may that another one covers ---------------------------------------------------------------


def _repeated(text: Clauses) -> Iterator[Problem]:
    """P203: a `may` that grants nothing which another one does not grant under fewer conditions."""
    told: set[str] = set()
    groups: dict[tuple[str, bool], list[Reach]] = {}
    for may in text.mays:
        if may.data and not any(isinstance(c, Period) for c in may.clause.conditions):
            groups.setdefault((may.clause.action, may.entrusted), []).append(may)
    for group in groups.values():
        for may in group:
            needed = text.excepting.get(may.name, set())
            wider = next(
                (
                    w
                    for w in text.compared(group)
                    if w.name not in told
                    and _says_all_of(w, may)
                    and needed <= text.excepting.get(w.name, set())
                ),
                None,
            )
            if wider is not None:
                told.add(may.name)
                yield _adds_nothing(may, wider)


def _says_all_of(wider: Reach, may: Reach) -> bool:
    return wider is not may and wider.conditions <= may.conditions and wider.covers(may, may.data)


def _adds_nothing(may: Reach, wider: Reach) -> Problem:
    return Problem(
        "P203",
        f"`{may.name}` adds nothing: `{wider.name}` allows all of it",
        may.clause.span,
        ((wider.clause.span, "allowed here"),),
        "remove it, or narrow the other one",
    )
