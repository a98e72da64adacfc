"""Access codes: a random code, shown once, with which a person signs in; the store keeps a keyed hash."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from datetime import datetime

from troth.people.identifiers import find, identifiers_of
from troth.people.people import end_identifier, identify
from troth.store import Session

_BYTES = 10  # 80 random bits: sixteen letters and digits
_PREFIX = "code:"


def new_code() -> str:
    """`K7QF-9M2X-…`: four groups of four."""
    letters = base64.b32encode(secrets.token_bytes(_BYTES)).decode()
    return "-".join(letters[i : i + 4] for i in range(0, len(letters), 4))


def set_access_code(session: Session, key: bytes, person: int, code: str, at: datetime) -> None:
    """Let the person sign in with this code, and with no earlier one."""
    for kind, value in identifiers_of(session, person):
        if kind == "account" and value.startswith(_PREFIX):
            end_identifier(session, key, person, "account", value, at)
    identify(session, key, person, "account", _kept(session, key, code), at)


def person_with(session: Session, key: bytes, code: str) -> int | None:
    """Whose access code this is."""
    return find(session, key, "account", _kept(session, key, code)) if code else None


def _kept(session: Session, key: bytes, code: str) -> str:
    # what is kept beside the hash must not tell the code either
    plain = "".join(c for c in code.upper() if c.isalnum())
    message = "\0".join((session.company, "access code", plain))
    return _PREFIX + hmac.new(key, message.encode("utf-8", "replace"), hashlib.sha256).hexdigest()
