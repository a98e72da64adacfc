"""Signed notes as C2SP has them: a text, and below it who signed it; a checkpoint is such a note.

Ed25519 (RFC 8032). The key's name is the ledger's origin, `callminer/ledger`; the first line of a
checkpoint is that origin, then the number of entries, the root, and when it was signed.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from binascii import Error as NoBase64
from dataclasses import dataclass
from hashlib import sha256

ED25519 = b"\x01"  # the kind of signature, in key ids and keys
SEED_BYTES = 32
DASH = "— "
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
SIZE = re.compile(r"0|[1-9]\d{0,18}")


class NoteError(ValueError):
    """What was given is no checkpoint, or is not signed by the key that is asked for."""


def origin(company: str) -> str:
    """The name of a company's ledger, in its checkpoints and its key."""
    return f"{company}/ledger"


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """What a checkpoint is verified with; `str()` gives the form that others keep: name+id+key."""

    name: str
    public: bytes

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{written(ED25519 + self.public)}"

    @property
    def id(self) -> bytes:
        return sha256(self.name.encode() + b"\n" + ED25519 + self.public).digest()[:4]

    def signed(self, note: str) -> str:
        """The text of a note, if this key signed it. NoteError if not."""
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

        text, _, signatures = note.rpartition("\n\n")
        text += "\n"
        for line in signatures.splitlines():
            name, _, said = line.removeprefix(DASH).partition(" ")
            bytes_ = read(said)
            if name == self.name and line.startswith(DASH) and bytes_[:4] == self.id:
                try:
                    Ed25519PublicKey.from_public_bytes(self.public).verify(
                        bytes_[4:], text.encode()
                    )
                except InvalidSignature:
                    raise NoteError(f"the signature of {name} does not fit") from None
                return text
        raise NoteError(f"it is not signed with the key {self}")


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs the checkpoints of one ledger, by its secret of 32 bytes."""

    name: str
    seed: bytes

    def __repr__(self) -> str:
        return f"Signer({self.name!r})"  # never the secret

    @property
    def key(self) -> VerifierKey:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        private = Ed25519PrivateKey.from_private_bytes(self.seed)
        return VerifierKey(self.name, private.public_key().public_bytes_raw())

    def note(self, text: str) -> str:
        """The text, signed."""
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        signature = Ed25519PrivateKey.from_private_bytes(self.seed).sign(text.encode())
        return f"{text}\n{DASH}{self.name} {written(self.key.id + signature)}\n"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """How far a ledger had come, signed: kept elsewhere, it shows later that nothing before was rewritten."""

    origin: str
    size: int
    root: bytes
    at: str  # when it was signed, as moments are stored
    note: str = ""  # the whole of it, with its signatures

    @property
    def text(self) -> str:
        """What is signed."""
        return f"{self.origin}\n{self.size}\n{written(self.root)}\ntime {self.at}\n"


def read_checkpoint(note: str) -> Checkpoint:
    """A checkpoint from its note; whether it is signed, and by whom, is asked of the key."""
    lines = note.split("\n")
    if len(lines) < 6 or not note.endswith("\n") or lines[4]:
        raise NoteError("it is no checkpoint: origin, size, root, time, a blank line, a signature")
    name, size, root, time = lines[:4]
    at = time.removeprefix("time ")
    hashed = read(root)
    if not (name and SIZE.fullmatch(size) and len(hashed) == 32 and MOMENT.fullmatch(at)):
        raise NoteError("it is no checkpoint: its size, its root or its time cannot be read")
    return Checkpoint(name, int(size), hashed, at, note)


def written(hashed: bytes) -> str:
    """Base 64, as the formats of C2SP have it."""
    return b64encode(hashed).decode()


def read(text: str) -> bytes:
    """The bytes of a base 64 text; empty where it is none."""
    try:
        return b64decode(text, validate=True)
    except (NoBase64, ValueError):
        return b""
