"""A person's own door: a link by e-mail, her addresses joined and parted, her receipts, the way out of mails."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from starlette.testclient import TestClient

from tests.mail.relaying import Received, relaying
from tests.site.served import HERE, Served, at_the_desk, fields, fill, sign_in, someone
from troth import mail
from troth.mail import Post
from troth.people.people import add_person
from troth.people.same import same
from troth.site import create_app
from troth.store import tables as t
from troth.work import Worker

LINK = re.compile(rf"{HERE}(/callminer/link/\S+)")
MINUTE = timedelta(minutes=1)


class Door:
    """The service with a relay, and a worker that works when it is told to."""

    def __init__(self, served: Served, post: Post, received: Received) -> None:
        self.served, self.received = (
            replace(served, app=create_app(served.house, mail=True)),
            received,
        )
        names = tuple(served.house.policies)
        self.worker = Worker(served.house.store, names, post.doers, served.house.clock)

    def ask(self, browser: TestClient, email: str, company: str = "callminer") -> httpx.Response:
        return fill(browser, f"/{company}/sign-in", {"email": email, "code": "", "way": "link"})

    def mailed(self, email: str) -> str:
        """The address of the newest link that was mailed there."""
        self.worker.all_due()
        found = [LINK.findall(one.get_content()) for one in self.received.to(email)]
        return str([way for each in found for way in each][-1])

    def press(self, browser: TestClient, way: str) -> httpx.Response:
        return fill(browser, way, {})

    def signed_in(self, email: str) -> TestClient:
        browser = self.served.browser()
        self.ask(browser, email)
        self.press(browser, self.mailed(email))
        return browser


@pytest.fixture
def door(served: Served) -> Iterator[Door]:
    received = Received()
    with served.company().writing() as session:
        session.remove(t.attempts, t.attempts.c.id > 0)
    with relaying(received, HERE) as relay:
        door = Door(served, Post(served.house, relay), received)
        door.worker.all_due()  # what an earlier test left undone
        received.mails.clear()
        yield door


def test_a_link_signs_in_when_its_button_is_pressed_and_once(door: Door) -> None:
    _, email, _ = door.served.anna()
    browser = door.served.browser()
    said = door.ask(browser, email)
    assert "If this address is known here" in said.text
    way = door.mailed(email)
    scanner = door.served.browser()
    for _ in range(3):
        assert "Sign in at CallMiner" in scanner.get(way).text
        assert scanner.head(way).status_code in (200, 405)
    assert not scanner.cookies
    page = door.press(browser, way)
    assert page.url.path == "/callminer/choices"
    assert email in page.text
    again = door.press(door.served.browser(), way)
    assert again.status_code == 409
    assert "was used already" in again.text


def test_a_link_leads_where_she_was_going_and_not_after_a_quarter_of_an_hour(door: Door) -> None:
    _, email, _ = door.served.anna()
    browser = door.served.browser()
    browser.get("/callminer/held")
    asked = fill(
        browser,
        "/callminer/sign-in?next=held",
        {"email": email, "way": "link"},
        "/callminer/sign-in",
    )
    assert asked.url.query == b"sent=yes&next=held"
    way = door.mailed(email)
    door.served.clock.set("2015-03-02 12:16")
    assert door.press(browser, way).status_code == 409
    door.served.clock.set("2015-03-02 12:14")
    assert door.press(browser, way).url.path == "/callminer/held"


def test_the_same_is_said_and_stored_whether_or_not_the_address_is_known(door: Door) -> None:
    _, email, _ = door.served.anna()

    def asked(address: str) -> tuple[int, str, dict[str, int]]:
        before = {
            name: door.served.count(table)
            for name, table in t.metadata.tables.items()
            if "company" in table.c
        }
        page = door.ask(door.served.browser(), address)
        plain = re.sub(r'(name="token") value="[^"]*"', r"\1", page.text)
        after = {
            name: door.served.count(table)
            for name, table in t.metadata.tables.items()
            if "company" in table.c
        }
        return page.status_code, plain, {name: after[name] - before[name] for name in after}

    assert asked(email) == asked("nobody@example.com")
    door.worker.all_due()
    assert len(door.received.mails) == 1


def test_links_are_few_for_one_address_and_for_one_client(door: Door) -> None:
    _, email, _ = door.served.anna()
    answers = [door.ask(door.served.browser(), email).status_code for _ in range(4)]
    assert answers == [200, 200, 200, 429]
    answers = [door.ask(door.served.browser(), someone()).status_code for _ in range(30)]
    assert answers.index(429) == 27
    door.served.clock.set("2015-03-02 12:20")
    assert door.ask(door.served.browser(), email).status_code == 200


def test_a_wrong_address_is_said_to_be_wrong(door: Door) -> None:
    page = door.ask(door.served.browser(), "anna@")
    assert page.status_code == 422
    assert "not a whole address" in page.text


def test_where_no_mail_may_or_can_be_sent_only_the_code_is_offered(
    door: Door, served: Served
) -> None:
    assert "Send me a link" in door.served.browser().get("/callminer/sign-in").text
    assert "Send me a link" not in served.browser().get("/callminer/sign-in").text


def test_the_code_is_the_second_way(door: Door) -> None:
    _, email, code = door.served.anna()
    assert sign_in(door.served.browser(), email, code).url.path == "/callminer/choices"


def test_a_link_asked_for_by_another_form_or_site_is_not_sent(door: Door) -> None:
    _, email, _ = door.served.anna()
    browser = door.served.browser()
    form = fields(browser.get("/callminer/sign-in").text, "/callminer/sign-in")
    sent = {**form, "email": email, "way": "link"}
    foreign = browser.post(
        "/callminer/sign-in", data=sent, headers={"origin": "https://elsewhere.example"}
    )
    assert foreign.status_code == 403
    door.worker.all_due()
    assert door.received.mails == []


# -- several addresses -----------------------------------------------------------------------------


def joined(door: Door) -> tuple[TestClient, int, int]:
    """Two records of one person, joined by a link to the second address."""
    one, email, _ = door.served.anna()
    other, second, _ = door.served.anna("2014-12-01 12:00", phone="+1 617 555 0100")
    browser = door.signed_in(email)
    said = fill(browser, "/callminer/you", {"email": second})
    assert "If this address is known here" in said.text
    way = door.mailed(second)
    assert "This address is mine too" in browser.get(way).text
    page = door.press(browser, way)
    assert page.url.path == "/callminer/you"
    assert second in page.text
    return browser, one, other


def test_two_addresses_are_joined_and_parted(door: Door) -> None:
    browser, one, other = joined(door)
    with door.served.company().reading() as session:
        assert same(session, one) == (one, other)
    held = browser.get("/callminer/held").text
    assert "the policy of 5 June 2003" in held
    assert "the policy of 21 November 2014" in held
    fill(browser, "/callminer/choices", {"choice": "no-partner-offers", "cell": "all"})
    page = fill(browser, "/callminer/you", {"part": str(other)})
    assert "You parted two addresses" in page.text
    with door.served.company().reading() as session:
        assert same(session, one) == (one,)
    for person in (one, other):  # the refusal is kept on both sides
        answer = door.served.company().ask(
            "use", "email", person=person, purpose="partner-offers", at=door.served.clock()
        )
        assert answer.verdict == "no"
    assert fill(browser, "/callminer/you", {"part": str(other)}).status_code == 409
    assert fill(browser, "/callminer/you", {"part": "x"}).status_code == 409


def test_a_link_to_join_is_of_no_use_to_whoever_is_not_signed_in_with_the_other(door: Door) -> None:
    one, email, _ = door.served.anna()
    other, second, _ = door.served.anna()
    attacker = door.signed_in(email)
    fill(attacker, "/callminer/you", {"email": second})
    way = door.mailed(second)
    victim = door.served.browser()
    page = door.press(victim, way)
    assert page.status_code == 409
    assert "The link was not used" in page.text
    page = door.press(door.signed_in(second), way)
    assert page.status_code == 409
    with door.served.company().reading() as session:
        assert same(session, one) == (one,)
        assert same(session, other) == (other,)


def test_an_address_nobody_has_and_one_of_hers_get_no_mail(door: Door) -> None:
    _, email, _ = door.served.anna()
    browser = door.signed_in(email)
    before = len(door.received.mails)
    for address in ("nobody@example.com", email):
        page = fill(browser, "/callminer/you", {"email": address})
        assert "If this address is known here" in page.text
    door.worker.all_due()
    assert len(door.received.mails) == before


# -- receipts --------------------------------------------------------------------------------------


def test_each_act_has_a_receipt_shown_and_mailed(door: Door) -> None:
    _, email, _ = door.served.anna()
    browser = door.signed_in(email)
    fill(browser, "/callminer/choices", {"choice": "no-partner-offers", "cell": "all"})
    page = browser.get("/callminer/you").text
    (entry, *_) = re.findall(r'href="/callminer/receipts/(\d+)"', page)
    shown = browser.get(f"/callminer/receipts/{entry}").text
    assert "You said: Stop news of other companies&#39; products" in shown
    assert "The words you were shown" in shown
    door.worker.all_due()
    text = door.received.to(email)[-1].get_content()
    assert f"entry {entry} of the record" in text
    assert "Stop news of other companies' products" in text
    stranger = door.signed_in(door.served.anna()[1])
    assert stranger.get(f"/callminer/receipts/{entry}").status_code == 404
    assert "/sign-in" in str(door.served.browser().get(f"/callminer/receipts/{entry}").url)


# -- the way out -----------------------------------------------------------------------------------


def newsletter(door: Door) -> tuple[str, int]:
    """A newsletter that somebody got: its way out, and who it was."""
    company, email = door.served.company(), someone()
    with company.writing() as session:
        person = add_person(session, company.key, door.served.clock(), {"email": email})
    company.collect("product-registration", {"name": "Ben", "email": email}, person=person)
    with company.writing() as session:
        from troth.people.attributes import set_value

        set_value(session, "person", person, "country", "US", door.served.clock())
        at = door.served.clock()
        mail.write_mailing(company, session, "own-offers", "Spring", "A sale.", "Kim", at)
    door.worker.all_due()
    (sent,) = door.received.to(email)
    return sent["List-Unsubscribe"].strip("<>").removeprefix(HERE), person


def asked(door: Door, person: int) -> str:
    return door.served.company().ask("use", "email", person=person, purpose="own-offers").verdict


@pytest.mark.parametrize("encoding", ["data", "files"])
def test_one_click_of_a_mail_program_ends_it(door: Door, encoding: str) -> None:
    way, person = newsletter(door)
    assert asked(door, person) == "yes"
    assert door.served.browser().get(way).status_code == 200
    assert asked(door, person) == "yes"  # to open it changes nothing
    click = {"List-Unsubscribe": "One-Click"}
    sent = (
        {"data": click}
        if encoding == "data"
        else {"files": {"List-Unsubscribe": (None, "One-Click")}}
    )
    page = door.served.browser().post(way, **sent)
    assert page.status_code == 200
    assert asked(door, person) == "no"


def test_a_way_out_that_was_cut_is_said_to_be(door: Door) -> None:
    way, person = newsletter(door)
    assert door.served.browser().post(way[:-2]).status_code == 404
    assert asked(door, person) == "yes"


# -- the operator's page ---------------------------------------------------------------------------


def test_the_operator_sees_what_could_not_be_delivered_and_no_address(door: Door) -> None:
    _, email, _ = door.served.anna()
    door.received.answers[email] = "451 later"
    door.ask(door.served.browser(), email)
    door.worker.all_due()
    browser = door.served.browser()
    assert "/desk/sign-in" in str(browser.get("/desk/mail").url)
    at_the_desk(browser)
    page = browser.get("/desk/mail").text
    assert "the relay answered 451" in page
    assert email not in page
    number = max(re.findall(r'name="mail" value="(\d+)"', page), key=int)
    door.received.answers.clear()
    form = fields(page, "/desk/mail")
    for wrong in ("x", "999999"):
        assert browser.post("/desk/mail", data={**form, "mail": wrong}).status_code == 409
    browser.post("/desk/mail", data={**form, "mail": number})
    door.worker.all_due()
    assert len(door.received.to(email)) == 1
    assert browser.post("/desk/mail", data={**form, "mail": number}).status_code == 409


def test_there_is_no_postbox_in_service(door: Door) -> None:
    assert door.served.browser().get("/postbox").status_code == 404
