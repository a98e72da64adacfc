"""The prove reading of a question: the person's case is found in the exhaustive table, and what stands there is the answer."""

from __future__ import annotations

from datetime import date

from troth.decide import Decider, Residual
from troth.language.formula import Atom
from troth.language.model import Ask, Decision, Policy, Stamp
from troth.prove import Prover


class _Looked(Residual):
    """A residual whose decision is what the table says at the point of its bits."""

    __slots__ = ("_day", "_prover", "_stamp")

    def __init__(self, of: Residual, prover: Prover, stamp: Stamp, day: date) -> None:
        super().__init__(of.ruling, of.numbered)
        self._prover, self._stamp, self._day = prover, stamp, day

    def _work_out(self, bits: int) -> Decision:
        def truth(atom: Atom) -> bool:
            return bool(bits & self.numbered[atom])

        return Decision(self._prover.read(self.ruling, self._stamp, self._day, truth))


class ProvingDecider(Decider):
    """A decider that looks up in the table of prove what decide would work out.

    `OutsideError` where a person's rows are a case that the table does not have.
    """

    def __init__(self, policy: Policy) -> None:
        super().__init__(policy)
        self._prover = Prover(policy, self.meaning)
        self._looked: dict[tuple[int, date], _Looked] = {}

    def residual(self, ask: Ask, stamp: Stamp, day: date) -> Residual:
        """The residual that asks the table."""
        found = super().residual(ask, stamp, day)
        key = (id(found), day)
        if key not in self._looked:
            self._looked[key] = _Looked(found, self._prover, stamp, day)
        return self._looked[key]
