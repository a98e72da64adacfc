"""The made-up people as the post, a caller and a postman find them: always the same ones cannot be reached."""

from __future__ import annotations

import hashlib

OF_A_HUNDRED = 3  # addresses that nobody has, so that something comes back
NEVER_AT_HOME, WRONG_NUMBER = 20, 5  # of a hundred who are called
MOVED = 5  # of a hundred letters come back


def nobody_has(address: str) -> bool:
    """Three of a hundred addresses of example.org."""
    return address.lower().endswith("@example.org") and _drawn(address.lower()) < OF_A_HUNDRED


def called(person: int, number: int) -> str:
    """What comes of a call, in the words of a call list."""
    drawn = _drawn(f"telephone of {person}")
    if drawn < NEVER_AT_HOME:
        return "no answer"
    if drawn < NEVER_AT_HOME + WRONG_NUMBER:
        return "wrong number"
    return "told" if number > 1 or _drawn(f"at home, {person}") < 70 else "no answer"


def moved(person: int) -> bool:
    """Whether a letter to this person comes back."""
    return _drawn(f"house of {person}") < MOVED


def _drawn(what: str) -> int:
    return int(hashlib.sha256(what.encode()).hexdigest()[:8], 16) % 100
