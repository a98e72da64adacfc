"""Passwords: kept as scrypt with their own salt and cost, compared in constant time.

N = 2^15, r = 8, p = 3 takes 32 MB and some tenths of a second: the least OWASP advises.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import unicodedata

LOG_N, R, P = 15, 8, 3
SHORTEST = 12  # characters; length is what counts (NIST SP 800-63B)
LONGEST = 1024
_SALT_BYTES = 16


def sealed(password: str) -> str:
    """The password as it is kept: `scrypt$15$8$3$salt$key`."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise ValueError(f"choose a password of {SHORTEST} to {LONGEST} characters")
    salt = secrets.token_bytes(_SALT_BYTES)
    return f"scrypt${LOG_N}${R}${P}${salt.hex()}${_key(password, salt, LOG_N, R, P).hex()}"


def fits(password: str, kept: str | None) -> bool:
    """Whether this is the password. Takes as long where none is kept, so that names cannot be tried."""
    _, log_n, r, p, salt, key = (kept or _NOBODY).split("$")
    if len(password) > LONGEST:
        return False
    made = _key(password, bytes.fromhex(salt), int(log_n), int(r), int(p))
    return hmac.compare_digest(made, bytes.fromhex(key)) and kept is not None


def _key(password: str, salt: bytes, log_n: int, r: int, p: int) -> bytes:
    # the same letters may arrive in several encodings: NFKC makes them one
    typed = unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")
    memory = 2 * 128 * r * 2**log_n
    return hashlib.scrypt(typed, salt=salt, n=2**log_n, r=r, p=p, maxmem=memory, dklen=32)


_NOBODY = f"scrypt${LOG_N}${R}${P}${'00' * _SALT_BYTES}${'00' * 32}"
