"""A campaign: opened once for a version, it knows of each person by which way she is told, and how far that is.

Opening computes everybody at once, in the transaction that publishes. What happens to each later is one
row changed beside the telling itself, so a killed process leaves nobody told twice and nobody forgotten.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from troth import ledger, work
from troth.campaigns.members import Reach, people_of
from troth.campaigns.promised import mode_of, ways_of
from troth.campaigns.unseen import SEEN, watch
from troth.campaigns.waits import Waiting, what_waits
from troth.facts.calendar import day_of, start_of
from troth.gate import Gate
from troth.language.model import Document
from troth.ledger import Event
from troth.mail import write, write_all
from troth.people import notices
from troth.refusal import Refused
from troth.store import Session, Straight
from troth.store import tables as t
from troth.store.columns import canonical, written_moment

CAMPAIGN = "campaign"  # the job that looks once more on the version's first day
_ENTER = Straight(  # hundreds of thousands at once
    "insert into campaign_people (company, campaign, person, ways, way, tries, state, at) "
    "values (:of_company, :campaign, :person, :ways, :way, 0, :state, :at)"
)
CALLS = 3  # tries of a telephone


@dataclass(frozen=True, slots=True)
class Campaign:
    """One campaign: its version (document id), the modes of change that the older versions promised."""

    id: int
    version: str
    modes: tuple[str, ...]
    opened_at: datetime


def open_campaign(session: Session, gate: Gate, version: str, at: datetime) -> Campaign:
    """Open the campaign for a version (document id) that is published: whoever gave something that it
    would use more widely is told. Opened before, it is the one there is.

    It belongs into the transaction that publishes. Raises `Refused` (G506) for a version of another policy.
    """
    new = _version(gate, version)
    known = session.one(t.campaigns, version=version)
    if known is not None:
        return _read(known)
    before = gate.policy.versions[: gate.policy.versions.index(new)]
    modes = ", ".join(dict.fromkeys(mode_of(v) for v in before)) or "first version"
    number = session.add(t.campaigns, version=version, mode=modes, opened_at=at)
    added = _add(session, gate, number, new, at)
    payload = {"campaign": number, "version": version, "people": added}
    ledger.record(session, "campaign.opened", payload, at=at)
    assert new.in_force is not None
    first_day = start_of(new.in_force, gate.zone)
    if first_day > at:  # what is given until then is given under the older version
        work.put(session, CAMPAIGN, str(number), {"campaign": number}, first_day, at)
    return Campaign(number, version, tuple(modes.split(", ")), at)


def add_who_is_missing(session: Session, gate: Gate, campaign: Campaign, at: datetime) -> int:
    """Enter whoever gave something since the campaign was opened; how many."""
    return _add(session, gate, campaign.id, _version(gate, campaign.version), at)


def campaigns(session: Session) -> list[Campaign]:
    """Every campaign, newest first."""
    return [_read(row) for row in session.rows(t.campaigns, order=[t.campaigns.c.id.desc()])]


def campaign_of(session: Session, number: int) -> Campaign:
    """One campaign by its number. Raises `Refused` (G506) where there is none."""
    row = session.one(t.campaigns, id=number)
    if row is None:
        raise Refused("G506", f"there is no campaign {number}")
    return _read(row)


def _read(row: Any) -> Campaign:
    return Campaign(row.id, row.version, tuple(row.mode.split(", ")), row.opened_at)


def _version(gate: Gate, version: str) -> Document:
    found = next((v for v in gate.policy.versions if v.id == version), None)
    if found is None or found.in_force is None:
        raise Refused("G506", f"{version} is no version of this policy")
    return found


# -- who belongs to it -----------------------------------------------------------------------------


def _add(session: Session, gate: Gate, number: int, new: Document, at: datetime) -> int:
    """Enter everybody who is not in it yet; how many."""
    waiting = what_waits(session, gate, new)
    everybody = people_of(session, waiting.pairs)
    known = {row.person for row in session.rows(t.campaign_people, campaign=number)}
    ways: dict[frozenset[Any], tuple[str, ...]] = {}
    rows: dict[str | None, list[dict[str, Any]]] = {}  # by the way that is taken first
    reach, moment = Reach(session), written_moment(at)
    already, entered = _told_already(session, new.id), []
    for person, pairs in sorted(everybody.items()):
        if person not in known:
            if pairs not in ways:
                ways[pairs] = _ways(gate, waiting, pairs)
            way = already.get(person) or reach.first(person, ways[pairs])
            row = {"campaign": number, "person": person, "way": way, "at": moment}
            entered.append({**row, **_begun(ways[pairs], way, person in already)})
            if person not in already:
                rows.setdefault(way, []).append(entered[-1])
    session.put_straight(_ENTER, entered)
    to = [(row["person"], reach.email[row["person"]]) for row in rows.get("email", ())]
    write_all(session, "notice", to, at, f"campaign:{number}")
    _unreachable(session, new.id, rows.get(None, ()), at)
    if any(row["state"] == "waiting" for row in rows.get(None, ())):
        watch(session, number, at)
    return len(entered)


def _told_already(session: Session, version: str) -> dict[int, str]:
    """Whom somebody told of the version before, and by which way it reached them."""
    reached: dict[int, dict[str, None]] = {}
    for row in session.rows(t.told, version=version, order=(t.told.c.at, t.told.c.id)):
        if row.outcome == "delivered":
            reached.setdefault(row.person, {})[row.way] = None
        elif row.outcome == "bounced":
            reached.get(row.person, {}).pop(row.way, None)
    return {person: next(iter(ways)) for person, ways in reached.items() if ways}


def _ways(gate: Gate, waiting: Waiting, pairs: frozenset[Any]) -> tuple[str, ...]:
    """By which ways: where something of hers waits, those that were promised for that."""
    closing = {wait.older for pair in pairs for wait in waiting.by_pair.get(pair, ())}
    telling = {older for pair in pairs for older in waiting.told.get(pair, ())}
    named = closing or telling
    return ways_of([v for v in gate.policy.versions if v.id in named], wider=bool(closing))


@cache
def _begun(ways: tuple[str, ...], way: str | None, told: bool) -> dict[str, Any]:
    passive = any(w in SEEN for w in ways)
    state = "told" if told else "waiting" if way or passive else "unreachable"
    return {"ways": canonical(list(ways)), "state": state}


def _unreachable(
    session: Session, version: str, rows: Sequence[dict[str, Any]], at: datetime
) -> None:
    """Nobody of these has anything by which she could be told; all are noted at once."""
    people = [(r["person"], json.loads(r["ways"])[0]) for r in rows if r["state"] == "unreachable"]
    told = {"version": version, "outcome": "unreachable", "at": at}
    noted = [{**told, "person": person, "way": way} for person, way in people]
    session.add_all(t.told, noted)
    payload = {"version": version, "outcome": "unreachable", "at": written_moment(at)}
    events = [Event("person.told", {**payload, "way": way}, person) for person, way in people]
    ledger.record_all(session, events, at=at)


# -- what happens to one person --------------------------------------------------------------------


def told(session: Session, campaign: Campaign, person: int, way: str, at: datetime) -> None:
    """She was told by this way. Told already, she is not counted again."""
    row = _member(session, campaign, person)
    if row is None or row.state == "told":
        return
    notices.tell(session, person, campaign.version, way, "delivered", at)
    _set(session, campaign, person, state="told", way=way, at=at)


def failed(
    session: Session, campaign: Campaign, person: int, way: str, at: datetime, came_back: bool
) -> None:
    """This way did not lead to her (`came_back`: the address is wrong): the next one is tried."""
    row = _member(session, campaign, person)
    if row is None or row.way != way:
        return
    outcome: notices.Outcome = "bounced" if came_back else "unreachable"
    notices.tell(session, person, campaign.version, way, outcome, at)
    ways = list(row.ways)
    left = ways[ways.index(way) + 1 :] if way in ways else []
    reach = Reach(session, person)
    following = reach.first(person, left)
    waits = following is not None or any(w in SEEN for w in ways)
    state = (
        "waiting"
        if waits
        else "bounced"
        if _came_back(session, campaign, person)
        else "unreachable"
    )
    _set(session, campaign, person, state=state, way=following, tries=0, at=at)
    if following == "email":
        about = f"campaign:{campaign.id}"
        write(session, "notice", person, reach.email[person], at, about=about)
    elif waits and following is None:
        watch(session, campaign.id, at)


def not_reached(session: Session, campaign: Campaign, person: int, at: datetime) -> None:
    """Nobody answered the telephone; after three tries the next way is taken."""
    row = _member(session, campaign, person)
    if row is None or row.way != "phone" or row.state != "waiting":
        return
    if row.tries + 1 >= CALLS:
        failed(session, campaign, person, "phone", at, came_back=False)
    else:
        _set(session, campaign, person, tries=row.tries + 1, at=at)


def seen(session: Session, person: int, version: str, at: datetime) -> None:
    """She has the notice of a version before her eyes on the site: told, where that way was promised."""
    row = session.one(t.campaigns, version=version)
    member = _member(session, _read(row), person) if row is not None else None
    if row is None or member is None:
        return
    way = next((way for way in member.ways if way in SEEN), None)
    if way is not None:
        told(session, _read(row), person, way, at)


def is_told(session: Session, campaign: Campaign, person: int) -> bool:
    """Whether she was told, by whatever way."""
    row = _member(session, campaign, person)
    return row is not None and row.state == "told"


def _member(session: Session, campaign: Campaign, person: int) -> Any:
    return session.one(t.campaign_people, campaign=campaign.id, person=person)


def _set(session: Session, campaign: Campaign, person: int, **values: Any) -> None:
    session.change(t.campaign_people, {"campaign": campaign.id, "person": person}, **values)


def _came_back(session: Session, campaign: Campaign, person: int) -> bool:
    return bool(session.count(t.told, person=person, version=campaign.version, outcome="bounced"))


def last_day(gate: Gate, at: datetime, days: int) -> str:
    """Until when somebody told now may refuse."""
    return (day_of(at, gate.zone) + timedelta(days=days)).isoformat()
