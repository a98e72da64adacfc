"""Keys of programs: shown once, kept as a hash, naming the company, the role and the purposes they may claim.

A key is `company.number.secret`; the secret has 256 random bits, so one plain hash is enough.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from datetime import datetime

from troth.access.caller import MAY, Caller
from troth.ledger import record
from troth.store import Session
from troth.store import tables as t

_SECRET_BYTES = 32
_NO_HASH = "0" * 64  # compared where there is no such key, so that its lack takes no less time


def issue_key(
    session: Session,
    name: str,
    role: str,
    purposes: Iterable[str],
    may: Iterable[str],
    *,
    at: datetime,
) -> str:
    """Make a key and return it. It is shown this once; the store has its hash alone."""
    doors = sorted(set(may))
    if unknown := [door for door in doors if door not in MAY]:
        raise ValueError(f"a key cannot open `{unknown[0]}`; it opens {', '.join(MAY)}")
    claims = sorted(set(purposes))
    secret = secrets.token_urlsafe(_SECRET_BYTES)
    row = {"name": name, "role": role, "purposes": claims, "may": doors}
    number = session.add(t.keys, **row, hash=_hash(secret), created_at=at, ended_at=None)
    granted = {"key": number, "role": role, "purposes": claims, "may": doors}
    record(session, "key-issued", granted, at=at)
    return f"{session.company}.{number}.{secret}"


def claim(session: Session, plaintext: str) -> Caller | None:
    """Whose key this is, or None: unknown, ended, or of another company."""
    company, number, secret = _parts(plaintext)
    row = session.one(t.keys, id=number) if number else None
    fits = hmac.compare_digest(_hash(secret), row.hash if row else _NO_HASH)
    if row is None or not fits or row.ended_at is not None or company != session.company:
        return None
    return Caller(company, row.name, row.role, tuple(row.purposes), tuple(row.may))


def company_of(plaintext: str) -> str:
    """The company a key names, before it is known to be genuine; empty where it is no key."""
    return _parts(plaintext)[0]


def end_key(session: Session, number: int, *, at: datetime) -> bool:
    """End a key from now on; False where there is no such key, or it had ended."""
    if not session.change(t.keys, {"id": number, "ended_at": None}, ended_at=at):
        return False
    record(session, "key-ended", {"key": number}, at=at)
    return True


def _parts(plaintext: str) -> tuple[str, int, str]:
    parts = plaintext.rsplit(".", 2)
    if len(parts) != 3 or not (parts[1].isascii() and parts[1].isdigit() and len(parts[1]) < 18):
        return "", 0, ""
    return parts[0], int(parts[1]), parts[2]


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
