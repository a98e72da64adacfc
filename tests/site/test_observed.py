"""The service while it observes: nothing is refused, each answer says so, the desk counts it."""

from __future__ import annotations

import pytest

from tests.site.served import Served, at_the_desk, fill, registration

TAILOR = {"action": "use", "data": "email", "purpose": "tailoring"}


@pytest.fixture
def observing(served: Served, monkeypatch: pytest.MonkeyPatch) -> Served:
    monkeypatch.setattr(served.house, "observe", True)
    served.clock.set("2016-05-01 12:00")
    return served


def test_an_answer_is_marked_and_allows(observing: Served) -> None:
    person, _, _ = observing.anna()
    said = observing.api("ask", {**TAILOR, "person": person}).json()
    assert (said["verdict"], said["observed"], said["allowed"]) == ("no", True, True)


def test_what_would_be_refused_is_kept_and_named(observing: Served) -> None:
    values = {"email": "eve@example.com", "card-number": "4111 1111 1111 1111"}
    answer = observing.api("collect", {"place": "product-registration", "values": values})
    assert (answer.status_code, answer.json()["observed"]) == (200, ["card-number"])
    asked = {"action": "use", "data": "card-number", "purpose": "serving"}
    said = observing.api("ask", {**asked, "person": "eve@example.com"}).json()
    assert (said["verdict"], said["observed"]) == ("no", True)


def test_a_call_observes_only_with_a_key_that_opens_it(served: Served) -> None:
    served.clock.set("2016-05-01 12:00")
    person, _, _ = served.anna()
    body = {**TAILOR, "person": person, "observe": True}
    assert served.api("ask", body).status_code == 403
    key = served.key(may=["ask", "collect", "observe"])
    said = served.api("ask", body, key=key).json()
    assert (said["verdict"], said["allowed"]) == ("no", True)
    enforced = served.api("ask", {**body, "observe": False}, key=key).json()
    assert (enforced["verdict"], enforced["allowed"]) == ("no", False)


def test_the_form_takes_what_it_would_refuse(observing: Served) -> None:
    browser = observing.browser("http://other.example")
    answer = fill(browser, "/callminer/register", registration())
    assert answer.status_code == 200 and "is held under the words" in answer.text


def test_the_desk_counts_and_names_nobody(observing: Served) -> None:
    person, email, _ = observing.anna()
    observing.api("ask", {**TAILOR, "person": person})
    browser = observing.browser()
    assert "/desk/sign-in" in str(browser.get("/desk/observed").url)
    at_the_desk(browser)
    page = browser.get("/desk/observed")
    assert page.status_code == 200
    assert "What enforcing would change" in page.text and "nothing is refused now" in page.text
    assert email not in page.text and "(observed)" in browser.get("/desk").text
