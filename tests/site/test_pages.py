"""What everyone may read: each version at its address, what changed, the laws; no cookie, safe headers."""

from __future__ import annotations

import re

import pytest

from tests.site.served import Served

PUBLIC = [
    "/",
    "/problems",
    "/callminer/privacy",
    "/callminer/privacy/2003-06-05",
    "/callminer/privacy/2003-06-05..2014-11-21",
    "/incontact/privacy",
    "/law/us-coppa",
    "/callminer/choices",
    "/callminer/sign-in",
    "/callminer/register",
    "/incontact/order",
    "/desk/sign-in",
]


@pytest.mark.parametrize("address", PUBLIC)
def test_a_page_is_readable_sets_no_cookie_and_runs_nothing(served: Served, address: str) -> None:
    page = served.browser().get(address)
    assert page.status_code == 200
    assert page.text.count("<h1") == 1
    assert "set-cookie" not in page.headers
    assert "script" not in page.headers["content-security-policy"]
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
    assert page.headers["x-content-type-options"] == "nosniff"
    assert page.headers["referrer-policy"] == "same-origin"
    assert "<script" not in page.text and " style=" not in page.text


def test_the_version_of_the_day_is_shown_and_every_other_at_its_own_address(served: Served) -> None:
    served.clock.set("2010-01-01 12:00")
    assert "5 June 2003" in served.browser().get("/callminer/privacy").text
    served.clock.set("2015-01-01 12:00")
    later = served.browser().get("/callminer/privacy/2003-06-05").text
    assert "not the version in force now" in later


def test_what_changed_says_what_becomes_of_what_was_given_before(served: Served) -> None:
    served.clock.set("2015-01-01 12:00")
    shown = served.browser().get("/callminer/privacy/2003-06-05..2014-11-21").text
    assert "Of what you gave before 21 November 2014" in shown
    assert "Only after your yes" in shown
    backwards = served.browser().get("/callminer/privacy/2014-11-21..2003-06-05").text
    assert "Of what you gave before" not in backwards


def test_before_the_first_version_there_is_no_policy(served: Served) -> None:
    served.clock.set("2001-01-01 12:00")
    assert served.browser().get("/callminer/privacy").status_code == 404


@pytest.mark.parametrize(
    "address",
    [
        "/nobody/privacy",
        "/callminer/privacy/1999-01-01",
        "/callminer/privacy/2003-06-05..x",
        "/law/none",
        "/callminer/notices/none",
        "/callminer/lottery",
        "/callminer/%00",
        "/callminer/privacy/..%2f..%2fetc",
        "/static/../app.py",
        "/static/%2e%2e/app.py",
    ],
)
def test_what_is_not_there_is_a_problem_page(served: Served, address: str) -> None:
    page = served.browser().get(address)
    assert page.status_code == 404
    assert "There is no such page" in page.text
    assert "import" not in page.text


def test_another_method_is_a_problem(served: Served) -> None:
    page = served.browser().delete("/callminer/privacy")
    assert page.status_code == 405
    assert "GET" in page.headers["allow"]


def test_public_pages_may_be_kept_and_personal_ones_may_not(served: Served) -> None:
    browser = served.browser()
    assert "max-age" in browser.get("/callminer/privacy").headers["cache-control"]
    assert "max-age" in browser.get("/static/troth.css").headers["cache-control"]
    for address in ("/callminer/choices", "/callminer/register", "/callminer/held", "/desk"):
        assert browser.get(address).headers["cache-control"] == "no-store"


def test_a_reconstruction_says_so_at_the_foot_of_every_page(served: Served) -> None:
    for address in ("/callminer/choices", "/incontact/register", "/callminer/privacy"):
        foot = served.browser().get(address).text.split("<footer")[1]
        assert "reconstruction" in foot
    assert "not legal advice" in served.browser().get("/law/us-coppa").text


def test_every_clause_a_page_links_to_has_its_anchor(served: Served) -> None:
    browser = served.browser()
    linked = set(re.findall(r'href="(/[^"]*#[^"]+)"', browser.get("/callminer/register").text))
    assert linked
    pages = {address.partition("#")[0] for address in linked}
    shown = {page: browser.get(page).text for page in pages}
    for address in linked:
        page, _, anchor = address.partition("#")
        assert f'id="{anchor}"' in shown[page], address
