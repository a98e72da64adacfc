"""What a proof finds wrong with a policy: a `may` whose conditions can never be met, or that a `never` always forbids."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from troth.language.model import Clause, Document, Policy, Span
from troth.language.problem import Problem

from .clauses import Life, alive, life
from .prover import Prover

# what a shorter look has found already: the same clause is not told of twice
FOUND_BEFORE = ("P201", "P203", "P204", "P205")


def problems(policy: Policy, before: Iterable[Problem] = ()) -> Iterator[Problem]:
    """P207 and P208 of every version: one for each clause that can never take effect."""
    before = tuple(before)
    own = {text.path for text in policy.versions}
    if any(p.code < "P2" and p.span.file in own for p in before):
        return  # what is half read proves nothing
    told = {(p.span.file, p.span.line) for p in before if p.code in FOUND_BEFORE}
    prover = Prover(policy)
    for version in policy.versions:
        for clause in version.clauses:
            if clause.modal != "may" or _among(clause, told) or alive(prover, version, clause):
                continue
            yield _problem(policy, version, clause, life(prover, version, clause))


def _among(clause: Clause, told: set[tuple[str, int]]) -> bool:
    rows = range(clause.span.line, clause.span.line + 2 + len(clause.conditions))
    return any((clause.span.file, row) in told for row in rows)


def _problem(policy: Policy, version: Document, clause: Clause, found: Life) -> Problem:
    if found.why != "forbidden":
        return Problem(
            "P207",
            f"`{clause.name}` can never take effect: its conditions cannot be met together",
            clause.span,
            (),
            "remove the clause, or the condition that excludes the others",
        )
    named = [name for name in found.by if name.startswith(f"{version.id}#")] or list(found.by)
    short = [name.rpartition("#")[2] for name in named]
    listed = " and ".join(f"`{name}`" for name in short[:3])
    return Problem(
        "P208",
        f"`{clause.name}` can never take effect: whenever it would, {listed} "
        f"{'forbids' if len(short) == 1 else 'forbid'} it",
        clause.span,
        tuple(_places(policy, named)),
        f"remove one of the two, or add `#{clause.name}` to the exceptions of `{short[0]}`",
    )


def _places(policy: Policy, named: list[str]) -> Iterator[tuple[Span, str]]:
    house = (policy.house,) if policy.house else ()
    for text in (*policy.versions, *policy.laws, *house):
        for clause in text.clauses:
            if f"{text.id}#{clause.name}" in named[:3]:
                yield clause.span, "forbidden here"
