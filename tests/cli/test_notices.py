"""`troth notices`: opened once, how far it is, the calls and the letters taken out and in."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

import troth
from tests.campaigns.changing import FIRST, MODES, SECOND, WORDS

from .conftest import Bench

AT = datetime(2012, 1, 1, tzinfo=UTC)


@pytest.fixture
def acme(bench: Bench) -> Bench:
    """Acme with two versions and three people: a mail address, a telephone, a house."""
    folder = bench.folder / "policies"
    for text in bench.policy.parent.iterdir():
        text.unlink()
    bench.policy.parent.rmdir()
    (folder / "acme").mkdir()
    changes, reading, more = MODES["told"]
    (folder / "words.md").write_text(WORDS)
    first = FIRST.format(changes=changes, reading=reading, more=more)
    (folder / "acme" / "2010-01-01.md").write_text(first)
    (folder / "acme" / "2015-01-01.md").write_text(SECOND)
    company = troth.open("policies", "sqlite:///troth.db").company("acme")
    given = (
        {"email": "ida@example.com", "hobby": "chess"},
        {"phone": "+41 44 555 01 01", "hobby": "chess"},
        {"email": "eva@example.com", "postal-address": "Dorfplatz 1, 8000 Zürich", "hobby": "go"},
    )
    for values in given:
        company.collect("shop", {"name": "Someone", **values}, at=AT)
    with company.writing() as session:  # Eva gave her address up
        from troth.people.people import end_identifier

        end_identifier(session, company.key, 3, "email", "eva@example.com", AT)
    return bench


def test_a_campaign_from_the_terminal(acme: Bench) -> None:
    assert acme.run("notices", "status", "acme").exit_code == 2
    for _ in range(2):
        opened = acme.run("notices", "open", "acme")
        assert opened.output == "3 people are told of acme/2015-01-01\n"
    said = json.loads(acme.run("notices", "status", "acme", "--clauses", "--json").output)
    assert said["by_way"] == {"email": 1, "letter": 1, "phone": 1}
    assert said["clauses"] == {"privacy.ads": 3, "privacy.news": 2, "privacy.partners": 3}
    acme.run("notices", "calls", "acme", "--out", "calls.csv")
    table = Path("calls.csv").read_text()
    assert "1,2,1,'+41 44 555 01 01," in table
    Path("calls.csv").write_text(table.rstrip("\n") + "told\n")
    assert acme.run("notices", "called", "acme", "calls.csv").output.startswith("1 told")
    assert "1 known" in acme.run("notices", "called", "acme", "calls.csv").output
    assert acme.run("notices", "letters", "acme", "--out", "letters.pdf").exit_code == 0
    assert Path("letters.pdf").read_bytes().startswith(b"%PDF-")
    assert acme.run("notices", "posted", "acme").output == "1 told by letter\n"
    assert acme.run("notices", "returned", "acme", "3").output == "1 letters came back\n"
    plain = acme.run("notices", "status", "acme").output
    for line in ("3  people", "1  told", "1  bounced", "1  waiting", "1  wait for email"):
        assert f"        {line}" in plain


def test_what_is_wrong_is_told_and_nothing_done(acme: Bench) -> None:
    acme.run("notices", "open", "acme")
    Path("wrong.csv").write_text("person\n1\n")
    wrong = acme.run("notices", "called", "acme", "wrong.csv")
    assert wrong.exit_code == 3
    assert "the first line must name" in wrong.output
    assert (
        "no version 2016-01-01"
        in acme.run("notices", "open", "acme", "--version", "2016-01-01").output
    )
    assert "did you mean acme?" in acme.run("notices", "open", "acmee").output


def test_what_is_published_is_told_of_at_once_where_that_is_asked_for(acme: Bench) -> None:
    said = ("--by", "Kim", "--reason", "a new shop")
    first = acme.run("publish", "acme@2010-01-01", *said, "--on", "2010-01-01")
    assert "then: troth notices open acme --version 2010-01-01" in first.output
    second = acme.run("publish", "acme@2015-01-01", *said, "--on", "2014-12-01", "--tell")
    assert second.output.endswith("3 people are told of acme/2015-01-01\n"), second.output
    assert json.loads(acme.run("notices", "status", "acme", "--json").output)["people"] == 3


def test_other_letters_need_a_font(acme: Bench) -> None:
    company = troth.open("policies", "sqlite:///troth.db").company("acme")
    company.collect(
        "shop", {"name": "Łucja", "postal-address": "Łódź", "hobby": "go", "phone": "12345"}, at=AT
    )
    with company.writing() as session:
        from troth.people.people import end_identifier

        end_identifier(session, company.key, 4, "phone", "12345", AT)
    acme.run("notices", "open", "acme")
    refused = acme.run("notices", "letters", "acme", "--out", "letters.pdf")
    assert (refused.exit_code, "--font" in refused.output) == (3, True)


def test_who_does_not_come_to_see_it_is_given_up(acme: Bench) -> None:
    folder = acme.folder / "policies" / "acme"
    first = (folder / "2010-01-01.md").read_text()
    (folder / "2010-01-01.md").write_text(first.replace("by email, phone, letter", "by site"))
    acme.run("notices", "open", "acme")
    assert acme.run("notices", "give-up", "acme").output.startswith("0 did not come")
    given_up = acme.run("notices", "give-up", "acme", "--days", "0")
    assert given_up.output == "3 did not come and count as not reached\n"
    said = json.loads(acme.run("notices", "status", "acme", "--json").output)
    assert (said["unreachable"], said["waiting"]) == (3, 0)
