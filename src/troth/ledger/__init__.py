"""What was done: an append-only chain of salted commitments, beside the events it commits to."""

from __future__ import annotations

from troth.ledger.chain import Checkpoint, Entry, Event
from troth.ledger.recording import (
    LedgerBrokenError,
    checkpoint,
    entries,
    forget,
    record,
    record_all,
)
from troth.ledger.verifying import Verdict, verify

__all__ = [
    "Checkpoint",
    "Entry",
    "Event",
    "LedgerBrokenError",
    "Verdict",
    "checkpoint",
    "entries",
    "forget",
    "record",
    "record_all",
    "verify",
]
