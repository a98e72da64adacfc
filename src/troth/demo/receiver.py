"""A tiny mail server for the demo: takes what the post sends, refuses a few addresses, keeps all of it in memory."""

from __future__ import annotations

import hashlib
import socketserver
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import cast

from troth.settings import Relay

MOST = 20_000  # mails that are kept
LONGEST = 1_000_000  # bytes of one
OF_A_HUNDRED = 3  # made-up addresses that nobody has, so that something comes back


@contextmanager
def receiving(address: str) -> Iterator[tuple[Relay, Sequence[EmailMessage]]]:
    """The server on a free port of this machine: how it is reached, and the mails it was given so far."""
    received: list[EmailMessage] = []

    class Talk(_Talk):
        mails = received

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Talk) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        host, port = cast(tuple[str, int], server.server_address)
        sender = "privacy@{company}.example"
        yield Relay(host, port, "none", sender, address.rstrip("/")), received
        server.shutdown()


def nobody_has(address: str) -> bool:
    """Three of a hundred addresses of example.org, always the same ones."""
    drawn = int(hashlib.sha256(address.encode()).hexdigest()[:8], 16)
    return address.endswith("@example.org") and drawn % 100 < OF_A_HUNDRED


class _Talk(socketserver.StreamRequestHandler):
    """What of SMTP a client of ours says (RFC 5321)."""

    mails: list[EmailMessage]

    def handle(self) -> None:
        self._say(220, "a demo")
        while line := self.rfile.readline(4096):
            verb = line[:4].strip().upper()
            if verb == b"QUIT":
                self._say(221, "goodbye")
                return
            if verb == b"RCPT" and nobody_has(_address(line)):
                self._say(550, "nobody has this address")
            elif verb == b"DATA":
                self._say(354, "go on")
                self._keep()
            elif verb in (b"EHLO", b"HELO", b"MAIL", b"RCPT", b"RSET", b"NOOP"):
                self._say(250, "ok")
            else:
                self._say(502, "not here")

    def _keep(self) -> None:
        found = bytearray()
        while (line := self.rfile.readline(4096)) not in (b".\r\n", b""):
            if len(found) < LONGEST:
                found += line[1:] if line.startswith(b"..") else line
        if len(self.mails) < MOST:
            self.mails.append(message_from_bytes(bytes(found), policy=default))
        self._say(250, "taken")

    def _say(self, code: int, text: str) -> None:
        self.wfile.write(f"{code} {text}\r\n".encode())


def _address(line: bytes) -> str:
    return line.partition(b"<")[2].partition(b">")[0].decode("utf-8", "replace").lower()
