"""What a browser says by itself is noted for whoever it is known to be of, where the company honours it."""

from __future__ import annotations

from typing import Any

from tests.site.served import Served, fill, sign_in, someone
from troth.people.happenings import asserted
from troth.people.identifiers import find

GPC = {"sec-gpc": "1"}
ADS = {"party": "ad-network", "purpose": "targeted-ads"}


def asks(served: Served, company: str, email: str, signal: str) -> bool | None:
    one = served.company(company)
    with one.reading() as session:
        person = find(session, one.key, "email", email)
        assert person is not None
        return asserted(session, signal, "person", person, one.clock())


def writes(served: Served, company: str, headers: dict[str, str]) -> str:
    """Somebody new who writes to the company, by a browser that sends these headers."""
    email, browser = someone(), served.browser()
    browser.headers.update(headers)
    sent: dict[str, Any] = {"name": "Rosa Lind", "email": email, "message": "How much is it?"}
    answer = fill(browser, f"/{company}/contact", sent)
    assert answer.status_code == 200, answer.text
    return email


def test_a_form_notes_what_its_browser_says(served: Served) -> None:
    loud, silent = (writes(served, "infusionsoft", said) for said in (GPC, {}))
    assert asks(served, "infusionsoft", loud, "gpc") is True
    assert asks(served, "infusionsoft", loud, "dnt") is None
    assert asks(served, "infusionsoft", silent, "gpc") is None
    company = served.company("infusionsoft")
    answer = company.ask("share", "email", person=loud, **ADS)  # type: ignore[arg-type]
    assert any(clause.endswith("#signal.unfollowed") for clause in answer.clauses)
    answer = company.ask("share", "email", person=silent, **ADS)  # type: ignore[arg-type]
    assert not any(clause.endswith("#signal.unfollowed") for clause in answer.clauses)


def test_where_no_clause_honours_it_nothing_is_noted(served: Served) -> None:
    _, email, code = served.anna()
    browser = served.browser()
    browser.headers.update({**GPC, "dnt": "1"})
    assert sign_in(browser, email, code).status_code == 200
    assert asks(served, "callminer", email, "gpc") is None
    assert asks(served, "callminer", email, "dnt") is None


def test_the_service_says_whether_it_honours_the_signal(served: Served) -> None:
    """The Global Privacy Control's own address; CallMiner's text does not speak of it."""
    answer = served.browser().get("/.well-known/gpc.json")
    assert (answer.status_code, answer.json()) == (200, {"gpc": False})
