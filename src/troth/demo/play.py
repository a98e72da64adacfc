"""A change played to its end: CallMiner's version of 2014 is told to everybody who gave something under that of 2003.

It is a durable job, and does what an operator would: opens the campaign, waits until the post is done and what
came back is read, has the letters printed and posted, the calls made and their outcomes taken in.
"""

from __future__ import annotations

import csv
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path

from troth import campaigns, work
from troth.campaigns import Campaign
from troth.company import Company, House
from troth.settings import Relay
from troth.store import Session
from troth.store import tables as t
from troth.work import Doer, Job

from .world import called, moved

PLAY = "play"
COMPANY, VERSION = "callminer", "callminer/2014-11-21"
SOON = timedelta(seconds=1)


def begin(company: Company) -> None:
    """Have the change played, once: a demo that is started again goes on where it was."""
    if company.name == COMPANY:
        at = company.clock()
        with company.writing() as session:
            work.put(session, PLAY, VERSION, {}, at, at)


def doers(house: House, relay: Relay) -> dict[str, Doer]:
    """The job of the play, for a worker."""
    return {PLAY: lambda company, job: play(house.company(company), job, relay)}


def play(company: Company, job: Job, relay: Relay) -> None:
    """Do what can be done now, and look again soon, until nobody waits any more."""
    with company.writing() as session:
        at = company.clock()
        campaign = campaigns.open_campaign(session, company.gate, VERSION, at)
        mailed = not _in_the_post(session, campaign) and not _unread(Path(relay.bounces))
        if mailed:
            _write(company, session, campaign, relay, at)
            _call(company, session, campaign, relay, at)
        if mailed and not campaigns.counts(session, campaign).waiting:
            work.done(session, job, at)
        else:
            work.later(session, job, at + SOON)


def _in_the_post(session: Session, campaign: Campaign) -> bool:
    about = f"campaign:{campaign.id}"
    return bool(session.rows(t.outbox, about=about, state="waiting", limit=1))


def _unread(folder: Path) -> bool:
    """Whether something came back that was not looked at yet."""
    return any((folder / "new").iterdir())


def _write(
    company: Company, session: Session, campaign: Campaign, relay: Relay, at: datetime
) -> None:
    """The letters are printed and posted; a few come back."""
    campaigns.letters(company, session, campaign, at, relay.address)
    waiting = session.rows(t.campaign_people, campaign=campaign.id, state="waiting", way="letter")
    campaigns.posted(session, campaign, at)
    back = [row.person for row in waiting if moved(row.person)]
    campaigns.returned(session, campaign, at, back)


def _call(
    company: Company, session: Session, campaign: Campaign, relay: Relay, at: datetime
) -> None:
    """One round of calls: the list out, each outcome into its last column, the list in again."""
    listed = campaigns.call_list(company, session, campaign, at, relay.address)
    rows = list(csv.DictReader(StringIO(listed)))
    for row in rows:
        row["outcome"] = called(int(row["person"]), int(row["try"]))
    filled = StringIO()
    table = csv.DictWriter(filled, listed.splitlines()[0].split(","), lineterminator="\n")
    table.writeheader()
    table.writerows(rows)
    campaigns.take_calls(session, campaign, filled.getvalue(), at)
