"""Call lists: who is to be told by telephone, as a table to take along; what came of the calls, taken back in."""

from __future__ import annotations

import csv
from datetime import datetime
from io import StringIO
from typing import Any

from troth.campaigns.campaign import Campaign, failed, not_reached, told
from troth.campaigns.notice import PURPOSES, said
from troth.company import Company
from troth.gate import Asking, Question
from troth.language.model import Ask
from troth.people.identifiers import identifiers_of
from troth.store import Session
from troth.store import tables as t

COLUMNS = ("campaign", "person", "try", "phone", "say", "outcome")
OUTCOMES = ("told", "no answer", "wrong number")


class CallsWrong(ValueError):
    """A list that cannot be taken in: nothing of it was."""


def call_list(
    company: Company, session: Session, campaign: Campaign, at: datetime, address: str
) -> str:
    """Everybody who is to be called now, as CSV: write one of `OUTCOMES` into the last column and hand it
    back. Each call is a use of the number and passes the gate; whom it refuses is told by the next way."""
    text = next(v for v in company.policy.versions if v.id == campaign.version)
    rows, members = [], to_tell(session, campaign, "phone")
    asking = Asking(company.gate, session, at)
    asking.ahead((member.person for member in members), "phone")
    for member in members:
        if not allowed(company, asking, member.person, "phone"):
            failed(session, campaign, member.person, "phone", at, came_back=False)
            continue
        phone = dict(identifiers_of(session, member.person)).get("phone", "")
        words = " ".join(said(company, session, member.person, text, at, address).split())
        number = member.tries + 1
        rows.append((campaign.id, member.person, number, _plain(phone), words, ""))
    asking.record()
    written = StringIO()
    table = csv.writer(written, lineterminator="\n")
    table.writerow(COLUMNS)
    table.writerows(rows)
    return written.getvalue()


def take_calls(session: Session, campaign: Campaign, table: str, at: datetime) -> dict[str, int]:
    """Take in what came of the calls; how many of each outcome. A row without one is still to be called,
    and one that was taken in before is `known` and not counted again. Raises `CallsWrong` at the first
    row that cannot be read, with nothing taken in."""
    done = dict.fromkeys((*OUTCOMES, "known"), 0)
    reader = csv.DictReader(StringIO(table))
    if not set(COLUMNS) - {"phone", "say"} <= set(reader.fieldnames or ()):
        raise CallsWrong(f"the first line must name {', '.join(COLUMNS)}; take the list as it was")
    for line, row in enumerate(reader, start=2):
        outcome = " ".join((row["outcome"] or "").lower().split())
        if not outcome:
            continue
        person, number = _numbers(row, line, campaign)
        if outcome not in OUTCOMES:
            raise CallsWrong(f"line {line}: the outcome is one of {', '.join(OUTCOMES)}")
        member = session.one(t.campaign_people, campaign=campaign.id, person=person)
        if member is None:
            raise CallsWrong(f"line {line}: person {person} is not in campaign {campaign.id}")
        if member.way != "phone" or member.state != "waiting" or member.tries + 1 != number:
            done["known"] += 1
            continue
        done[outcome] += 1
        _note(session, campaign, person, outcome, at)
    return done


def _note(session: Session, campaign: Campaign, person: int, outcome: str, at: datetime) -> None:
    if outcome == "told":
        told(session, campaign, person, "phone", at)
    elif outcome == "no answer":
        not_reached(session, campaign, person, at)
    else:
        failed(session, campaign, person, "phone", at, came_back=True)


def _numbers(row: dict[str, str], line: int, campaign: Campaign) -> tuple[int, int]:
    try:
        of, person, number = (int(row[name]) for name in ("campaign", "person", "try"))
    except (TypeError, ValueError):
        raise CallsWrong(f"line {line}: campaign, person and try are numbers") from None
    if of != campaign.id:
        raise CallsWrong(f"line {line}: it is of campaign {of}, not of {campaign.id}")
    return person, number


def to_tell(session: Session, campaign: Campaign, way: str) -> list[Any]:
    """Who waits to be told by this way, in order of number."""
    order = [t.campaign_people.c.person]
    return session.rows(
        t.campaign_people, order=order, campaign=campaign.id, state="waiting", way=way
    )


def allowed(company: Company, asking: Asking, person: int, data: str) -> bool:
    """Whether the policy lets us use this of her to tell her of a change; recorded when all were asked about."""
    known = [p for p in PURPOSES if ("purpose", p) in company.policy.words]
    return asking.first([Question(Ask("use", data, p), person, asking.at) for p in known])


def _plain(value: str) -> str:
    """A cell that a spreadsheet does not take for a formula."""
    return f"'{value}" if value[:1] in ("=", "+", "-", "@", "\t", "\r") else value
