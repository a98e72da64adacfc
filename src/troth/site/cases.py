"""A person's own matters as she reads of them: her cases, orders and sign-ups, each under its number."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from troth import matters
from troth.company import Company
from troth.matters import Matter
from troth.page.phrases import capital
from troth.site.gist import phrase
from troth.site.when import day_said
from troth.store import Session

MOST = 5  # cases that each use is asked within


def matter_called(company: Company, known: str) -> str:
    """`support-case:K7M-4QX` as people say it: `your support case, K7M-4QX`."""
    kind, _, number = known.partition(":")
    said = phrase(company, "matter", kind)
    return f"{said}, {number}" if number else said


def cases_of(company: Company, session: Session, person: int, at: datetime) -> list[dict[str, Any]]:
    """The matters that people open themselves and that name her. What others opened on her, such as an
    authority's demand, is not hers to read here."""
    return [
        {
            "kind": capital(phrase(company, "matter", matter.kind)),
            "number": matter.id.partition(":")[2] or matter.id,
            "opened": day_said(company, matter.opened_at),
            "ended": day_said(company, ended) if (ended := _ended(matter, at)) else "",
        }
        for matter in _hers(company, session, person, at)
    ]


def latest_cases(company: Company, session: Session, person: int, at: datetime) -> list[str]:
    """The ids of the latest; one that has ended may still allow something for some days."""
    return [matter.id for matter in _hers(company, session, person, at)][-MOST:]


def _hers(company: Company, session: Session, person: int, at: datetime) -> Iterator[Matter]:
    for matter in matters.naming(session, person):
        word = company.policy.words.get(("matter", matter.kind))
        if word is not None and "person" in word.opened_by and matter.opened_at <= at:
            yield matter


def _ended(matter: Matter, at: datetime) -> datetime | None:
    return matter.ended_at if matter.ended_at is not None and matter.ended_at <= at else None
