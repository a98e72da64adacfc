"""Settings, read here at the rim and nowhere else: environment variables that begin with `TROTH_`."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
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


def ledger_key(database: str) -> bytes:
    """The secret that signs the checkpoints of a store's ledgers: 32 bytes in a file outside the store.

    `TROTH_LEDGER_KEY` names the file, else it is `PATH.ledger-key` beside a SQLite file. It is made when it is
    first needed; a file that others may read is refused. A store in memory has one for as long as it lives.
    """
    path = os.environ.get("TROTH_LEDGER_KEY", "")
    if not path:
        path = database.removeprefix("sqlite:///")
        if path == database and database.startswith("sqlite:"):
            return secrets.token_bytes(KEY_BYTES)
        if path == database:
            raise ValueError(
                "set TROTH_LEDGER_KEY to the file of the key that signs checkpoints, outside the store"
            )
        path += ".ledger-key"
    return _key_file(Path(path), "the ledger's key")[:KEY_BYTES]


def _from_hex(written: str, named: str = "TROTH_KEY") -> bytes:
    try:
        key = bytes.fromhex(written)
    except ValueError:
        key = b""
    if len(key) < KEY_BYTES:
        raise ValueError(
            f"{named} is not {KEY_BYTES * 2} hex digits; make one with `openssl rand -hex 32`"
        )
    return key


def _key_file(path: Path, named: str = "TROTH_KEY") -> bytes:
    """The key in a file that its owner alone may read. Made whole or not at all: several may begin at once."""
    if not path.exists():
        made = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
        handle = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_hex(KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(made, path)
        made.unlink()
    if os.name == "posix" and path.stat().st_mode & 0o077:
        raise ValueError(f"{path} can be read by others than its owner; run `chmod 600 {path}`")
    return _from_hex(path.read_text().strip(), named)
