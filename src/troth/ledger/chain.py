"""How an entry is bound to its event and to every entry before it: two hashes, over text as it is stored.

    commitment = sha256(salt || {"payload": …, "person": …})
    head       = sha256(previous head, seq, moment, kind, commitment)

The salt hides the payload: who holds the ledger alone can neither read an event nor test a guess.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

KIND = re.compile(r"[a-z][a-z0-9.-]{0,63}")  # `choice.said`
FORGOTTEN = "forgotten"  # the kind of the entry that names the entries whose events were destroyed


@dataclass(frozen=True, slots=True)
class Event:
    """What is to be recorded: JSON that may name people by number, and holds no personal value."""

    kind: str
    payload: Any
    person: int | None = None  # whose event it is: forgotten with her


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a company's ledger, with the event it commits to while that is remembered."""

    seq: int
    at: datetime
    kind: str
    commitment: str
    previous: str
    head: str
    payload: Any = None
    person: int | None = None
    forgotten: bool = False


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """How far a ledger had come: kept elsewhere, it shows later that nothing before it was rewritten."""

    seq: int
    head: str


def origin(company: str) -> str:
    """What the first entry of a company follows."""
    return _sha256(f"troth ledger of {company}")


def commitment(salt: str, payload: str, person: int | None) -> str:
    """What an entry says of its event. `payload` is the stored text, byte for byte."""
    named = "null" if person is None else person
    return _sha256(f'{salt}{{"payload":{payload},"person":{named}}}')


def head(previous: str, seq: int, at: str, kind: str, committed: str) -> str:
    """What stands for this entry and all before it. `at` is the stored text."""
    return _sha256(f"{previous}\n{seq}\n{at}\n{kind}\n{committed}")


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
