"""Proving: the exhaustive table beside the solver z3, on the largest policy of the corpus, equal answers first."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from statistics import median
from time import perf_counter

from troth.bench import ROOT
from troth.corpus import load
from troth.language.model import Policy
from troth.prove import Prover, Question
from troth.prove.prover import By

RUNS = True
COLD, FURTHER = 200.0, 5.0  # milliseconds to reach


def questions(policy: Policy) -> list[Question]:
    """Can this word be shared with that party, in general and for a purpose, with and without a refusal."""
    version = policy.versions[-1]
    day = version.id.rpartition("/")[2]
    refusals = tuple(choice.name for choice in version.choices if choice.kind == "choice")
    data = ("email", "card-number", "visits", "postal-address")
    parties = ("service-provider", "ad-network", "outside-company", "affiliate")
    purposes = ("billing", "support", "promotion", "targeted-ads")
    return [
        Question(day, "share", word, party, purpose, after=after)
        for word, party, purpose, after in product(data, parties, purposes, ((), refusals[:1]))
    ]


def run(small: bool = False, tell: Callable[[str], None] = print) -> bool:
    """The first question anew, then each further one; both ways must come to the same."""
    policies = load(ROOT / "policies", stories=False).policies
    policy = max(policies.values(), key=lambda p: len(p.versions[-1].clauses))
    asked = questions(policy)[:: 8 if small else 1]
    rounds = 1 if small else 5
    table, verdicts = _timed(policy, asked, rounds, "table")
    solver, others = _timed(policy, asked[:: 1 if small else 4], rounds, "z3")
    agreed = verdicts[:: 1 if small else 4] == others
    clauses = len(policy.versions[-1].clauses)
    tell(f"{policy.name}: {clauses} clauses, {len(asked)} questions, {verdicts.count('no')} proofs")
    tell(f"{'milliseconds':<20} {'cold':>8} {'further':>8} {'slowest':>8}")
    for name, (cold, each, worst) in (("table", table), ("z3", solver)):
        tell(f"{name:<20} {cold:>8.1f} {each:>8.2f} {worst:>8.2f}")
    tell(f"to reach             {COLD:>8.1f} {FURTHER:>8.2f}")
    tell(f"answers {'equal' if agreed else 'DIFFER'}")
    return agreed


def _timed(
    policy: Policy, asked: list[Question], rounds: int, by: By
) -> tuple[tuple[float, float, float], list[str]]:
    """Milliseconds of the first question and of the others (median, slowest), and the verdicts."""
    firsts, others, verdicts = [], [], list[str]()
    for _ in range(rounds):
        started = perf_counter()
        prover = Prover(policy, by=by)
        verdicts = [prover.ask(asked[0]).verdict]
        firsts.append(perf_counter() - started)
        for question in asked[1:]:
            started = perf_counter()
            verdicts.append(prover.ask(question).verdict)
            others.append(perf_counter() - started)
    return (median(firsts) * 1e3, median(others) * 1e3, max(others) * 1e3), verdicts
