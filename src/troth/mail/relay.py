"""The way to the relay: one connection for many mails, and what each answer of it means."""

from __future__ import annotations

import smtplib
import ssl
from contextlib import suppress
from email.message import EmailMessage
from email.utils import parseaddr
from typing import Literal, NamedTuple

from troth.settings import Relay

TIMEOUT = 30  # seconds without an answer
MANY = 100  # mails on one connection: relays end longer ones
GONE = (421, 451, 452)  # the relay wants to be left in peace for a while


class Outcome(NamedTuple):
    """What became of one try; `down`: nothing can be tried now. `problem` holds no address."""

    state: Literal["sent", "bounced", "again", "down"]
    problem: str = ""


class Line:
    """A connection to the relay, opened when it is first needed."""

    def __init__(self, relay: Relay) -> None:
        self.relay = relay
        self._open: smtplib.SMTP | None = None
        self._sent = 0

    def send(self, mail: EmailMessage) -> Outcome:
        """Hand one mail over. It counts as sent when the relay has taken it, and not before."""
        try:
            server = self._server()
            outcome = self._hand_over(server, mail)
        except smtplib.SMTPResponseException as error:  # it greets or signs us in no longer
            self.close()
            return Outcome("down", f"the relay answered {error.smtp_code}")
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            return Outcome("down", f"the relay is not reached: {type(error).__name__}")
        self._sent += 1
        if self._sent >= MANY:
            self.close()
        return outcome

    def close(self) -> None:
        """Say goodbye, if anybody listens."""
        server, self._open, self._sent = self._open, None, 0
        if server is not None:
            with suppress(OSError, smtplib.SMTPException):
                server.quit()

    def _hand_over(self, server: smtplib.SMTP, mail: EmailMessage) -> Outcome:
        sender = parseaddr(str(mail["From"]))[1]
        to = mail["To"].addresses[0].addr_spec
        plain = (sender + to).isascii()
        options = [] if plain else ["SMTPUTF8", "BODY=8BITMIME"]
        told: list[str] = []
        if server.has_extn("dsn"):  # a mail that comes back says which it was (RFC 3461)
            options += [
                "RET=HDRS",
                f"ENVID={str(mail['Message-ID']).strip('<>').partition('@')[0]}",
            ]
            told = ["NOTIFY=FAILURE"]
        try:
            server.sendmail(sender, [to], mail.as_bytes(), options, told)
        except smtplib.SMTPRecipientsRefused as error:
            code = next(iter(error.recipients.values()))[0]
        except (smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as error:
            if 500 <= error.smtp_code < 600 and isinstance(error, smtplib.SMTPDataError):
                return Outcome("bounced", f"the relay refused the mail: {error.smtp_code}")
            return Outcome("again", f"the relay answered {error.smtp_code}")
        except smtplib.SMTPNotSupportedError:
            return Outcome("bounced", "the relay takes no address in other letters than ASCII")
        else:
            return Outcome("sent")
        if 500 <= code < 600:
            return Outcome("bounced", f"the relay refused the address: {code}")
        if code in GONE:
            self.close()
        return Outcome("again", f"the relay answered {code}")

    def _server(self) -> smtplib.SMTP:
        if self._open is None:
            self._open = self._connected()
        return self._open

    def _connected(self) -> smtplib.SMTP:
        relay, trusted = self.relay, ssl.create_default_context()
        if relay.security == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                relay.host, relay.port, timeout=TIMEOUT, context=trusted
            )
        else:
            server = smtplib.SMTP(relay.host, relay.port, timeout=TIMEOUT)
        try:
            if relay.security == "starttls":
                server.starttls(
                    context=trusted
                )  # raises where the relay offers none: never in clear
            server.ehlo_or_helo_if_needed()
            if relay.user:
                server.login(relay.user, relay.password)
        except BaseException:
            server.close()
            raise
        return server
