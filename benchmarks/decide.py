"""One decision: ours with every deciding clause cited, beside Cedar on the same policy and the same people."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random
from time import process_time
from typing import Any

import cedarpy

from benchmarks import cedar, stored
from benchmarks.people import Person, people
from benchmarks.policies import FIRST_STAMP, LAST_STAMP, TODAY, Field, asks, policy
from troth.bench import HEAD, Calls, Contestant, race
from troth.decide import Decider, Residual, explain
from troth.language.formula import Atom
from troth.language.model import Ask, Decision, Policy, Stamp

RUNS = True
Tell = Callable[[str], None]


@dataclass(frozen=True)
class Setting:
    """One policy with a stream of (ask, person): what every contestant is asked."""

    policy: Policy
    field: Field
    stamp: Stamp
    stream: tuple[tuple[Ask, Person], ...]

    @classmethod
    def of(cls, clauses: int, versions: int, asked: int, length: int) -> Setting:
        made, field = policy(clauses, versions)
        chance, questions, all_people = Random(4), asks(field, asked), people(made, 1000)
        pairs = ((chance.choice(questions), chance.choice(all_people)) for _ in range(length))
        return cls(made, field, FIRST_STAMP if versions > 1 else LAST_STAMP, tuple(pairs))

    def bound(self, decider: Decider) -> list[tuple[Residual, int]]:
        """Each question as its call site has it: the residual, and the person's bits."""
        found = []
        for ask, person in self.stream:
            residual = decider.residual(ask, self.stamp, TODAY)
            found.append((residual, residual.bits(person.truth)))
        return found


# -- the same answers ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Compared:
    """How many asks both answered, how many alike, and for how many the cited clauses could be held side by side."""

    asks: int
    verdicts_differ: int
    cited: int
    citations_differ: int

    @property
    def equal(self) -> bool:
        return not (self.verdicts_differ or self.citations_differ)


def compare(setting: Setting) -> Compared:
    """Both on every question. Cedar cites the policies that decide; where none covers it cites nothing, we
    cite the clauses whose conditions fail: those are not compared."""
    texts = cedar.policies(setting.policy.versions[-1])
    names = list(texts)
    held, words = _handles(cedar.joined(texts), setting.field)
    verdicts = cited = citations = 0
    for (residual, bits), (ask, person) in zip(
        setting.bound(Decider(setting.policy)), setting.stream, strict=True
    ):
        ours = residual(bits)
        theirs = cedarpy.is_authorized(cedar.request(ask, person), held, words)
        if theirs.diagnostics.errors:
            raise ValueError(f"Cedar could not decide {ask}: {theirs.diagnostics.errors}")
        reasons = sorted(
            names[int(reason.removeprefix("policy"))] for reason in theirs.diagnostics.reasons
        )
        verdicts += ours.allowed != theirs.allowed
        cited += bool(reasons)
        citations += bool(reasons) and reasons != sorted(ours.clauses)
    return Compared(len(setting.stream), verdicts, cited, citations)


def _handles(text: str, field: Field) -> tuple[Any, Any]:
    parsed = cedarpy.PolicySet.from_str(text)
    return parsed, cedarpy.Entities.from_json_str(cedar.entities(field))


# -- who runs --------------------------------------------------------------------------------------


def ours(setting: Setting, label: str) -> Iterator[Contestant]:
    """Four costs of the same decision, from the bare call to everything anew."""
    decider = Decider(setting.policy)
    calls = setting.bound(decider)
    for residual, bits in calls:
        residual(bits)
    yield Contestant(
        f"troth, {label}: bare decision", lambda: calls, "residual bound, bits seen before"
    )
    yield Contestant(
        f"troth, {label}: as they come",
        lambda: setting.bound(Decider(setting.policy)),
        "residual bound, nothing remembered at first",
    )

    def found(question: tuple[Ask, int]) -> Decision:
        return decider.residual(question[0], setting.stamp, TODAY)(question[1])

    unbound = [(ask, bits) for (ask, _), (_, bits) in zip(setting.stream, calls, strict=True)]
    yield Contestant(
        f"troth, {label}: residual found each time",
        lambda: [(found, q) for q in unbound],
        "ask, stamp and day to answer",
    )
    some = [(_worked_out, (r, p)) for (r, _), (_, p) in zip(calls, setting.stream, strict=True)][
        :2000
    ]
    yield Contestant(
        f"troth, {label}: worked out each time", lambda: some, "no memory; what a first sight costs"
    )


def _worked_out(question: tuple[Residual, Person]) -> Decision:
    residual, person = question
    known: dict[Atom, bool] = {}

    def truth(atom: Atom) -> bool:
        if atom not in known:
            known[atom] = person.truth(atom)
        return known[atom]

    return explain(residual.ruling, truth)


def theirs(setting: Setting, length: int) -> Iterator[Contestant]:
    """Cedar through cedarpy, policies and words parsed beforehand: all of them, those of the ask alone, and none."""
    texts = cedar.policies(setting.policy.versions[-1])
    requests = [cedar.request(ask, person) for ask, person in setting.stream[:length]]
    everything, words = _handles(cedar.joined(texts), setting.field)
    nothing = cedarpy.PolicySet.from_str("permit(principal, action, resource);")
    decider = Decider(setting.policy)
    sliced: dict[Ask, Any] = {}
    for ask, _ in setting.stream[:length]:
        if ask not in sliced:
            names = _covering(decider, ask, setting.stamp)
            sliced[ask] = cedarpy.PolicySet.from_str(cedar.joined(texts, names))

    def calls(sets: list[Any]) -> Calls:
        asked = list(zip(requests, sets, strict=True))
        return [
            (lambda q: cedarpy.is_authorized(q[0], q[1], words), question) for question in asked
        ]

    per_ask = [sliced[ask] for ask, _ in setting.stream[:length]]
    count = len(texts)
    yield Contestant(f"cedarpy, {count} policies", lambda: calls([everything] * len(requests)))
    yield Contestant(
        "cedarpy, only the policies of the ask", lambda: calls(per_ask), "sliced beforehand"
    )
    yield Contestant(
        "cedarpy, one policy without conditions",
        lambda: calls([nothing] * len(requests)),
        "the binding alone",
    )


def _covering(decider: Decider, ask: Ask, stamp: Stamp) -> list[str]:
    layer = decider.residual(ask, stamp, TODAY).ruling.current
    if layer is None:
        return []
    return [grant.id for grant in layer.grants] + [bar.id for bar in layer.bars]


def cedars_own_micros(setting: Setting, length: int) -> int:
    """The median of what Cedar's own timer says for deciding, without the binding. Whole microseconds."""
    texts = cedar.policies(setting.policy.versions[-1])
    held, words = _handles(cedar.joined(texts), setting.field)
    requests = (cedar.request(ask, person) for ask, person in setting.stream[:length])
    spent = (
        cedarpy.is_authorized(r, held, words).metrics["authz_duration_micros"] for r in requests
    )
    return int(sorted(spent)[length // 2])


# -- the run ---------------------------------------------------------------------------------------


def run(small: bool = False, tell: Tell = print) -> bool:
    """Compare, then time, then grow. `small` is for the tests: the same way, in a second or two."""
    clauses, asked, length, rounds = (60, 20, 300, 1) if small else (200, 300, 20_000, 5)
    single = Setting.of(clauses, 1, asked, length)
    several = Setting.of(clauses, 3, asked, length)
    compared = compare(Setting.of(clauses, 1, asked, min(length, 5000)))
    tell(
        f"{clauses} clauses, {asked} asks, 1,000 people, {length:,} questions a round, {rounds} rounds"
    )
    tell(
        f"the same answers as Cedar: {compared.asks:,} asks, {compared.verdicts_differ} verdicts differ; "
        f"{compared.cited:,} with cited policies, {compared.citations_differ} differ"
    )
    if not compared.equal:
        tell("the answers differ: the times below compare nothing")
    few = 100 if small else 1000
    contestants = [*ours(single, "1 version"), *ours(several, "3 versions"), *theirs(single, few)]
    timings = race(contestants, rounds)
    tell(HEAD)
    for timing in timings:
        tell(timing.line(timings[0]))
    tell(
        f"Cedar's own timer for {clauses} policies: {cedars_own_micros(single, few)} µs (median); the rest is the binding"
    )
    grow((60, 120) if small else (200, 1000, 10_000), 10 if small else 40, length, rounds, tell)
    alike = stored.run(*((40, 8, 1) if small else (2000, 200, rounds)), tell)
    return compared.equal and alike


def grow(sizes: tuple[int, ...], asked: int, length: int, rounds: int, tell: Tell) -> None:
    """The same with more clauses: what a decision costs, and what reducing the policy to an ask costs first."""
    tell(
        f"{'growth, 3 versions, µs':<44} {'bare p50':>9} {'p99':>9} {'as they come':>17} {'of 1st':>9}   reducing an ask"
    )
    first = 0.0
    for size in sizes:
        setting = Setting.of(size, 3, asked, min(length, 5000))
        started, decider = process_time(), Decider(setting.policy)
        for ask in dict(setting.stream):
            decider.residual(ask, setting.stamp, TODAY)
        reducing = (process_time() - started) / len(dict(setting.stream)) * 1000
        bare, coming = race(list(_twice(setting, decider)), rounds)
        first = first or bare.p50
        tell(
            f"{size:>6,} clauses{'':<30} {bare.p50 / 1000:>9.2f} {bare.p99 / 1000:>9.2f} {coming.mean / 1000:>17.2f}"
            f" {bare.p50 / first:>8.1f}×   {reducing:,.1f} ms"
        )


def _twice(setting: Setting, decider: Decider) -> Iterator[Contestant]:
    calls = setting.bound(decider)
    for residual, bits in calls:
        residual(bits)
    yield Contestant("bare", lambda: calls)

    def afresh() -> Calls:
        """Reduced already, but no decision remembered."""
        again = Decider(setting.policy)
        again.meaning = decider.meaning
        return setting.bound(again)

    yield Contestant("as they come", afresh)
