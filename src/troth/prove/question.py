"""What can be asked of a policy as a whole, and what the answer is: a proof that it cannot be, or a witness."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from troth.language.model import Action, Ask, Stamp

from .setting import Case


@dataclass(frozen=True, slots=True)
class Question:
    """Can this be done, of anybody, ever, while a version is in force? A slot left out: for any.

    `version` is the day of the version in force when it is asked, `given` that of the version the data was
    given under (none: the same). `without` are consents nobody gave, `after` choices she made for everything,
    `facts` what is known to hold, `signals` what her browser says. `contract` is the document id of what it was
    given under besides. `clause` is the one that must permit it.
    """

    version: str
    action: Action
    data: str
    party: str | None = None
    purpose: str | None = None
    place: str | None = None
    by: str | None = None
    given: str | None = None
    without: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    signals: tuple[str, ...] = ()
    contract: str | None = None
    clause: str = ""


@dataclass(frozen=True, slots=True)
class Giving:
    """How the datum came to us: where, on which day, and what had to be known of her by then."""

    day: date
    place: str
    stamp: Stamp
    case: Case


@dataclass(frozen=True, slots=True)
class Witness:
    """A person and a calendar for which it holds: `case` has the value of each circumstance on the day."""

    ask: Ask
    day: date
    case: Case
    giving: Giving | None  # none: what is asked about is still to come
    clauses: tuple[str, ...]  # that permit it
    customer: str | None = None  # for whom it is held
    contract: str | None = None  # under which it is given
    told: bool = True  # False: rows may hold it, and no story tells it
    wordings: Mapping[tuple[str, str], str] = field(default_factory=dict, repr=False)

    @property
    def complete(self) -> bool:
        """Whether a story tells all of it: how the datum came to us, or that it is still to come."""
        to_come = self.ask.action in ("collect", "require")
        return self.giving is not None or (to_come and self.told)


@dataclass(frozen=True, slots=True)
class Proof:
    """The answer. `no`: no clause permits it, directly. `held otherwise`: only of data that no form of the
    policy takes in, such as an import; then the clauses are those that would permit it."""

    verdict: Literal["yes", "no", "held otherwise"]
    witness: Witness | None = None
    forbidding: tuple[str, ...] = ()  # of a no: the clauses that forbid
    failing: tuple[str, ...] = ()  # of a no: the clauses whose conditions cannot be met
    permitting: tuple[str, ...] = ()

    @property
    def possible(self) -> bool:
        return self.verdict != "no"
