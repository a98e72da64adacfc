"""What the demo's mail server says and hears on one connection: SMTP (RFC 5321), with reports asked for (RFC 3461)."""

from __future__ import annotations

import re
import socketserver
from collections.abc import Callable
from dataclasses import dataclass, field

LONGEST_LINE = 4096  # bytes, where RFC 5321, 4.5.3.1 asks for a thousand
MOST_BYTES = 1_000_000
MOST_TO = 100  # recipients of one mail
IDLE = 300  # seconds without a word (RFC 5321, 4.5.3.2.7)
OFFERED = (f"SIZE {MOST_BYTES}", "8BITMIME", "SMTPUTF8", "DSN", "PIPELINING")
PATH = re.compile(r"(FROM|TO):\s*<([^<>]*)>\s*(.*)", re.IGNORECASE)


@dataclass
class Envelope:
    """From whom and to whom, with what was asked for of each: parameters by name, in capitals."""

    sender: str
    asked: dict[str, str]
    to: list[tuple[str, dict[str, str]]] = field(default_factory=list)


Take = Callable[[Envelope, bytes], None]  # what becomes of a mail once it is wholly here


class MailServer(socketserver.ThreadingTCPServer):
    """A mail server on a free port of this machine: one thread for each connection."""

    daemon_threads = True

    def __init__(self, take: Take) -> None:
        super().__init__(("127.0.0.1", 0), Talk)
        self.take = take

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.server_address[1])


class Talk(socketserver.StreamRequestHandler):
    """One connection, from the greeting to the goodbye."""

    timeout = IDLE
    server: MailServer

    def handle(self) -> None:
        """Answer each line in its turn. Whoever is silent too long, or just leaves, is left."""
        self._greeted, self._envelope = False, None
        try:
            self._say(220, "demo.example, a demo's own mail server")
            while line := self.rfile.readline(LONGEST_LINE):
                if len(line) == LONGEST_LINE and not line.endswith(b"\n"):
                    self._say(500, "a line this long is none")
                    return
                verb, _, rest = line.decode("utf-8", "replace").strip().partition(" ")
                if not self._one(verb.upper(), rest):
                    return
        except OSError:
            return

    _greeted: bool
    _envelope: Envelope | None

    def _one(self, verb: str, rest: str) -> bool:
        """Answer one line; False after the goodbye."""
        match verb:
            case "QUIT":
                self._say(221, "goodbye")
                return False
            case "EHLO" | "HELO":
                self._greeted, self._envelope = True, None
                self._say(250, "demo.example", *(OFFERED if verb == "EHLO" else ()))
            case "NOOP":
                self._say(250, "still here")
            case "RSET":
                self._envelope = None
                self._say(250, "forgotten")
            case "VRFY":
                self._say(252, "send it and see")
            case "MAIL" | "RCPT" | "DATA" if not self._greeted:
                self._say(503, "say who you are first")
            case "MAIL":
                self._mail(rest)
            case "RCPT":
                self._rcpt(rest)
            case "DATA":
                self._data()
            case _:
                self._say(502, "not here")
        return True

    def _mail(self, rest: str) -> None:
        read = PATH.fullmatch(rest)
        if self._envelope is not None:
            self._say(503, "one mail after the other")
        elif read is None or read[1].upper() != "FROM":
            self._say(501, "MAIL FROM:<address>")
        else:
            asked = _parameters(read[3])
            size = asked.get("SIZE", "0")
            if size.isdigit() and int(size) > MOST_BYTES:
                self._say(552, "too long")
                return
            self._envelope = Envelope(read[2], asked)
            self._say(250, "go on")

    def _rcpt(self, rest: str) -> None:
        read = PATH.fullmatch(rest)
        if self._envelope is None:
            self._say(503, "from whom?")
        elif read is None or read[1].upper() != "TO" or "@" not in read[2]:
            self._say(501, "RCPT TO:<address>")
        elif len(self._envelope.to) >= MOST_TO:
            self._say(452, "enough for one mail")
        else:
            self._envelope.to.append((read[2], _parameters(read[3])))
            self._say(250, "go on")

    def _data(self) -> None:
        envelope = self._envelope
        if envelope is None or not envelope.to:
            self._say(503, "to whom?")
            return
        self._say(354, "go on, and end with a dot")
        content = self._until_the_dot()
        self._envelope = None
        if content is None:
            self._say(552, "too long")
            return
        self.server.take(envelope, content)
        self._say(250, "taken")

    def _until_the_dot(self) -> bytes | None:
        """The mail with the dots that were doubled on the way made single; None: too long."""
        found = bytearray()
        begins = True  # a line longer than what is read at once goes on, and does not begin
        while line := self.rfile.readline(LONGEST_LINE):
            if begins and line in (b".\r\n", b".\n"):
                return bytes(found) if len(found) <= MOST_BYTES else None
            if len(found) <= MOST_BYTES:
                found += line[1:] if begins and line.startswith(b".") else line
            begins = line.endswith(b"\n")
        raise ConnectionError("gone in the middle of a mail")

    def _say(self, code: int, *lines: str) -> None:
        last = len(lines) - 1
        said = (f"{code}{' ' if n == last else '-'}{line}\r\n" for n, line in enumerate(lines))
        self.wfile.write("".join(said).encode())


def _parameters(written: str) -> dict[str, str]:
    """`SIZE=120 ENVID=a.1 NOTIFY=FAILURE` by name."""
    pairs = (one.partition("=") for one in written.split())
    return {name.upper(): value for name, _, value in pairs}
