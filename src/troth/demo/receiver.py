"""The demo's own mail server: takes what the post sends, keeps it to be read, and reports what nobody could be given."""

from __future__ import annotations

import mailbox
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import overload

from troth.settings import Relay

from .reports import report, wanted
from .smtp import Envelope, MailServer
from .world import nobody_has

MOST = 20_000  # mails that are kept


class Received(Sequence[EmailMessage]):
    """The mails that were taken, the last of them; kept as they came, and read when they are looked at."""

    def __init__(self) -> None:
        self._raw: deque[bytes] = deque(maxlen=MOST)

    def keep(self, content: bytes) -> None:
        """One more."""
        self._raw.append(content)

    def __len__(self) -> int:
        return len(self._raw)

    @overload
    def __getitem__(self, at: int) -> EmailMessage: ...
    @overload
    def __getitem__(self, at: slice) -> list[EmailMessage]: ...
    def __getitem__(self, at: int | slice) -> EmailMessage | list[EmailMessage]:
        if isinstance(at, slice):
            return [_read(one) for one in list(self._raw)[at]]
        return _read(self._raw[at])


def _read(raw: bytes) -> EmailMessage:
    return message_from_bytes(raw, policy=default)


@contextmanager
def receiving(address: str) -> Iterator[tuple[Relay, Received]]:
    """The server on a free port of this machine: how it is reached, and the mails it was given so far. What comes
    back lies in the Maildir that the relay names."""
    received = Received()
    with TemporaryDirectory(prefix="troth-demo-") as folder:
        spool = Path(folder) / "returned"
        returned = mailbox.Maildir(spool)
        writing = threading.Lock()

        def take(envelope: Envelope, content: bytes) -> None:
            with writing:
                received.keep(content)
                for to, asked in envelope.to:
                    if envelope.sender and nobody_has(to) and wanted(asked):
                        returned.add(report(envelope, content, to))

        with MailServer(take) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            sender, here = "privacy@{company}.example", address.rstrip("/")
            reached = Relay("127.0.0.1", server.port, "none", sender, here, bounces=str(spool))
            yield reached, received
            server.shutdown()
