"""Tokens that a form carries: signed with the key of the store, short-lived, good for one use each."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import datetime, timedelta

LASTS = timedelta(hours=12)
_LONGEST = 2_000


class Seal:
    """Signs and reads what a form carries. `said` begins with what the token is for."""

    def __init__(self, key: bytes) -> None:
        self._key = hmac.new(key, b"tokens of the site", hashlib.sha256).digest()

    def make(self, *said: str, at: datetime) -> str:
        """A token that says these words, from now on."""
        content = json.dumps([int(at.timestamp()), *said], separators=(",", ":")).encode()
        return f"{_text(content)}.{_text(self._mac(content))}"

    def read(self, token: str, at: datetime) -> tuple[str, ...] | None:
        """What a token says, or None: forged, cut, expired, or of a time still to come."""
        content, _, mac = token[:_LONGEST].partition(".")
        raw = _bytes(content)
        if raw is None or not hmac.compare_digest(self._mac(raw), _bytes(mac) or b""):
            return None
        made, *said = json.loads(raw)
        age = at.timestamp() - made
        return tuple(said) if -60 <= age <= LASTS.total_seconds() else None

    def _mac(self, content: bytes) -> bytes:
        return hmac.new(self._key, content, hashlib.sha256).digest()


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _bytes(text: str) -> bytes | None:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except ValueError:
        return None
