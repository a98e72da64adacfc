"""A person's own matters as she reads of them: her cases, orders and sign-ups, each under its number."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from troth import matters
from troth.company import Company
from troth.page.phrases import capital
from troth.site.gist import phrase
from troth.site.when import day_said
from troth.store import Session


def matter_called(company: Company, known: str) -> str:
    """`support-case:K7M-4QX` as people say it: `your support case, K7M-4QX`."""
    kind, _, number = known.partition(":")
    said = phrase(company, "matter", kind)
    return f"{said}, {number}" if number else said


def cases_of(company: Company, session: Session, person: int, at: datetime) -> list[dict[str, Any]]:
    """The matters that people open themselves and that name her. What others opened on her, such as an
    authority's demand, is not hers to read here."""
    found = []
    for matter in matters.naming(session, person):
        word = company.policy.words.get(("matter", matter.kind))
        if word is None or "person" not in word.opened_by or matter.opened_at > at:
            continue
        ended = matter.ended_at if matter.ended_at is not None and matter.ended_at <= at else None
        found.append(
            {
                "kind": capital(word.phrase),
                "number": matter.id.partition(":")[2] or matter.id,
                "opened": day_said(company, matter.opened_at),
                "ended": day_said(company, ended) if ended else "",
            }
        )
    return found
