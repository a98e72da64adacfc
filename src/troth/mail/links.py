"""Links that prove an address: single use, short-lived, kept as a hash, and never shown by the store.

The token is made from a nonce and the key of the house when the mail is composed, so whoever reads the
store alone can neither find nor make one. To open a link shows a button; only pressing it uses the link,
for mail scanners open every link they see.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update

from troth.company import Company
from troth.store import Session
from troth.store import tables as t

LASTS = timedelta(minutes=15)
KEPT = timedelta(days=1)  # a used or expired link, so that its mail can say what it was


@dataclass(frozen=True, slots=True)
class Opened:
    """What a link is for: to sign in as `person`, or to join `person` with `joins`."""

    id: int
    kind: str
    person: int
    joins: int | None
    next: str


def make_link(
    company: Company,
    session: Session,
    kind: str,
    person: int,
    at: datetime,
    joins: int | None = None,
    next: str = "",
) -> int:
    """A link for whoever reads the mails of this person; its number, for the outbox."""
    _sweep(session, at)
    nonce = secrets.token_hex(16)
    return session.add(
        t.links,
        kind=kind,
        person=person,
        joins=joins,
        next=next,
        nonce=nonce,
        hash=_hash(_token(company, nonce)),
        until=at + LASTS,
        used_at=None,
    )


def token_of(company: Company, session: Session, number: int, at: datetime) -> str | None:
    """What stands in the mail; None where the link was used or is too old."""
    row = session.one(t.links, t.links.c.until > at, id=number, used_at=None)
    return None if row is None else _token(company, row.nonce)


def open_link(session: Session, token: str, at: datetime) -> Opened | None:
    """What the link is for, if it can still be used. It stays as it is."""
    row = session.one(t.links, t.links.c.until > at, hash=_hash(token), used_at=None)
    if row is None:
        return None
    return Opened(row.id, row.kind, row.person, row.joins, row.next or "")


def use_link(session: Session, token: str, at: datetime) -> Opened | None:
    """Use it. Of two who press at once, one gets it; the person's other links of its kind end with it."""
    opened = open_link(session, token, at)
    if opened is None or not session.change(
        t.links, {"id": opened.id, "used_at": None}, used_at=at
    ):
        return None
    session.change(
        t.links, {"person": opened.person, "kind": opened.kind, "used_at": None}, used_at=at
    )
    return opened


def _sweep(session: Session, at: datetime) -> None:
    old = t.links.c.until <= at - KEPT
    ended = select(t.links.c.id).where(old)
    session.execute(update(t.outbox).where(t.outbox.c.link.in_(ended)).values(link=None))
    session.remove(t.links, old)


def _token(company: Company, nonce: str) -> str:
    said = f"link {company.name} {nonce}".encode()
    made = hmac.new(company.key, said, hashlib.sha256).digest()
    return base64.urlsafe_b64encode(made).decode().rstrip("=")


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
