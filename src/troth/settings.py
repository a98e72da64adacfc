"""Settings, read here at the rim and nowhere else: environment variables that begin with `TROTH_`."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

KEY_BYTES = 32
LEDGER = "TROTH_LEDGER_KEY"
HERE = "http://127.0.0.1:8000"


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the policies and the store are, and the key under which addresses are hashed."""

    policies: str
    database: str
    observe: bool = False

    @property
    def key(self) -> bytes:
        """Made when it is first needed: whoever only reads policies leaves no key behind."""
        return store_key(self.database)


def read_settings(policies: str | None = None, database: str | None = None) -> Settings:
    """What a command says, else the environment, else the folder one stands in.

    `TROTH_POLICIES`, `TROTH_DATABASE`, `TROTH_KEY` (hex), `TROTH_OBSERVE` (`yes`, `no`). Without `TROTH_KEY` a SQLite file has its key in
    a file of the same name with `.key` beside it, made when first needed and readable by its owner alone.
    """
    where = database or os.environ.get("TROTH_DATABASE", "sqlite:///troth.db")
    folder = policies or os.environ.get("TROTH_POLICIES", "policies")
    return Settings(folder, where, _yes("TROTH_OBSERVE"))


def _yes(name: str) -> bool:
    """What is switched on is said plainly; anything else is a slip that nobody would notice."""
    said = os.environ.get(name, "no")
    if said not in ("yes", "no"):
        raise ValueError(f"{name} is `{said}`; say yes or no")
    return said == "yes"


def read_postgres(database: str | None = None) -> str | None:
    """The PostgreSQL on which stories may be played: what a command says, else `TROTH_POSTGRES`."""
    return database or os.environ.get("TROTH_POSTGRES")


@dataclass(frozen=True, slots=True)
class Relay:
    """The mail server that takes our mails, as whom we send, and where the links in them lead."""

    host: str
    port: int
    security: str  # tls, starttls or none
    sender: str  # an address; `{company}` in it stands for the company's name
    address: str = HERE  # of the service, without a slash at its end
    user: str = ""
    password: str = field(default="", repr=False)
    bounces: str = ""  # a Maildir in which undeliverable mail comes back


PORTS = {"tls": 465, "starttls": 587, "none": 25}
LOCAL = ("127.0.0.1", "localhost", "::1")


def read_relay(address: str = "") -> Relay | None:
    """The relay that the environment names, or None: then mails wait in the outbox.

    `TROTH_SMTP_HOST`, `TROTH_SMTP_PORT`, `TROTH_SMTP_SECURITY` (tls, starttls or none), `TROTH_SMTP_USER`,
    `TROTH_SMTP_PASSWORD`, `TROTH_MAIL_FROM`, `TROTH_MAIL_BOUNCES` (a Maildir), and `TROTH_ADDRESS`: where the
    service is reached, which links must not take from whoever asks; else `address`, where it listens.
    """
    said = os.environ.get
    host = said("TROTH_SMTP_HOST", "")
    if not host:
        return None
    security = said("TROTH_SMTP_SECURITY", "starttls")
    if security not in PORTS:
        raise ValueError(f"TROTH_SMTP_SECURITY is {security}; say tls, starttls or none")
    port = said("TROTH_SMTP_PORT", str(PORTS[security]))
    if not port.isdecimal() or not 0 < int(port) < 65536:
        raise ValueError(f"TROTH_SMTP_PORT is {port}; say a number from 1 to 65535")
    sender = said("TROTH_MAIL_FROM", "")
    if sender.count("@") != 1 or any(c.isspace() for c in sender):
        raise ValueError(
            "TROTH_MAIL_FROM is no address; say who sends, such as privacy@acme.example"
        )
    user, password = said("TROTH_SMTP_USER", ""), said("TROTH_SMTP_PASSWORD", "")
    if user and security == "none" and host not in LOCAL:
        raise ValueError(
            "TROTH_SMTP_PASSWORD would cross the network in clear; say starttls or tls"
        )
    reached = (said("TROTH_ADDRESS", "") or address or HERE).rstrip("/")
    if not reached.startswith(("http://", "https://")):
        raise ValueError(f"TROTH_ADDRESS is {reached}; say it with https://")
    bounces = said("TROTH_MAIL_BOUNCES", "")
    return Relay(host, int(port), security, sender, reached, user, password, bounces)


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
    path = os.environ.get(LEDGER, "")
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


def keys_follow(source: str, target: str) -> list[str]:
    """Keys that are files beside a SQLite store: copied beside the new one where that is a file too; else what
    is to be set for it, in words that name the files and no key. What the surroundings say stays said."""
    said = []
    for name, ending, how in (("TROTH_KEY", ".key", "$(cat {})"), (LEDGER, ".ledger-key", "{}")):
        old, new = _beside(source, ending), _beside(target, ending)
        kept = old if old is not None and old.exists() else None
        if os.environ.get(name):  # it goes on being what the surroundings say
            continue
        if new is None and kept is not None:
            said.append(f"set {name}={how.format(kept.resolve())} for the new store")
        elif new is not None and kept is not None and not new.exists():
            handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w") as file:
                file.write(kept.read_text())
    return said


def _beside(database: str, ending: str) -> Path | None:
    path = database.removeprefix("sqlite:///")
    return None if path == database else Path(path + ending)


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
