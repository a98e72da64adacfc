"""The desk's page of campaigns: opened by a button, counted, calls and letters out and in; in a real browser too."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from tests.campaigns.changing import Changing, changing
from tests.mail.relaying import Received, relaying
from tests.site.served import HERE, PASSWORD, fields, fill
from tests.store.opened import opened
from troth import access
from troth.people.notices import tellings
from troth.site import create_app, set_access_code

VERSION = "acme/2015-01-01"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Changing]:
    with opened("sqlite", tmp_path) as store, relaying(Received()) as relay:
        made = changing(tmp_path, store, "told", relay)
        with made.acme.writing() as session:
            access.add_operator(session, "Kim", PASSWORD, ["privacy-officer"], at=made.now)
        yield made


@pytest.fixture
def desk(house: Changing) -> TestClient:
    browser = TestClient(create_app(house.house, mail=True), base_url=HERE)
    fill(browser, "/desk/sign-in", {"company": "acme", "name": "Kim", "password": PASSWORD})
    return browser


def test_it_is_opened_counted_and_worked_off(house: Changing, desk: TestClient) -> None:
    house.person(1, "email"), house.person(2, "phone"), house.person(3, "postal-address")
    house.person(4)
    page = fill(desk, "/desk/notices", {"open": VERSION})
    assert "1 of 4 done" in page.text
    house.work()
    page = desk.get("/desk/notices?clauses=1")
    assert "2 of 4 done" in page.text
    assert "what you like for advertisements" in page.text
    form = {**fields(page.text, "/desk/notices"), "campaign": "1"}

    def do(what: str, **more: str) -> str:
        answer = desk.post("/desk/notices", data={**form, "do": what, **more})
        assert answer.status_code in (200, 422)
        return str(answer.text)

    calls = desk.post("/desk/notices", data={**form, "do": "calls"})
    assert calls.headers["content-type"].startswith("text/csv")
    assert 'filename="calls-1.csv"' in calls.headers["content-disposition"]
    assert "line 2: the outcome is one of" in do("called", table=calls.text.rstrip() + "maybe")
    assert "1 told" in do("called", table=calls.text.rstrip() + "told")
    pdf = desk.post("/desk/notices", data={**form, "do": "letters"})
    assert pdf.content.startswith(b"%PDF-")
    assert "1 letters were posted" in do("posted")
    page = desk.get("/desk/notices")
    assert "4 of 4 done" in page.text
    assert "p1@example.com" not in page.text
    assert "there is nothing of the kind" in do("sing")
    wrong = desk.post("/desk/notices", data={**form, "campaign": "9", "do": "calls"})
    assert wrong.status_code == 422


def test_nobody_but_the_operator_sees_or_opens_it(house: Changing) -> None:
    browser = TestClient(create_app(house.house), base_url=HERE)
    assert "/desk/sign-in" in str(browser.get("/desk/notices").url)
    sent = browser.post("/desk/notices", data={"open": VERSION}, follow_redirects=False)
    assert sent.headers["location"] == "/desk/sign-in"
    assert "People" not in browser.get("/desk/notices").text


def test_who_sees_it_on_the_site_is_told_where_that_was_promised(tmp_path: Path) -> None:
    with opened("sqlite", tmp_path) as store:
        house = changing(tmp_path, store, "told", None, "site, email")
        person = house.person(1, "phone")
        campaign = house.publish()
        assert house.counts(campaign).waiting == 1
        with house.acme.writing() as session:
            set_access_code(session, house.acme.key, person, "A CODE", house.now)
        browser = TestClient(create_app(house.house), base_url=HERE)
        fill(browser, "/acme/sign-in", {"email": "", "code": "A CODE"})
        assert "What waits for your word" in browser.get("/acme/choices").text
        found = house.counts(campaign)
        with house.acme.reading() as session:
            told = tellings(session, person)
    assert found.told == 1
    assert [(one.way, one.outcome) for one in told] == [("site", "delivered")]
