"""Whoever is to see a notice on the site and does not come: waited for so long, then counted as not reached.

It bars nothing and ends nothing: who comes later sees the notice, and counts as told from then on.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select, update

from troth import ledger, work
from troth.ledger import Event
from troth.store import Session
from troth.store import tables as t
from troth.store.columns import written_moment

if TYPE_CHECKING:
    from troth.campaigns.campaign import Campaign

SEEN = ("site", "banner")  # ways that reach whoever comes to look
GIVE_UP = "give-up-waiting"  # the job that looks who did not come; its key is the campaign's number
WAITED = timedelta(days=90)
M = t.campaign_people.c


def watch(session: Session, campaign: int, at: datetime) -> None:
    """Somebody of the campaign waits for the site from now on: look again when her time is over."""
    work.wake(session, GIVE_UP, str(campaign), at + WAITED, at)


def next_look(session: Session, campaign: int) -> datetime | None:
    """When the time of the first of those who wait is over; None where nobody waits for the site."""
    mine = (M.campaign == campaign, M.state == "waiting", M.way.is_(None))
    first = session.execute(select(func.min(M.at)).where(*mine)).scalar_one()
    return None if first is None else first + WAITED


def give_up_waiting(session: Session, campaign: Campaign, before: datetime, at: datetime) -> int:
    """Whoever waits for the site since `before` or longer counts as not reached; how many."""
    late = session.rows(
        t.campaign_people, M.at <= before, campaign=campaign.id, state="waiting", way=None
    )
    told = {"version": campaign.version, "outcome": "unreachable"}
    noted = [(row.person, next(way for way in row.ways if way in SEEN)) for row in late]
    session.add_all(t.told, [{**told, "person": p, "way": way, "at": at} for p, way in noted])
    payload = {**told, "at": written_moment(at)}
    events = [Event("person.told", {**payload, "way": way}, person) for person, way in noted]
    ledger.record_all(session, events, at=at)
    back = _came_back(session, campaign.version)
    people = [row.person for row in late]
    _set(session, campaign.id, [p for p in people if p in back], "bounced", at)
    _set(session, campaign.id, [p for p in people if p not in back], "unreachable", at)
    return len(late)


def _came_back(session: Session, version: str) -> set[int]:
    rows: Iterable[Any] = session.rows(t.told, version=version, outcome="bounced")
    return {row.person for row in rows}


def _set(session: Session, campaign: int, people: list[int], state: str, at: datetime) -> None:
    for first in range(0, len(people), 500):
        some = M.person.in_(people[first : first + 500])
        changing = update(t.campaign_people).where(M.campaign == campaign, some)
        session.execute(changing.values(state=state, at=at))
