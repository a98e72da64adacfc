"""What an entry is, and how it is bound to its event and its place: two hashes, over text as it is stored.

    commitment = sha256(salt || {"payload": …, "person": …})
    leaf       = sha256(0x00 || company, seq, moment, kind, commitment: a line each)

The salt hides the payload: who holds the ledger alone can neither read an event nor test a guess.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from troth.ledger.tree import leaf_hash

KIND = re.compile(r"[a-z][a-z0-9.-]{0,63}")  # `choice.said`
FORGOTTEN = "forgotten"  # the kind of the entry that names the entries whose events were destroyed
# kinds that change nothing of what may be done; any other may, a kind nobody has heard of too
SILENT = frozenset(
    (
        *("asked", "asked-of-many", "observed", "queried", "written", "shown", FORGOTTEN),
        *("signed-in", "signed-out", "sign-in-refused", "sign-in-throttled"),
        *("key-issued", "key-ended", "operator-added", "operator-changed", "operator-ended"),
        *("password-changed", "mailing.written", "campaign.opened"),
        *("desk-used", "duty.done", "duties.measured"),
    )
)


@dataclass(frozen=True, slots=True)
class Event:
    """What is to be recorded: JSON that may name people by number, and holds no personal value."""

    kind: str
    payload: Any
    person: int | None = None  # whose event it is: forgotten with her


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a company's ledger, with the event it commits to while that is remembered.

    `seq` counts from 1; in the tree it is the leaf `seq - 1`. `commitment` and `leaf` are hexadecimal.
    """

    seq: int
    at: datetime
    kind: str
    commitment: str
    leaf: str
    payload: Any = None
    person: int | None = None
    forgotten: bool = False


class LedgerBrokenError(Exception):
    """The ledger cannot be continued or signed: it is not what was recorded."""


def commitment(salt: str, payload: str, person: int | None) -> str:
    """What an entry says of its event. `payload` is the stored text, byte for byte."""
    named = "null" if person is None else person
    said = f'{salt}{{"payload":{payload},"person":{named}}}'
    return sha256(said.encode("utf-8", "surrogatepass")).hexdigest()


def leaf(company: str, seq: int, at: str, kind: str, committed: str) -> bytes:
    """The entry's leaf of the tree. `at` is the stored text."""
    said = f"{company}\n{seq}\n{at}\n{kind}\n{committed}"
    return leaf_hash(said.encode("utf-8", "surrogatepass"))
