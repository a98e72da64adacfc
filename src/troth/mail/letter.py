"""A letter: what one mail says, and the kinds of mail there are. It is composed when it is sent, and not kept."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import lru_cache
from typing import Any

from troth.company import Company
from troth.settings import Relay
from troth.store import Session

Row = Any  # a row of the outbox


@dataclass(frozen=True, slots=True)
class Letter:
    """The words of a mail. `leave` is the address at which one click ends all mails of its kind."""

    subject: str
    text: str
    leave: str = ""


Compose = Callable[[Company, Session, Row, str], Letter | None]  # … and the address of the service
Happened = Callable[[Company, Session, Row, datetime], None]


def nothing(company: Company, session: Session, row: Row, at: datetime) -> None:
    """What most kinds do when a mail is sent or lost."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of mail: which purposes of a policy may cover it, how it is composed (None: it is out of
    date), and what is noted in the same transaction when it was taken by the relay, or is lost. `in_hand`: it
    may also go within a matter of hers that is open."""

    purposes: Callable[[Session, Row], tuple[str, ...]]
    compose: Compose
    sent: Happened = nothing
    lost: Happened = nothing
    in_hand: bool = False


def reference(company: Company, number: int) -> str:
    """The part of a Message-ID before the @: which mail it is, in a way nobody else can make up."""
    mark = hmac.new(company.key, f"mail {company.name} {number}".encode(), hashlib.sha256)
    return f"{company.name}.{number}.{mark.hexdigest()[:20]}"


def referred(company: Company, written: str) -> int | None:
    """The mail that a reference is of; None where it is none of ours."""
    parts = written.rpartition("@")[0] or written
    name, _, rest = parts.strip("<> ").partition(".")
    number, _, _ = rest.partition(".")
    if name != company.name or not number.isascii() or not number.isdigit() or len(number) > 17:
        return None
    same = hmac.compare_digest(
        reference(company, int(number)).encode(), parts.strip("<> ").encode()
    )
    return int(number) if same else None


def mailable(written: str) -> bool:
    """Whether what was given as an address is one that mail can be sent to."""
    try:
        return bool(Address(addr_spec=written).domain)
    except (
        ValueError,
        IndexError,
        MessageError,
    ):  # the parser of the library meets the end of the text
        return False


@lru_cache(maxsize=64)
def _from(title: str, sender: str) -> Any:
    """The same in each mail of a company, and read back once: it takes longer than the rest of the head."""
    return SMTP.header_factory("From", Address(title, addr_spec=sender))


@lru_cache(maxsize=64)
def _subject(said: str) -> Any:
    return SMTP.header_factory("Subject", said)


def message(
    company: Company, relay: Relay, number: int, to: str, letter: Letter, at: datetime
) -> EmailMessage:
    """The mail as the relay gets it. Sent again after a kill, it has the same Message-ID."""
    sender = relay.sender.replace("{company}", company.name)
    made = EmailMessage(policy=SMTP)
    made["From"] = _from(company.title, sender)
    made["To"] = Address(addr_spec=to)
    made["Subject"] = _subject(" ".join(letter.subject.split()))
    made["Date"] = format_datetime(at)
    made["Message-ID"] = f"<{reference(company, number)}@{sender.rpartition('@')[2]}>"
    made["Auto-Submitted"] = "auto-generated"  # so that nobody's holiday answers it (RFC 3834)
    if letter.leave:
        made["List-Unsubscribe"] = f"<{letter.leave}>"
        made["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"  # RFC 8058
    made.set_content(letter.text)
    return made
