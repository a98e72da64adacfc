"""Mail that came back: a delivery status notification (RFC 3464) read, and held to a mail that we sent.

Anybody can write one. So it counts only where it names a mail of ours by its Message-ID, or by the
envelope id of RFC 3461, both of which carry a mark that nobody else can make.
"""

from __future__ import annotations

import mailbox
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from email import message_from_bytes
from email.message import Message
from email.policy import compat32
from pathlib import Path

from troth.company import Company, House
from troth.mail.letter import Kind, referred
from troth.store import tables as t

MOST_BYTES = 1_000_000  # of one notification that is looked at


def take_bounce(house: House, kinds: Mapping[str, Kind], raw: bytes) -> bool:
    """Note that a mail came back. False where it says so of no mail of ours, or is not the last word."""
    said = set(_failed(message_from_bytes(raw[:MOST_BYTES], policy=compat32)))
    for company in house.companies():
        numbers = {n for one in said if (n := referred(company, one)) is not None}
        if numbers:
            return any(_note(company, kinds, number, company.clock()) for number in numbers)
    return False


def read_bounces(house: House, kinds: Mapping[str, Kind], folder: Path) -> tuple[int, int]:
    """Read a Maildir: how many were mails of ours that came back, and how many were something else.

    What was ours is removed, for it holds an address; the rest is left, marked as seen.
    """
    ours = others = 0
    box = mailbox.Maildir(folder, factory=None, create=False)
    for key, found in list(box.iteritems()):
        if "S" in found.get_flags():
            continue
        if take_bounce(house, kinds, found.as_bytes()):
            box.remove(key)
            ours += 1
        else:
            found.set_subdir("cur")
            found.add_flag("S")
            box[key] = found
            others += 1
    return ours, others


def _note(company: Company, kinds: Mapping[str, Kind], number: int, at: datetime) -> bool:
    with company.writing() as session:
        row = session.one(t.outbox, id=number, state="sent")
        if row is None:
            return False
        problem = "it came back"
        session.change(t.outbox, {"id": number}, state="bounced", problem=problem)
        kinds[row.kind].lost(company, session, row, at)
    return True


def _failed(report: Message) -> Iterator[str]:
    """By what a report of a failure names the mail; nothing of one that says delayed, or delivered."""
    status = [
        part for part in report.walk() if part.get_content_type() == "message/delivery-status"
    ]
    blocks = [block for part in status for block in _blocks(part)]
    if not any(str(block.get("Action", "")).strip().lower() == "failed" for block in blocks):
        return
    for block in blocks:
        yield from _said(block, "Original-Envelope-Id")
    for part in report.walk():
        if part.get_content_type() == "text/rfc822-headers":
            yield from _said(message_from_bytes(_raw(part), policy=compat32), "Message-ID")
        elif part.get_content_type() == "message/rfc822":
            yield from (i for one in _blocks(part) for i in _said(one, "Message-ID"))


def _blocks(part: Message) -> Iterable[Message]:
    inner = part.get_payload()
    return [one for one in inner if isinstance(one, Message)] if isinstance(inner, list) else []


def _said(block: Message, name: str) -> Iterator[str]:
    if name in block:
        yield str(block[name]).strip()


def _raw(part: Message) -> bytes:
    found = part.get_payload(decode=True)
    return found if isinstance(found, bytes) else b""
