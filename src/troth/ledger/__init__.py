"""What was done: an append-only tree of salted commitments, beside the events it commits to."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from troth.ledger.entry import SILENT, Entry, Event, LedgerBrokenError
from troth.ledger.note import (
    Checkpoint,
    NoteError,
    Signer,
    VerifierKey,
    origin,
    read_checkpoint,
)
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

if TYPE_CHECKING:
    from troth.ledger.export import export
    from troth.ledger.proving import checkpoints, continued, newest, proof, sign
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

_SELDOM = {  # loaded when it is first asked for
    "export": "export",
    "checkpoints": "proving",
    "continued": "proving",
    "newest": "proving",
    "proof": "proving",
    "sign": "proving",
    "Verdict": "verifying",
    "verify": "verifying",
}


def __getattr__(name: str) -> object:
    if name not in _SELDOM:
        raise AttributeError(f"module 'troth.ledger' has no attribute {name!r}")
    found = getattr(import_module(f"troth.ledger.{_SELDOM[name]}"), name)
    globals()[name] = found
    return found
