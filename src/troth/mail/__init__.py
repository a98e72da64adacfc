"""Mail: an outbox in the store, delivered through any relay; each mail passes the gate when it is sent."""

from __future__ import annotations

from troth.mail.asked import ask_for_link
from troth.mail.bounces import read_bounces, take_bounce
from troth.mail.kinds import KINDS, ON_REQUEST
from troth.mail.letter import Kind, Letter, Row
from troth.mail.links import Opened, open_link, use_link
from troth.mail.mailing import write_mailing
from troth.mail.outbox import counted, try_again, undelivered, write, write_all
from troth.mail.passing import could_send
from troth.mail.post import Post
from troth.mail.receipts import Receipt, confirm, last_entry, receipt, receipts, send_receipts
from troth.mail.unsubscribe import unsubscribe, with_way_out, works

__all__ = [
    "KINDS",
    "ON_REQUEST",
    "Kind",
    "Letter",
    "Opened",
    "Post",
    "Receipt",
    "Row",
    "ask_for_link",
    "confirm",
    "could_send",
    "counted",
    "last_entry",
    "open_link",
    "read_bounces",
    "receipt",
    "receipts",
    "send_receipts",
    "take_bounce",
    "try_again",
    "undelivered",
    "unsubscribe",
    "use_link",
    "with_way_out",
    "works",
    "write",
    "write_all",
    "write_mailing",
]
