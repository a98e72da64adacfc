"""What was done: an append-only tree of salted commitments, beside the events it commits to."""

from __future__ import annotations

from troth.ledger.entry import SILENT, Entry, Event, LedgerBrokenError
from troth.ledger.export import export
from troth.ledger.note import (
    Checkpoint,
    NoteError,
    Signer,
    VerifierKey,
    origin,
    read_checkpoint,
)
from troth.ledger.proving import checkpoints, continued, newest, proof, sign
from troth.ledger.recording import (
    Noted,
    count,
    entries,
    forget,
    kinds,
    last_said,
    record,
    record_all,
    size,
)
from troth.ledger.verifying import Verdict, verify

__all__ = [
    "SILENT",
    "Checkpoint",
    "Entry",
    "Event",
    "LedgerBrokenError",
    "NoteError",
    "Noted",
    "Signer",
    "Verdict",
    "VerifierKey",
    "checkpoints",
    "continued",
    "count",
    "entries",
    "export",
    "forget",
    "kinds",
    "last_said",
    "newest",
    "origin",
    "proof",
    "read_checkpoint",
    "record",
    "record_all",
    "sign",
    "size",
    "verify",
]
