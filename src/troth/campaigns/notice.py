"""The notice of a change as a mail: what is wider for what she gave, what silence says, and where she answers."""

from __future__ import annotations

from datetime import datetime

from troth.campaigns.campaign import campaign_of, failed, is_told, last_day, told
from troth.campaigns.members import pairs_of
from troth.campaigns.waits import Wait, what_waits
from troth.company import Company
from troth.language.model import Document
from troth.mail import Kind, Letter, Row
from troth.page.outline import day
from troth.store import Session
from troth.store import tables as t

PURPOSES = (
    "policy-updates",
    "account-messages",
    "service-messages",
    "handling-choices",
    "serving",
    "contacting",
)
NOTHING_WIDER = [
    "What you were promised then still holds. The new version allows nothing more with it.",
    "",
]
SHOWN = 12  # sentences in a mail; the page has them all


def compose(company: Company, session: Session, row: Row, address: str) -> Letter | None:
    """The mail to one person, unless she was told meanwhile."""
    campaign = campaign_of(session, number_of(row))
    if is_told(session, campaign, row.person):
        return None
    text = next(v for v in company.policy.versions if v.id == campaign.version)
    body = said(company, session, row.person, text, company.clock(), address)
    return Letter(f"{company.title} changes its privacy policy", body)


def said(
    company: Company, session: Session, person: int, text: Document, at: datetime, address: str
) -> str:
    """What she is told, in words: the same in a mail, on the telephone and in a letter."""
    waiting = what_waits(session, company.gate, text, pairs_of(session, person))
    waits = [wait for found in waiting.by_pair.values() for wait in found]
    telling = {older for found in waiting.told.values() for older in found}
    older = sorted({wait.older for wait in waits} or telling)
    lines = [
        f"On {day(text.in_force)} a new version of our privacy policy takes effect.",
        f"You gave us something before, under the version of {_days(company, older)}.",
        *(_wider(company, text, waits, at, address) if waits else NOTHING_WIDER),
        f"What changed: {address}/{company.name}/privacy/{_between(company, older, text)}",
    ]
    return "\n".join(lines) + "\n"


def _wider(
    company: Company, text: Document, waits: list[Wait], at: datetime, address: str
) -> list[str]:
    """What would be allowed more of what she gave, and what she can say to it."""
    return [
        "What you were promised then still holds. These sentences of the new version would allow more:",
        "",
        *_sentences(company, text, waits),
        *_silence(company, waits, at),
        "",
        f"Read and answer them one by one: {address}/{company.name}/choices",
    ]


def _sentences(company: Company, text: Document, waits: list[Wait]) -> list[str]:
    clauses = list(dict.fromkeys(wait.clause for wait in waits))
    listed = [f"- {company.sentences[f'{text.id}#{clause}']}" for clause in clauses[:SHOWN]]
    more = len(clauses) - SHOWN
    return [*listed, *([f"- and {more} more, on the page"] if more > 0 else [])]


def _silence(company: Company, waits: list[Wait], at: datetime) -> list[str]:
    """What it means to do nothing; where some need her word, those are told apart."""
    asking = {wait.clause for wait in waits if wait.days is None}
    days = [wait.days for wait in waits if wait.days is not None and wait.clause not in asking]
    if not days:
        return ["", "If you do nothing, nothing changes for what you gave before."]
    until = last_day(company.gate, at, max(days))
    lines = [
        "",
        f"You may refuse each of them. What you do not refuse until {until} holds from then on.",
    ]
    if asking:
        lines.append("Some hold only once you agree; the page says which.")
    return lines


def _days(company: Company, older: list[str]) -> str:
    named = [day(v.in_force) for v in company.policy.versions if v.id in older]
    return " and ".join(named)


def _between(company: Company, older: list[str], text: Document) -> str:
    first = next((v.id for v in company.policy.versions if v.id in older), text.id)
    return f"{first.partition('/')[2]}..{text.id.partition('/')[2]}"


def number_of(row: Row) -> int:
    """The campaign a mail of the outbox belongs to."""
    return int(row.about.removeprefix("campaign:"))


def sent(company: Company, session: Session, row: Row, at: datetime) -> None:  # noqa: ARG001
    """The relay took it: she counts as told, until it should come back."""
    told(session, campaign_of(session, number_of(row)), row.person, "email", at)


def lost(company: Company, session: Session, row: Row, at: datetime) -> None:  # noqa: ARG001
    """It came back, or could not be sent: the next way."""
    now = session.one(t.outbox, id=row.id)
    came_back = now is not None and now.state == "bounced"
    campaign = campaign_of(session, number_of(row))
    failed(session, campaign, row.person, "email", at, came_back)


KINDS = {"notice": Kind(lambda _session, _row: PURPOSES, compose, sent, lost)}
