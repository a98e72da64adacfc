"""Promises at their doors: what a form takes, which version a page gives, what a cookie holds, what a mail carries."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.mail.relaying import Received, relaying
from tests.site.served import Served, at_the_desk, fill, registration, serve, someone
from troth import mail
from troth.gate import Given
from troth.mail import Post
from troth.people.people import add_person
from troth.store import tables as t
from troth.work import Worker


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    made = serve(f"sqlite:///{tmp_path_factory.mktemp('kept') / 'troth.db'}")
    made.clock.set("2015-03-02 12:00")
    yield made
    made.house.store.close()


@pytest.mark.keeps(
    "infusionsoft.opt-out.promo-form",
    "infusionsoft.refer.opt-out-form",
    without="troth.site.forms:Opened.refuses=False",
)
def test_whoever_was_written_to_says_no_without_signing_in_and_it_holds_at_once(
    served: Served,
) -> None:
    email = someone()
    fill(served.browser(), "/infusionsoft/newsletter", {"email": email, "name": "Rosa"})
    asked = {"action": "use", "data": "email", "purpose": "own-offers", "person": email}
    said = {"email": email, "says-no-promotion": "yes"}
    page = fill(served.browser(), "/infusionsoft/opt-out", said)
    assert page.status_code == 200
    assert served.api("ask", asked, "infusionsoft").json()["verdict"] == "no"


@pytest.mark.keeps("incontact.use.supplied-or-tracked", without="troth.gate.gate:Gate._origin=None")
def test_what_was_bought_is_refused_whoever_sends_it(served: Served) -> None:
    body = {"place": "sign-up", "values": {"email": someone()}, "version": "incontact/2013-10-28"}
    before = served.count(t.records, "incontact")
    answer = served.api("collect", {**body, "source": "bought"}, "incontact")
    assert (answer.status_code, answer.json()["code"]) == (403, "G504")
    assert served.count(t.records, "incontact") == before
    assert served.api("collect", body, "incontact").status_code == 200


@pytest.mark.keeps("inin.notice.up-front")
def test_nothing_is_taken_where_the_notice_was_not_shown_before(served: Served) -> None:
    body = {"place": "request-form", "values": {"email": someone()}}
    answer = served.api("collect", body, "interactive-intelligence")
    assert (answer.status_code, answer.json()["code"]) == (403, "G502")
    shown = {**body, "version": "interactive-intelligence/2010-11-04"}
    assert served.api("collect", shown, "interactive-intelligence").status_code == 200


@pytest.mark.keeps(
    "callminer2016.collect.depends-on-interaction",
    "incontact.order.additional-information",
    without="troth.site.register:undeclared=False",
)
@pytest.mark.parametrize(
    ("company", "form"), [("callminer", "newsletter"), ("incontact", "register")]
)
def test_a_form_takes_no_card_that_it_does_not_ask_for(
    served: Served, company: str, form: str
) -> None:
    before = served.count(t.records, company)
    known = {**registration(), "employer": "Lind & Co.", "card-number": "4111 1111 1111 1111"}
    shown = served.browser().get(f"/{company}/{form}").text
    asked = {name: said for name, said in known.items() if f'name="{name}"' in shown}
    assert "card-number" not in asked
    page = fill(served.browser(), f"/{company}/{form}", {**asked, "card-number": "4111"})
    assert page.status_code == 422 and served.count(t.records, company) == before


@pytest.mark.keeps(
    "incontact.change.made-available",
    "infusionsoft.version.earlier-version-on-request",
    "infusionsoft.version.request-names-date",
    without="troth.site.pages:_on=None",
)
def test_the_version_of_a_day_is_given_to_whoever_names_the_day(served: Served) -> None:
    browser = served.browser()
    for company, day, version in (
        ("callminer", "2014-11-20", "2003-06-05"),
        ("callminer", "2014-11-21", "2014-11-21"),
        ("incontact", "2014-05-01", "2013-10-28"),
        ("infusionsoft", "2015-02-01", "2015-01-19"),
    ):
        page = browser.get(f"/{company}/privacy?on={day}")
        assert page.status_code == 200 and page.url.path == f"/{company}/privacy/{version}"
    assert browser.get("/incontact/privacy?on=2013-10-27").status_code == 404
    assert browser.get("/incontact/privacy?on=lately").status_code == 422


@pytest.mark.keeps(
    "callminer2003.cookies.secure-code-only",
    "incontact.cookies.small",
    without="troth.access.sessions:secrets.token_urlsafe='anna@example.com'",
)
def test_a_cookie_is_one_random_code_and_nothing_else(served: Served) -> None:
    held = []
    for _ in range(2):
        browser = served.browser("https://www.callminer.com")
        page = fill(browser, "/callminer/register", registration())
        assert page.status_code == 200
        (cookie,) = page.headers.get_list("set-cookie")
        assert "HttpOnly" in cookie and "Secure" in cookie and len(cookie) < 4096
        held.append(cookie.partition("=")[2].partition(";")[0])
        assert [c.name for c in browser.cookies.jar] == ["troth"]
    assert all(re.fullmatch(r"[\w-]{22,}", code) for code in held) and held[0] != held[1]


@pytest.mark.keeps(
    "incontact.security.secure-online-experience",
    without="troth.access.signin:_count_try=None",
)
def test_wrong_passwords_are_not_looked_at_without_end(served: Served) -> None:
    browser = served.browser()
    said = {"company": "incontact", "name": "nobody", "password": "guess"}
    tried = [fill(browser, "/desk/sign-in", said).status_code for _ in range(6)]
    assert tried == [422] * 5 + [429]
    assert at_the_desk(browser, "incontact").status_code == 200  # others are not kept out


@pytest.mark.keeps("infusionsoft.opt-out.unsubscribe-footer")
def test_every_mail_carries_a_way_out_that_works(served: Served) -> None:
    company, at = served.company("infusionsoft"), served.clock()
    with company.writing() as session:
        person = add_person(session, company.key, at, {"email": "ida@example.com"})
        given = Given("ebook-download", {"email": "ida@example.com"}, (person,))
        company.gate.collect(session, given, at - timedelta(days=1))
        mail.ask_for_link(company, session, "ida@example.com", at)
    received = Received()
    with relaying(received) as relay:
        jobs = Post(served.house, relay).doers
        Worker(served.house.store, ("infusionsoft",), jobs, served.clock).all_due()
    (sent,) = received.mails
    leave = sent["List-Unsubscribe"].strip("<>")
    assert leave in sent.get_content()
    assert sent["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    page = served.browser().post(
        f"/infusionsoft/unsubscribe/{leave.rpartition('/')[2]}",
        data={"List-Unsubscribe": "One-Click"},
    )
    assert page.status_code == 200
    asked = {"action": "use", "data": "email", "purpose": "own-offers", "person": person}
    assert served.api("ask", asked, "infusionsoft").json()["verdict"] == "no"
