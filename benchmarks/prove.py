"""Proving: the exhaustive table beside the solver z3, on the largest policy of the corpus, equal answers first."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from statistics import median
from time import process_time

from troth.bench import ROOT
from troth.corpus import load
from troth.language.model import Policy
from troth.prove import Prover, Question
from troth.prove.prover import By

RUNS = True
COLD, FURTHER = 200.0, 5.0  # milliseconds to reach


def questions(policy: Policy) -> list[Question]:
    """Can this word be shared with that party for a purpose, with and without a refusal; then with that party for
    anything, and with anybody for anything; and used, for a purpose and for anything."""
    version = policy.versions[-1]
    day = version.id.rpartition("/")[2]
    refusals = tuple(choice.name for choice in version.choices if choice.kind == "choice")
    data = ("email", "card-number", "visits", "postal-address")
    parties = ("service-provider", "ad-network", "outside-company", "affiliate")
    purposes = ("billing", "support", "promotion", "targeted-ads")
    whole = product(data, parties, purposes, ((), refusals[:1]))
    asked = [Question(day, "share", d, party, for_, after=after) for d, party, for_, after in whole]
    asked += [Question(day, "share", d, party) for d, party in product(data, (*parties, None))]
    return asked + [
        Question(day, "use", d, None, for_) for d, for_ in product(data, (*purposes, None))
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
    tell(f"{'milliseconds':<20} {'cold':>8} {'median':>8} {'slowest':>8}")
    for name, (cold, each, worst) in (("table", table), ("z3", solver)):
        tell(f"{name:<20} {cold:>8.1f} {each:>8.2f} {worst:>8.2f}")
    tell(f"to reach             {COLD:>8.1f} {'':>8} {FURTHER:>8.2f}")
    tell(f"answers {'equal' if agreed else 'DIFFER'}")
    return agreed


def _timed(
    policy: Policy, asked: list[Question], rounds: int, by: By
) -> tuple[tuple[float, float, float], list[str]]:
    """Milliseconds of CPU of the first question and of the others, and the verdicts. Each question counts with the
    median of its rounds: of these the median, and the slowest."""
    spent: list[list[float]] = [[] for _ in asked]
    verdicts: list[str] = []
    for _ in range(rounds):
        verdicts, started = [], process_time()
        prover = Prover(policy, by=by)
        for question, times in zip(asked, spent, strict=True):
            verdicts.append(prover.ask(question).verdict)
            times.append(process_time() - started)
            started = process_time()
    first, *others = (median(times) * 1e3 for times in spent)
    return (first, median(others), max(others)), verdicts
