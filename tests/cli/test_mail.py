"""`work`, `mail send`, `mail bounced`: mails through a real server, and the exits."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

import troth
from tests.mail.relaying import Received, relaying
from tests.mail.returned import returned
from troth.demo import receiving
from troth.demo.world import nobody_has
from troth.settings import Relay

from .conftest import POLICY, Bench

NEWS = """
```words
purpose news "our news"
way email "e-mail"
```

```policy
choice no-news "No more news" by email
news: may use email for news
    unless no-news
```
"""
IDA = "ida@example.com"


@pytest.fixture
def writing(bench: Bench) -> Bench:
    """A bakery that may write news to Ida."""
    bench.policy.write_text(POLICY + NEWS)
    bench.collect()
    (bench.folder / "news.txt").write_text("New bread.\n")
    return bench


def set_up(patch: pytest.MonkeyPatch, relay: Relay) -> None:
    said = {"HOST": relay.host, "PORT": str(relay.port), "SECURITY": "none"}
    for name, value in said.items():
        patch.setenv(f"TROTH_SMTP_{name}", value)
    patch.setenv("TROTH_MAIL_FROM", "bread@bakery.example")
    patch.setenv("TROTH_ADDRESS", "https://bakery.example/")


SEND = ("mail", "send", "bakery", "news.txt", "--for", "news", "--subject", "Bread")


def test_a_mailing_is_sent_by_the_work_and_what_came_back_is_noted(
    writing: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    received = Received()
    waiting = writing.run("work", "--once")
    assert waiting.exit_code == 0
    assert "mails wait in the outbox" in waiting.output
    assert writing.run(*SEND).output == "1 will get it, 0 may not\n"
    with relaying(received) as relay:
        set_up(monkeypatch, relay)
        assert writing.run("work", "--once").output == "1 jobs begun\n"
    (sent,) = received.mails
    assert re.fullmatch(
        r"<https://bakery.example/bakery/unsubscribe/\S+>", sent["List-Unsubscribe"]
    )
    back = Path("back.eml")
    back.write_bytes(returned(sent))
    assert writing.run("mail", "bounced", "back.eml").exit_code == 0
    again = writing.run("mail", "bounced", "back.eml")
    assert (again.exit_code, again.output[:8]) == (1, "0 of 1 s")


@pytest.mark.parametrize(
    ("words", "said", "code"),
    [
        ((*SEND[:4], "--for", "nwes", "--subject", "x"), "did you mean news?", 2),
        ((*SEND[:4], "--for", "orders", "--subject", "x"), "no choice ends mails", 3),
        (("mail", "send", "bakery", "no.txt", "--for", "news", "--subject", "x"), "no.txt", 2),
        (("mail", "bounced", "no.eml"), "no.eml", 2),
    ],
)
def test_what_is_wrong_is_told(
    writing: Bench, words: tuple[str, ...], said: str, code: int
) -> None:
    result = writing.run(*words)
    assert said in result.output
    assert result.exit_code == code


def test_a_relay_that_is_set_wrongly_is_told_before_anything(
    writing: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TROTH_SMTP_HOST", "mail.bakery.example")
    monkeypatch.delenv("TROTH_MAIL_FROM", raising=False)
    for words in (("work", "--once"), ("serve", "--port", "0")):
        result = writing.run(*words)
        assert result.exit_code == 3
        assert "TROTH_MAIL_FROM is no address" in result.output


def test_the_demo_has_a_mail_server_that_reports_what_nobody_could_be_given(
    writing: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bakery = troth.open("policies", "sqlite:///troth.db").company("bakery")
    at = datetime(2026, 2, 1, tzinfo=UTC)
    people = [f"somebody.{n}@example.org" for n in range(60)]
    for email in people:
        bakery.collect("order-form", {"email": email}, at=at)
    nobodys = sum(map(nobody_has, people))
    assert 0 < nobodys < 10
    with receiving("http://127.0.0.1:1/") as (relay, received):
        set_up(monkeypatch, relay)
        writing.run(*SEND)
        writing.run("work", "--once")
        reports = list(map(str, Path(relay.bounces, "new").iterdir()))
        said = writing.run("mail", "bounced", *reports).output
    assert len(received) == len(people) + 1
    assert said == f"{nobodys} of {nobodys} said that a mail of ours came back\n"
    assert "New bread." in received[0].get_content()
