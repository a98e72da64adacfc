"""May this mail be sent to this address? The gate is asked as for any other use, and its answer recorded."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from troth.company import Company
from troth.facts.calendar import day_of
from troth.gate import Question
from troth.language.model import Answer, Ask
from troth.people.identifiers import normalised
from troth.store import Session
from troth.store import tables as t


def may_send(
    company: Company,
    session: Session,
    row: Any,
    address: str,
    purposes: Sequence[str],
    at: datetime,
) -> bool:
    """Whether one of the purposes allows the e-mail address to be used; the first that does is recorded.

    Allowed means: as she gave this very address. Another address of hers does not speak for it.
    """
    known = [p for p in purposes if ("purpose", p) in company.policy.words]
    for purpose in known:
        question = Question(Ask("use", "email", purpose), row.person, at)
        answer = company.gate.ask(session, question, entry=False)
        if _covers(session, answer, address):
            company.gate.ask(session, question)
            return True
    if known:
        company.gate.ask(session, Question(Ask("use", "email", known[0]), row.person, at))
    return False


def could_send(company: Company, purposes: Sequence[str], at: datetime) -> bool:
    """Whether the version in force speaks of any of the purposes for e-mail: what a page may offer."""
    version = company.policy.at(day_of(at, company.zone))
    reach = company.gate.words.leaves
    wanted = {p for p in purposes if ("purpose", p) in company.policy.words}
    return version is not None and any(
        clause.modal == "may"
        and clause.action == "use"
        and "email" in reach("data", clause.data)
        and bool(wanted & reach("purpose", clause.purposes, True))
        for clause in version.clauses
    )


def _covers(session: Session, answer: Answer, address: str) -> bool:
    fields = {leaf.field for leaf in answer.leaves if leaf.field is not None}
    rows = session.rows(t.fields, t.fields.c.id.in_(fields)) if fields else []
    same = {row.id for row in rows if _is(row.value, address)}
    allowed = [leaf.decision.allowed for leaf in answer.leaves if leaf.field in same]
    return bool(allowed) and all(allowed)


def _is(value: Any, address: str) -> bool:
    return isinstance(value, str) and normalised("email", value) == normalised("email", address)
