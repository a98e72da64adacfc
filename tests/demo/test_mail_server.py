"""The demo's own mail server, spoken to by the library's client and by hand."""

from __future__ import annotations

import mailbox
import smtplib
import socket
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage, Message
from email.policy import default
from pathlib import Path
from typing import cast

import pytest

from troth.demo import receiving
from troth.demo.receiver import Received
from troth.demo.smtp import MOST_BYTES
from troth.demo.world import nobody_has
from troth.settings import Relay

NOBODY = next(
    f"somebody.{n}@example.org" for n in range(200) if nobody_has(f"somebody.{n}@example.org")
)
SOMEBODY = next(
    f"somebody.{n}@example.org" for n in range(9) if not nobody_has(f"somebody.{n}@example.org")
)


@pytest.fixture
def server() -> Iterator[tuple[Relay, Received]]:
    with receiving("http://127.0.0.1:1/") as served:
        yield served


def mail(to: str, text: str = "Hello.\n") -> EmailMessage:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "privacy@acme.example", to, "A word"
    made["Message-ID"] = "<acme.7.abc@acme.example>"
    made.set_content(text)
    return made


def test_a_mail_arrives_as_it_was_sent(server: tuple[Relay, Received]) -> None:
    relay, received = server
    text = "Grüezi.\n.\n..two dots\n" + "long " * 900 + "\n"
    with smtplib.SMTP(relay.host, relay.port) as client:
        client.send_message(mail(SOMEBODY, text))
        client.send_message(mail(SOMEBODY))
    first, second = received
    assert first.get_content().replace("\r\n", "\n") == text
    assert second["Message-ID"] == "<acme.7.abc@acme.example>"
    assert list(Path(relay.bounces, "new").iterdir()) == []


def test_what_nobody_could_be_given_comes_back_as_a_report(server: tuple[Relay, Received]) -> None:
    relay, received = server
    with smtplib.SMTP(relay.host, relay.port) as client:
        client.ehlo()
        assert client.has_extn("dsn")
        client.send_message(
            mail(NOBODY),
            mail_options=["ENVID=acme.7.abc", "RET=HDRS"],
            rcpt_options=["NOTIFY=FAILURE"],
        )
        client.send_message(mail(NOBODY), rcpt_options=["NOTIFY=NEVER"])
    assert len(received) == 2
    (raw,) = mailbox.Maildir(relay.bounces, create=False)
    report = message_from_bytes(raw.as_bytes(), policy=default)
    assert report.get_content_type() == "multipart/report"
    assert report.get_param("report-type") == "delivery-status"
    _, status, returned = cast(list[Message], report.get_payload())
    whole, one = cast(list[Message], status.get_payload())
    assert whole["Original-Envelope-Id"] == "acme.7.abc"
    assert (one["Final-Recipient"], one["Action"], one["Status"]) == (
        f"rfc822; {NOBODY}",
        "failed",
        "5.1.1",
    )
    assert returned.get_content_type() == "text/rfc822-headers"
    assert "Message-ID: <acme.7.abc@acme.example>" in str(returned.get_payload())


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (["MAIL FROM:<a@b.example>"], 503),
        (["EHLO here", "RCPT TO:<a@b.example>"], 503),
        (["EHLO here", "MAIL FROM:<a@b.example>", "DATA"], 503),
        (["EHLO here", "MAIL FROM:<a@b.example>", "MAIL FROM:<a@b.example>"], 503),
        (["EHLO here", "MAIL a@b.example"], 501),
        (["EHLO here", "MAIL FROM:<a@b.example>", "RCPT TO:<nobody>"], 501),
        (["EHLO here", f"MAIL FROM:<a@b.example> SIZE={MOST_BYTES + 1}"], 552),
        (["HELO here", "MAIL FROM:<>", "RCPT TO:<a@b.example>"], 250),
        (["EHLO here", "MAIL FROM:<a@b.example>", "RSET", "MAIL FROM:<a@b.example>"], 250),
        (["TURN"], 502),
        (["VRFY a"], 252),
        (["NOOP", "QUIT"], 221),
        (["X" * 5000], 500),
    ],
)  # fmt: skip
def test_what_is_said_is_answered(
    server: tuple[Relay, Received], said: list[str], code: int
) -> None:
    relay, _ = server
    with (
        socket.create_connection((relay.host, relay.port), 5) as line,
        line.makefile("rwb") as talk,
    ):
        talk.readline()
        for word in said:
            talk.write(f"{word}\r\n".encode())
            talk.flush()
            while (answer := talk.readline())[3:4] == b"-":
                pass
        assert int(answer[:3]) == code


def test_a_mail_that_is_too_long_is_refused_and_the_next_taken(
    server: tuple[Relay, Received],
) -> None:
    relay, received = server
    with smtplib.SMTP(relay.host, relay.port) as client:
        client.helo()
        client.mail("a@b.example")
        client.rcpt("c@d.example")
        assert client.data(b"x" * 70 + b"\r\n" + (b"y" * 998 + b"\r\n") * 1010)[0] == 552
        client.send_message(mail(SOMEBODY))
    assert len(received) == 1
