"""Mails that come back: read in every form that servers give them, and believed only about our own."""

from __future__ import annotations

import mailbox
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.mail.posted import Posted
from tests.mail.relaying import Received
from tests.mail.returned import returned, returned_whole
from troth import mail
from troth.mail.letter import reference
from troth.store import tables as t

ANNA = "anna@example.com"


@pytest.fixture
def sent(post: Posted, received: Received) -> EmailMessage:
    """A mail that the relay took."""
    post.person(ANNA)
    one = post.company()
    with one.writing() as session:
        mail.write_mailing(one, session, "own-offers", "Spring", "A sale.", "Kim", post.now)
    post.work()
    (found,) = received.mails
    return found


def state(post: Posted) -> str:
    with post.company().reading() as session:
        row = session.one(t.outbox)
    assert row is not None
    return str(row.state)


def take(post: Posted, raw: bytes) -> bool:
    return mail.take_bounce(post.house, post.post.kinds, raw)


def test_by_its_headers(post: Posted, sent: EmailMessage) -> None:
    assert take(post, returned(sent))
    assert state(post) == "bounced"
    assert not take(post, returned(sent))  # once


def test_by_the_whole_mail(post: Posted, sent: EmailMessage) -> None:
    assert take(post, returned_whole(sent))


def test_by_the_envelope_id(post: Posted, sent: EmailMessage) -> None:
    assert take(post, returned(sent, envelope=reference(post.company(), 1), headers=False))


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", "expanded"])
def test_what_is_not_the_last_word_changes_nothing(
    post: Posted, sent: EmailMessage, action: str
) -> None:
    assert not take(post, returned(sent, action))
    assert state(post) == "sent"


def test_what_anybody_could_write_is_not_believed(post: Posted, sent: EmailMessage) -> None:
    forged = EmailMessage()
    forged["From"], forged["To"] = str(sent["From"]), ANNA
    forged["Message-ID"] = "<callminer.1.00000000000000000000@callminer.example>"
    assert not take(post, returned(forged))
    assert not take(post, sent.as_bytes())
    assert not take(post, b"")
    assert not take(post, b"\xff\x00" * 1000)
    assert state(post) == "sent"


def test_a_maildir_is_read_and_what_was_ours_removed(
    post: Posted, sent: EmailMessage, tmp_path: Path
) -> None:
    folder = tmp_path / "bounces"
    box = mailbox.Maildir(folder)
    for raw in (returned(sent), b"Subject: Hello\n\nHow are you?\n"):
        box.add(raw)
    assert mail.read_bounces(post.house, post.post.kinds, folder) == (1, 1)
    assert mail.read_bounces(post.house, post.post.kinds, folder) == (0, 0)
    assert [one["Subject"] for one in mailbox.Maildir(folder)] == ["Hello"]
    assert state(post) == "bounced"
