"""May this mail be sent to this address? The gate is asked as for any other use, and its answer recorded."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from troth import matters
from troth.company import Company
from troth.facts.calendar import day_of
from troth.gate import Asking, Question
from troth.language.model import Answer, Ask
from troth.people.identifiers import normalised
from troth.store import Session

EMAIL = "email"


Within = Sequence[str | None]  # matters; None: by itself, within none
ALONE: Within = (None,)
MOST = 20  # matters of one person that a mail is tried within


def may_send(
    company: Company,
    asking: Asking,
    person: int,
    address: str,
    purposes: Sequence[str],
    within: Within = ALONE,
) -> bool:
    """Whether one of the purposes allows the e-mail address to be used, by itself or within one of the matters; the
    first that does is recorded.

    Allowed means: as she gave this very address. Another address of hers does not speak for it.
    """
    known = [p for p in purposes if ("purpose", p) in company.policy.words]
    asked = [
        Question(Ask("use", EMAIL, purpose), person, asking.at, matter=matter)
        for purpose in known
        for matter in within
    ]
    data = company.gate.words.leaves("data", (EMAIL,), True)
    same = {one.field for one in asking.read.held(person, data) if _is(one.value, address)}
    return asking.first(asked, lambda answer: _covers(answer, same))


def in_hand(session: Session, person: int) -> Within:
    """By itself, and within each of her matters, the newest first: her order, the service she chose. Whether one
    still counts is for the gate to say."""
    return (None, *(one.id for one in reversed(matters.naming(session, person)[-MOST:])))


def could_send(company: Company, purposes: Sequence[str], at: datetime) -> bool:
    """Whether the version in force speaks of any of the purposes for e-mail: what a page may offer."""
    version = company.policy.at(day_of(at, company.zone))
    reach = company.gate.words.leaves
    wanted = {p for p in purposes if ("purpose", p) in company.policy.words}
    return version is not None and any(
        clause.modal == "may"
        and clause.action == "use"
        and EMAIL in reach("data", clause.data)
        and bool(wanted & reach("purpose", clause.purposes, True))
        for clause in version.clauses
    )


def _covers(answer: Answer, same: set[int]) -> bool:
    """Whether it is a yes to every field in which she gave the address."""
    allowed = [leaf.decision.allowed for leaf in answer.leaves if leaf.field in same]
    return bool(allowed) and all(allowed)


def _is(value: Any, address: str) -> bool:
    return isinstance(value, str) and normalised("email", value) == normalised("email", address)
