"""Forms: made from the version shown, kept by the gate, refused whole; the notice decides, not the clock."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.site.served import Served, fields, fill, registration, sign_in, someone
from troth.people.holdings import held
from troth.people.identifiers import find
from troth.store import tables as t


def found(served: Served, email: str, company: str = "callminer") -> int | None:
    house = served.company(company)
    with house.reading() as session:
        return find(session, house.key, "email", email)


def kept(served: Served, email: str, company: str = "callminer") -> dict[str, Any]:
    person = found(served, email, company)
    assert person is not None
    with served.company(company).reading() as session:
        return {h.data: h.value for h in held(session, person)}


def test_the_form_asks_what_the_version_allows_and_says_what_for(served: Served) -> None:
    form = served.browser().get("/callminer/register").text
    typed = re.findall(r'<(?:input|textarea|select)\b[^>]*\sid="([^"]+)"', form)
    assert set(typed) == {"name", "email", "phone", "postal-address", "product-info", "country"}
    assert len(re.findall(r"<[^>]* required", form)) == 4
    assert "/callminer/privacy/2014-11-21#use.service" in form
    assert "For registering your licence, " in form


def test_the_form_of_2003_asks_for_more_and_insists_on_nothing(served: Served) -> None:
    served.clock.set("2005-01-01 12:00")
    form = served.browser().get("/callminer/register").text
    for name in ("product-info", "employer", "billing-address"):
        assert f'id="{name}"' in form
    assert "cookie-link" not in form
    assert " required" not in form
    assert "share.reseller" in form  # the sentence about the reseller stands over the form


def test_a_visitor_registers_and_sees_what_was_taken(served: Served) -> None:
    browser, given = served.browser(), registration()
    page = fill(browser, "/callminer/register", given)
    assert page.status_code == 200
    assert "You are registered" in page.text and "21 November 2014" in page.text
    assert kept(served, given["email"]).keys() == {"name", "email", "phone", "postal-address"}
    cookie = page.headers["set-cookie"].lower()
    assert "httponly" in cookie and "samesite=lax" in cookie and "path=/callminer" in cookie
    assert "secure" not in cookie
    assert "Ben Hill" in browser.get("/callminer/held").text


def test_over_https_the_cookie_is_secure(served: Served) -> None:
    browser = served.browser("https://www.callminer.com")
    page = fill(browser, "/callminer/register", registration())
    assert page.status_code == 200
    assert "secure" in page.headers["set-cookie"].lower()
    assert "strict-transport-security" in page.headers


def test_the_access_code_is_shown_once_and_signs_in_again(served: Served) -> None:
    given = registration()
    page = fill(served.browser(), "/callminer/register", given)
    code = re.search(r"<code>([A-Z2-7-]{19})</code>", page.text)
    assert code is not None
    again = served.browser()
    assert "Your choices" in sign_in(again, given["email"], code[1].lower().replace("-", " ")).text
    assert "Ben Hill" in again.get("/callminer/held").text
    with served.company().reading() as session:
        assert not any(code[1] in str(row) for row in session.rows(t.identifiers))


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("email", "anna@", "not a whole address"),
        ("email", "", "This is needed here."),
        ("phone", "no", "not a telephone number"),
        ("name", "x" * 301, "too long"),
        ("name", "a\x07b", "no text has"),
        ("country", "Atlantis", "Choose one of the list."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_stored(
    served: Served, field: str, typed: str, said: str
) -> None:
    given = registration(**{field: typed})
    before = served.count(t.people), served.count(t.ledger)
    page = fill(served.browser(), "/callminer/register", given)
    assert page.status_code == 422
    assert said in page.text and "Nothing was saved." in page.text
    assert "1 Main St" in page.text  # what was typed is kept
    assert (served.count(t.people), served.count(t.ledger)) == before


def test_what_was_typed_comes_back_as_text(served: Served) -> None:
    given = registration(name="<script>alert(1)</script>", email="x")
    page = fill(served.browser(), "/callminer/register", given).text
    assert "<script" not in page and "&lt;script&gt;" in page


@pytest.mark.parametrize("name", ["token", "notice"])
@pytest.mark.parametrize("value", ["", "x", "e30.e30", "\udcff"])
def test_without_our_tokens_nothing_is_taken(served: Served, name: str, value: str) -> None:
    before = served.count(t.people)
    given = {**registration(), name: value.encode("utf-8", "replace").decode()}
    assert fill(served.browser(), "/callminer/register", given).status_code == 403
    assert served.count(t.people) == before


def test_a_form_from_another_site_is_not_taken(served: Served) -> None:
    browser = served.browser()
    hidden = fields(browser.get("/callminer/register").text, "/callminer/register")
    sent = {**hidden, **registration()}
    for headers in ({"origin": "https://elsewhere.example"}, {"sec-fetch-site": "cross-site"}):
        assert browser.post("/callminer/register", data=sent, headers=headers).status_code == 403


def test_a_token_of_one_company_or_form_fits_no_other(served: Served) -> None:
    browser = served.browser()
    hidden = fields(browser.get("/callminer/trial").text, "/callminer/trial")
    page = browser.post("/callminer/register", data={**hidden, **registration()})
    assert page.status_code == 403


def test_the_notice_that_was_shown_decides_the_version(served: Served) -> None:
    """A form opened on the last evening of the old version, sent in the night of the new one."""
    served.clock.set("2014-11-21 04:50")  # 23:50 in New York
    browser, email = served.browser(), someone()
    hidden = fields(browser.get("/callminer/register").text, "/callminer/register")
    served.clock.set("2014-11-21 05:10")
    sent = {**hidden, "name": "Eve", "email": email}
    assert browser.post("/callminer/register", data=sent).status_code == 200
    assert kept(served, email) == {"name": "Eve", "email": email}
    assert "/callminer/privacy/2003-06-05" in browser.get("/callminer/held").text


def test_a_notice_older_than_a_day_is_shown_anew(served: Served) -> None:
    browser = served.browser()
    hidden = fields(browser.get("/callminer/register").text, "/callminer/register")
    served.clock.set("2015-03-03 12:01")
    page = browser.post("/callminer/register", data={**hidden, **registration()})
    assert page.status_code == 403 and "open" in page.text


def test_a_host_the_policy_does_not_cover_is_refused(served: Served) -> None:
    given = registration()
    page = fill(served.browser("http://shop.example"), "/callminer/register", given)
    assert page.status_code == 403
    assert "G505" in page.text and "Nothing was saved." in page.text
    assert found(served, given["email"]) is None


def test_what_a_clause_refuses_is_shown_with_its_sentence(served: Served) -> None:
    """A child: the law on children bars the collection, whatever the form asks."""
    browser = served.browser()
    fill(browser, "/callminer/register", registration())
    person = served.count(t.people)
    with served.company().writing() as session:
        from troth.people.attributes import set_value

        set_value(session, "person", person, "birth", "2004-05-06", served.clock())
    before = served.count(t.records)
    page = fill(browser, "/callminer/trial", {"name": "Ben", "email": someone()})
    assert page.status_code == 403
    assert "G502" in page.text and "law/us-coppa#" in page.text
    assert served.count(t.records) == before


def test_an_address_that_is_known_needs_its_code(served: Served) -> None:
    _, email, code = served.anna()
    before = served.count(t.people), served.count(t.records)
    page = fill(served.browser(), "/callminer/register", registration(email=email))
    assert page.status_code == 409 and "Sign in with it first" in page.text
    assert (served.count(t.people), served.count(t.records)) == before
    hers = served.browser()
    sign_in(hers, email, code)
    assert fill(hers, "/callminer/register", registration(email=email)).status_code == 200
    assert served.count(t.people) == before[0]


def test_an_order_keeps_the_end_of_a_card_number_alone(served: Served) -> None:
    email = someone()
    given = {"name": "Ben", "email": email, "billing-address": "1 Main St"}
    browser = served.browser()
    wrong = fill(browser, "/incontact/order", {**given, "card-number": "4111 1111 1111 1112"})
    assert wrong.status_code == 422
    page = fill(browser, "/incontact/order", {**given, "card-number": "4111 1111 1111 1111"})
    assert page.status_code == 200
    assert kept(served, email, "incontact")["card-number"] == "ending in 1111"


def test_a_form_with_a_file_or_too_much_is_refused(served: Served) -> None:
    browser = served.browser()
    assert browser.post("/callminer/register", files={"name": b"x"}).status_code == 415
    large = {"name": "x" * 70_000}
    assert browser.post("/callminer/register", data=large).status_code == 413
    many = "&".join(f"f{n}=1" for n in range(500))
    headers = {"content-type": "application/x-www-form-urlencoded"}
    assert browser.post("/callminer/register", content=many, headers=headers).status_code == 400
    nul = browser.post("/callminer/register", content="name=a%00b", headers=headers)
    assert nul.status_code == 400
