"""A signal of the browser: whether what it asks to stop is stopped, proved from the clauses and not from what is said of it.

`gpc` and its like ask that nothing is sold, and that nothing goes to others for advertising: whoever acts for us is
none of them. That is asked of every policy; the acts that a clause opens only `unless` the signal, or bars `if` it is
on, are asked about as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from troth.language.model import Clause, Document, Word

from .prover import Prover
from .question import Proof, Question

# of fideslang, as purposes name it by `is`, with all below it; our own news is not what is asked to stop
ADVERTISING = "marketing.advertising"
OURS = (f"{ADVERTISING}.first_party", f"{ADVERTISING}.first_party.contextual")


@dataclass(frozen=True, slots=True)
class Heeded:
    """What a version says of a signal, and the first act that goes on although it is on (`leak`)."""

    promised: tuple[str, ...] = ()  # `must honour`
    denied: tuple[str, ...] = ()  # `does not honour`
    named: tuple[str, ...] = ()  # clauses with the signal as a condition
    leak: Proof | None = None

    @property
    def honoured(self) -> bool:
        """Nothing that it asks to stop goes on, and nowhere is it said that it is not honoured."""
        return self.leak is None and not self.denied


def heeds(prover: Prover, version: Document, signal: str) -> Heeded:
    """Whether a version honours a signal, the operator's file included."""
    house = prover.policy.house
    texts = (version, house) if house is not None else (version,)
    duties = [
        (f"{text.id}#{duty.name}", duty)
        for text in texts
        for duty in text.duties
        if duty.form == "honour" and signal in duty.slot("signals")
    ]
    named = [(text, clause) for text in texts for clause in text.clauses if _names(clause, signal)]
    asked = dict.fromkeys(_questions(prover, version, signal, [clause for _, clause in named]))
    proofs = (prover.ask(question) for question in asked)
    return Heeded(
        tuple(name for name, duty in duties if not duty.denied and not duty.effort),
        tuple(name for name, duty in duties if duty.denied),
        tuple(f"{text.id}#{clause.name}" for text, clause in named),
        next((proof for proof in proofs if proof.possible), None),
    )


def _names(clause: Clause, signal: str) -> bool:
    """Whether the signal is a condition of the clause."""
    return any(
        signal in (*getattr(condition, "names", ()), *getattr(condition, "facts", ()))
        for condition in clause.conditions
    )


def _questions(
    prover: Prover, version: Document, signal: str, named: list[Clause]
) -> Iterator[Question]:
    """Can this be, while her browser says it? Asked of everything it wants stopped."""
    day, on = version.id.rpartition("/")[2], (signal,)
    yield Question(day, "sell", "anything", signals=on)
    words = prover.words.words.items()
    purposes = [n for (kind, n), w in words if kind == "purpose" and _advertises(w)]
    others = [n for (kind, n), w in words if kind == "party" and not (w.holds or w.acts_for_us)]
    for use, party in product(purposes, others):
        yield Question(day, "share", "anything", party, use, signals=on)
    for clause in named:
        receivers: tuple[str | None, ...] = clause.parties or (None,)
        uses: tuple[str | None, ...] = clause.purposes or (None,)
        for data, receiver, purpose in product(clause.data, receivers, uses):
            yield Question(day, clause.action, data, _one(receiver), _one(purpose), signals=on)


def _advertises(purpose: Word) -> bool:
    key = purpose.standard
    return f"{key}.".startswith(f"{ADVERTISING}.") and key not in OURS


def _one(name: str | None) -> str | None:
    """`anything` is any, as a slot left out is."""
    return None if name == "anything" else name
