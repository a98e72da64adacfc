"""How far a campaign is: everybody is told, came back, unreachable or still waiting, and each once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, exists, func, select

from troth.campaigns.campaign import Campaign
from troth.campaigns.members import people_of
from troth.campaigns.waits import what_waits
from troth.gate import Gate
from troth.store import Session
from troth.store import tables as t

M = t.campaign_people.c


@dataclass(frozen=True, slots=True)
class Counts:
    """`told + bounced + unreachable + waiting = people`. Of them so many agreed to a clause of the version,
    and so many refused one; `by_way` are those who wait, by the way that is tried."""

    people: int
    told: int
    bounced: int
    unreachable: int
    waiting: int
    adopted: int
    refused: int
    by_way: dict[str, int]


def counts(session: Session, campaign: Campaign) -> Counts:
    """Count one campaign."""
    mine = M.campaign == campaign.id
    grouped = select(M.state, M.way, func.count().label("people")).where(mine)
    rows = list(session.execute(grouped.group_by(M.state, M.way)))
    by_state = {
        state: sum(row.people for row in rows if row.state == state)
        for state in ("told", "bounced", "unreachable", "waiting")
    }
    ways = {row.way or "site": row.people for row in rows if row.state == "waiting"}
    return Counts(
        people=sum(by_state.values()),
        adopted=_answered(session, campaign, "yes"),
        refused=_answered(session, campaign, "no"),
        by_way=dict(sorted(ways.items())),
        **by_state,
    )


def waiting_for(session: Session, gate: Gate, version: str) -> dict[str, int]:
    """For each clause of a version, how many people's earlier data it waits for; told or not."""
    text = next(v for v in gate.policy.versions if v.id == version)
    found = what_waits(session, gate, text)
    groups: dict[frozenset[tuple[str, int]], int] = {}
    for pairs in people_of(session, found.by_pair).values():
        groups[pairs] = groups.get(pairs, 0) + 1
    return {
        clause: sum(count for pairs, count in groups.items() if pairs & wanted)
        for clause, wanted in found.clauses.items()
    }


@dataclass(frozen=True, slots=True)
class Waits:
    """A clause of a version that waits for `people`: until so many days after each was told without her no
    (`days`, none where silence opens nothing), and for the yes of those whose promise asks for it (`asks`).
    So many said yes to it, and so many no."""

    people: int
    days: tuple[int, ...]
    asks: bool
    agreed: int
    refused: int


def clause_by_clause(session: Session, gate: Gate, campaign: Campaign) -> dict[str, Waits]:
    """Of each clause that waits: for how many, for what, and how they answered."""
    text = next(v for v in gate.policy.versions if v.id == campaign.version)
    by_pair = what_waits(session, gate, text).by_pair
    waits = [wait for found in by_pair.values() for wait in found]
    agreed, refused = (_by_clause(session, campaign, answer) for answer in ("yes", "no"))
    return {
        clause: Waits(
            people,
            tuple(sorted({w.days for w in waits if w.clause == clause and w.days is not None})),
            any(w.clause == clause and w.days is None for w in waits),
            agreed.get(clause, 0),
            refused.get(clause, 0),
        )
        for clause, people in waiting_for(session, gate, campaign.version).items()
    }


def _answered(session: Session, campaign: Campaign, answer: str) -> int:
    """How many of them answered so last, to some clause of the version."""
    people = func.count(t.adoptions.c.person.distinct()).label("people")
    return int(session.execute(_last_said(select(people), campaign, answer)).scalar_one())


def _by_clause(session: Session, campaign: Campaign, answer: str) -> dict[str, int]:
    """For each clause, how many of them answered so last."""
    clause = t.adoptions.c.clause
    people = func.count(t.adoptions.c.person.distinct()).label("people")
    found = _last_said(select(clause, people), campaign, answer).group_by(clause)
    return {row.clause: int(row.people) for row in session.execute(found)}


def _last_said(asked: Select[Any], campaign: Campaign, answer: str) -> Select[Any]:
    """The answers of the campaign's people to the version that no later one of theirs has replaced."""
    a = t.adoptions
    later = a.alias("later")
    newer = exists(
        select(later.c.id).where(
            later.c.person == a.c.person,
            later.c.clause == a.c.clause,
            (later.c.at > a.c.at) | ((later.c.at == a.c.at) & (later.c.id > a.c.id)),
        )
    )
    mine = select(M.person).where(M.campaign == campaign.id)
    hers = a.c.version == campaign.version, a.c.answer == answer, a.c.person.in_(mine)
    return asked.where(*hers, ~newer)
