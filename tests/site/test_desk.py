"""The desk: an operator asks and sees why; never a value, never without signing in."""

from __future__ import annotations

from typing import Any

import pytest

from tests.site.served import PASSWORD, Served, at_the_desk, fields, fill
from troth.store import tables as t


def ask(browser: Any, **asked: str) -> Any:
    return fill(browser, "/desk", {"action": "use", "data": "email", **asked})


def test_nobody_asks_without_signing_in(served: Served) -> None:
    browser = served.browser()
    before = served.count(t.ledger)
    assert "/desk/sign-in" in str(browser.get("/desk").url)
    assert "/desk/sign-in" in str(browser.post("/desk", data={"action": "use"}).url)
    assert "/desk/sign-in" in str(browser.post("/desk/verify", data={"token": "x"}).url)
    assert served.count(t.ledger) == before


@pytest.mark.parametrize(
    ("company", "name", "password", "status"),
    [
        ("callminer", "Kim", "wrong password!", 422),
        ("callminer", "Nobody", PASSWORD, 422),
        ("nobody", "Kim", PASSWORD, 422),
        ("callminer", "K\udcffim", PASSWORD, 422),
    ],
)
def test_a_wrong_sign_in_says_no_more(
    served: Served, company: str, name: str, password: str, status: int
) -> None:
    name = name.encode("utf-8", "replace").decode()
    browser = served.browser()
    page = fill(browser, "/desk/sign-in", {"company": company, "name": name, "password": password})
    assert page.status_code == status and "do not fit" in page.text
    assert "set-cookie" not in page.headers and password not in page.text


def test_the_answer_comes_with_its_clauses_and_stands_in_the_ledger(served: Served) -> None:
    _, email, _ = served.anna()
    browser = served.browser()
    assert at_the_desk(browser).status_code == 200
    page = ask(browser, person=email, purpose="tailoring").text
    assert 'class="answer no"' in page
    assert "/callminer/privacy/2003-06-05" in page or "callminer/2003-06-05" in page
    assert "Given on 1 July 2003 at a product registration, under callminer/2003-06-05." in page
    assert "use.tailor" in page.split("What would allow it")[1]
    assert "Entry " in page
    assert "Use your e-mail address for fitting what we show, send and explain to you" in page
    page = ask(browser, person=email, purpose="serving").text
    assert 'class="answer yes"' in page and "callminer/2014-11-21#use.service" in page


def test_a_wide_question_is_answered_in_part_with_what_is_withheld(served: Served) -> None:
    person, _, _ = served.anna()
    browser = served.browser()
    at_the_desk(browser)
    page = ask(browser, person=str(person), data="contact", purpose="own-news").text
    assert 'class="answer part"' in page
    assert "Withheld" in page and "your e-mail address" in page.lower()


def test_no_value_is_ever_shown(served: Served) -> None:
    person, email, _ = served.anna(**{"phone": "+1 617 555 0177"})
    browser = served.browser()
    at_the_desk(browser)
    page = ask(browser, person=str(person), data="profile", purpose="serving").text
    for value in (email, "Anna Berg", "Elm Street 1", "555 0177"):
        assert value not in page


@pytest.mark.parametrize(
    "asked",
    [
        {"person": "nobody@example.com"},
        {"person": ""},
        {"person": "<b>x</b>"},
        {"person": "999999"},
        {"data": "nonsense", "person": "1"},
        {"action": "delete", "person": "1"},
        {"purpose": "nonsense", "person": "1"},
        {"party": "nobody", "person": "1"},
    ],
)
def test_what_is_not_known_is_said(served: Served, asked: dict[str, str]) -> None:
    served.anna()
    browser = served.browser()
    at_the_desk(browser)
    page = ask(browser, **asked)
    assert page.status_code == 422
    assert "notice bad" in page.text and "<b>" not in page.text


def test_a_question_needs_our_token(served: Served) -> None:
    browser = served.browser()
    at_the_desk(browser)
    sent = {"action": "use", "data": "email", "person": "1"}
    assert browser.post("/desk", data=sent).status_code == 403
    other = served.browser()
    at_the_desk(other, "incontact")
    token = fields(other.get("/desk").text, "/desk")["token"]
    assert browser.post("/desk", data={**sent, "token": token}).status_code == 403


def test_the_ledger_is_verified_on_demand(served: Served) -> None:
    browser = served.browser()
    at_the_desk(browser)
    page = fill(browser, "/desk", {}, "/desk/verify").text
    assert "entries, whole, root" in page


def test_who_signed_out_asks_no_more(served: Served) -> None:
    browser = served.browser()
    at_the_desk(browser)
    fill(browser, "/desk", {}, "/desk/sign-out")
    assert "/desk/sign-in" in str(browser.get("/desk").url)


def test_a_person_is_no_operator(served: Served) -> None:
    _, email, code = served.anna()
    browser = served.browser()
    fill(browser, "/callminer/sign-in", {"email": email, "code": code})
    browser.cookies.set("troth-desk", browser.cookies["troth"], path="/desk")
    assert "/desk/sign-in" in str(browser.get("/desk").url)
