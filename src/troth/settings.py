"""Settings, read here at the rim and nowhere else: environment variables that begin with `TROTH_`."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the policies and the store are, and the key under which addresses are hashed."""

    policies: str
    database: str

    @property
    def key(self) -> bytes:
        """Made when it is first needed: whoever only reads policies leaves no key behind."""
        return store_key(self.database)


def read_settings(policies: str | None = None, database: str | None = None) -> Settings:
    """What a command says, else the environment, else the folder one stands in.

    `TROTH_POLICIES`, `TROTH_DATABASE`, `TROTH_KEY` (hex). Without `TROTH_KEY` a SQLite file has its key in
    a file of the same name with `.key` beside it, made when first needed and readable by its owner alone.
    """
    where = database or os.environ.get("TROTH_DATABASE", "sqlite:///troth.db")
    folder = policies or os.environ.get("TROTH_POLICIES", "policies")
    return Settings(folder, where)


def read_postgres(database: str | None = None) -> str | None:
    """The PostgreSQL on which stories may be played: what a command says, else `TROTH_POSTGRES`."""
    return database or os.environ.get("TROTH_POSTGRES")


def store_key(database: str) -> bytes:
    """The key of a store; a store in memory has one for as long as it lives."""
    written = os.environ.get("TROTH_KEY")
    if written:
        return _from_hex(written)
    path = database.removeprefix("sqlite:///")
    if path == database:
        if database.startswith("sqlite:"):
            return secrets.token_bytes(KEY_BYTES)
        raise ValueError(
            f"set TROTH_KEY ({KEY_BYTES * 2} hex digits) for a store other than SQLite"
        )
    return _key_file(Path(path + ".key"))


def _from_hex(written: str) -> bytes:
    try:
        key = bytes.fromhex(written)
    except ValueError:
        key = b""
    if len(key) < KEY_BYTES:
        raise ValueError(
            f"TROTH_KEY is not {KEY_BYTES * 2} hex digits; make one with `openssl rand -hex 32`"
        )
    return key


def _key_file(path: Path) -> bytes:
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _from_hex(path.read_text().strip())
    with os.fdopen(handle, "w") as file:
        key = secrets.token_bytes(KEY_BYTES)
        file.write(key.hex())
    return key
