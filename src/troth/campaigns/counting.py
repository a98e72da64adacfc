"""How far a campaign is: everybody is told, came back, unreachable or still waiting, and each once."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import exists, func, select

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


def _answered(session: Session, campaign: Campaign, answer: str) -> int:
    """How many of them answered so last, to some clause of the version."""
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
    people = select(func.count(a.c.person.distinct()).label("people")).where(
        a.c.version == campaign.version, a.c.answer == answer, a.c.person.in_(mine), ~newer
    )
    return int(session.execute(people).scalar_one())
