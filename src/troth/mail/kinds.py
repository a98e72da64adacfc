"""The kinds of mail: under which purposes each may be sent, and what it says."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from troth.company import Company
from troth.mail.letter import Kind, Letter, Row
from troth.mail.links import token_of
from troth.mail.receipts import confirming, numbers_of, receipt
from troth.mail.unsubscribe import address_to_leave
from troth.store import Session
from troth.store import tables as t

# The first purpose that the policy allows for her address counts; it stands in the ledger.
ON_REQUEST = ("signing-in", "handling-choices", "serving", "account-messages", "service-messages")


def sign_in(company: Company, session: Session, row: Row, address: str) -> Letter | None:
    """The mail with the link to sign in."""
    way = _link(company, session, row, address)
    if way is None:
        return None
    return Letter(
        f"Sign in at {company.title}",
        f"Somebody asked to sign in at {company.title} with this address.\n\n"
        f"If it was you, open this page and press the button:\n\n{way}\n\n"
        f"It works once, until {_until(company, row)}. If it was not you, do nothing:\n"
        "nobody is signed in, and nothing is changed.\n",
    )


def join(company: Company, session: Session, row: Row, address: str) -> Letter | None:
    """The mail that proves a further address."""
    way = _link(company, session, row, address)
    if way is None:
        return None
    return Letter(
        f"Is this address yours too? – {company.title}",
        f"Somebody who is signed in at {company.title} says that this address is theirs too, and\n"
        "wants to see and decide in one place what is held under both.\n\n"
        "If it was you, open this page in the browser in which you are signed in:\n\n"
        f"{way}\n\n"
        f"It works once, until {_until(company, row)}. If it was not you, do nothing: the\n"
        "addresses stay apart, and nothing is shown to anybody.\n",
    )


def receipts(company: Company, session: Session, row: Row, address: str) -> Letter | None:
    """What she did a moment ago, as the ledger has it."""
    found = [receipt(company, session, row.person, number) for number in numbers_of(row.about)]
    known = [one for one in found if one is not None]
    if not known:
        return None
    listed = "\n".join(
        f"{one.what}\n  on {one.when}\n"
        + (f"  in these words: {one.text}\n" if one.text else "")
        + (f"  under the policy at {address}{one.policy}\n" if one.policy else "")
        + f"  entry {one.entry} of the record, {one.head}\n"
        for one in known
    )
    return Letter(
        f"Noted – {company.title}",
        f"{company.title} took note of this:\n\n{listed}\n"
        f"You find it at {address}/{company.name}/you\n"
        f"and say what may be done with it, or take it back, at {address}/{company.name}/choices\n",
    )


def news(company: Company, session: Session, row: Row, address: str) -> Letter | None:
    """A newsletter, with the way out of it."""
    mailing = session.one(t.mailings, id=int(row.about.removeprefix("mailing:")))
    if mailing is None:
        return None
    leave = address_to_leave(company, row.person, mailing.purpose, address)
    body = mailing.body.strip()
    return Letter(mailing.subject, f"{body}\n\n-- \nNo more of this: {leave}\n", leave)


def _purpose(session: Session, row: Row) -> tuple[str, ...]:
    mailing = session.one(t.mailings, id=int(row.about.removeprefix("mailing:")))
    return () if mailing is None else (mailing.purpose,)


def _link(company: Company, session: Session, row: Row, address: str) -> str | None:
    token = token_of(company, session, row.link, company.clock()) if row.link else None
    return f"{address}/{company.name}/link/{token}" if token else None


def _until(company: Company, row: Row) -> str:
    return str(row.until.astimezone(ZoneInfo(company.zone)).strftime("%H:%M (%Z) on %Y-%m-%d"))


KINDS = {
    "sign-in": Kind(lambda _session, _row: ON_REQUEST, sign_in, in_hand=True),
    "join": Kind(lambda _session, _row: ON_REQUEST, join, in_hand=True),
    "receipt": Kind(lambda session, row: confirming(session, row.about), receipts, in_hand=True),
    "news": Kind(_purpose, news),
}
