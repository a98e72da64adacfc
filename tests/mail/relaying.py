"""A real mail server on a loopback port that keeps what it is given, and refuses whom it is told to refuse."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from troth.settings import Relay

SENDER = "privacy@{company}.example"


class Received:
    """The mails a server took, and what it answers for an address; 250 where nothing is said."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.envelopes: list[tuple[str, list[str]]] = []
        self.answers: dict[str, str] = {}
        self.signed_in: list[bytes] = []
        self.encrypted: list[bool] = []

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.answers.get(address, "250 ok")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
            envelope.rcpt_options.extend(options)
        return answer

    async def handle_DATA(self, _server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        found: Any = message_from_bytes(envelope.content, policy=default)
        self.mails.append(found)
        self.envelopes.append((str(envelope.mail_from), envelope.rcpt_tos))
        self.encrypted.append(session.ssl is not None)
        return "250 taken"

    def to(self, address: str) -> list[EmailMessage]:
        return [mail for mail in self.mails if address in str(mail["To"])]

    def login(self, _s: object, _session: object, _e: object, _how: str, data: Any) -> AuthResult:
        self.signed_in.append(data.login)
        fits = isinstance(data, LoginPassword) and data.password == b"a secret"
        return AuthResult(success=fits)


@contextmanager
def relaying(
    received: Received, address: str = "http://127.0.0.1:8000", tls: ssl.SSLContext | None = None
) -> Iterator[Relay]:
    """The server, and how it is reached. With `tls` it asks for STARTTLS and a password."""
    more: dict[str, Any] = (
        {}
        if tls is None
        else {
            "tls_context": tls,
            "require_starttls": True,
            "auth_required": True,
            "authenticator": received.login,
        }
    )
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(received, hostname="127.0.0.1", port=port, **more)
    controller.start()
    try:
        security = "starttls" if tls else "none"
        user = ("troth", "a secret") if tls else ("", "")
        yield Relay("localhost" if tls else "127.0.0.1", port, security, SENDER, address, *user)
    finally:
        controller.stop()
