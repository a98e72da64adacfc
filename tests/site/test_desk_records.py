"""What an operator records at the desk: cases, parties and their agreements, findings; and what it then allows."""

from __future__ import annotations

from itertools import count

import pytest
from starlette.testclient import TestClient

from tests.site.served import EARLY, PASSWORD, Served, fields, fill
from troth import access
from troth.people import attributes
from troth.store import tables as t

ROLES = ["privacy-officer", "counsel", "sales"]
SINCE_THE_NEW = "2015-01-10 12:00"  # the version of 2014 is in force
_numbers = count(1)


@pytest.fixture
def desk(served: Served) -> TestClient:
    """Lea, who is counsel too, at the desk."""
    name, company = f"Lea {next(_numbers)}", served.company()
    with company.writing() as session:
        access.add_operator(session, name, PASSWORD, ROLES, at=EARLY)
    browser = served.browser()
    fill(browser, "/desk/sign-in", {"company": "callminer", "name": name, "password": PASSWORD})
    return browser


OPENING = "/desk/cases?kind=legal-demand"
DEMAND = {
    "do": "open",
    "needs-authority": "county court",
    "needs-basis": "court-order",
    "needs-document": "d-1",
    "needs-approver": "counsel",
}


def test_a_legal_demand_allows_what_it_names_and_no_more(served: Served, desk: TestClient) -> None:
    person, email, _ = served.anna(SINCE_THE_NEW)
    other, _, _ = served.anna(SINCE_THE_NEW)
    number = f"lp-{person}"
    kinds = desk.get("/desk/cases").text
    assert "a recorded demand" in kinds and "your support case" not in kinds
    sent = {**DEMAND, "number": number, "people": f"{email}\n", "fields": ["name"]}
    page = fill(desk, OPENING, sent)
    assert page.status_code == 200 and "Opened: a recorded demand" in page.text

    def may(data: str, whose: int) -> str:
        ask, case = served.company().ask, f"legal-demand:{number}"
        asked = ask(
            "share", data, person=whose, party="authority", purpose="legal-process", within=case
        )
        return asked.verdict

    assert (may("name", person), may("phone", person), may("name", other)) == ("yes", "no", "no")
    case = {"case": f"legal-demand:{number}"}
    page = fill(desk, OPENING, {**case, "do": "find", "fact": "caller-verified", "found": "yes"})
    assert "Found: we called the police station back" in page.text
    page = fill(desk, OPENING, {**case, "do": "close"})
    assert "Closed: a recorded demand" in page.text
    assert may("name", person) == "no"
    page = fill(desk, OPENING, {**case, "do": "close"})
    assert page.status_code == 422 and "open a new one" in page.text


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"needs-document": ""}, "needs document"),
        ({"people": "nobody@example.com"}, "line 1: no one person is known by this"),
        ({"people": "\n999999"}, "line 1: no one person is known by this"),
        ({"fields": ["password", "nonsense"]}, "not offered here"),
        ({"from": "yesterday"}, "is no day"),
        ({"from": "2015-02-01", "until": "2015-01-01"}, "swap the days"),
        ({"details": "no colon"}, "line 1 of the details"),
        ({"kind": "support-case"}, "your roles open no case of this kind"),
    ],
)
def test_what_is_wrong_with_a_case_is_said_and_nothing_is_kept(
    served: Served, desk: TestClient, changed: dict[str, object], said: str
) -> None:
    before = served.count(t.matters), served.count(t.ledger)
    page = fill(desk, OPENING, {**DEMAND, **changed})
    assert page.status_code == 422 and said in page.text
    assert (served.count(t.matters), served.count(t.ledger)) == before


def test_a_party_may_receive_once_it_signed_and_no_longer_than_that(
    served: Served, desk: TestClient
) -> None:
    person, _, _ = served.anna(SINCE_THE_NEW)
    name = f"partner-{next(_numbers)}"
    new = {
        "do": "register",
        "kind": "marketing-partner",
        "id": name,
        "name": "Nord",
        "territory": "de, AT",
        "details": "initiative: conversation-day",
    }
    page = fill(desk, "/desk/parties", new)
    assert "Registered: Nord" in page.text and "DE, AT" in page.text

    def may() -> str:
        asked = served.company().ask(
            "share", "email", person=person, party=name, purpose="joint-marketing"
        )
        return asked.verdict

    assert may() == "no"
    signed = {"do": "sign", "party": name, "names": ["this-policy"], "since": "2015-01-01"}
    page = fill(desk, "/desk/parties", {**signed, "until": "2015-03-20"})
    assert "Signed by Nord: this-policy" in page.text and "ends soon" in page.text
    assert may() == "yes"
    number = page.text.split("Nord</option>")[-2].split('value="')[-1].split('"')[0]
    page = fill(desk, "/desk/parties", {"do": "end", "agreement": number, "until": "2015-03-01"})
    assert "ends with 1 March 2015" in page.text
    assert may() == "no"
    page = fill(desk, "/desk/parties", new)
    assert page.status_code == 422 and "registered already" in page.text


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"do": "register", "kind": "", "id": "x", "name": "X"}, "choose what kind"),
        (
            {"do": "register", "kind": "marketing-partner", "id": "Not good", "name": "X"},
            "an id of",
        ),
        (
            {
                "do": "register",
                "kind": "marketing-partner",
                "id": "x-9",
                "name": "X",
                "territory": "Mars",
            },
            "two capital letters",
        ),
        ({"do": "sign", "party": "acme", "since": "2015-01-01"}, "mark what it signs"),
        ({"do": "sign", "party": "who", "names": ["this-policy"]}, "register it first"),
        ({"do": "end", "agreement": "x"}, "choose the agreement"),
        ({"do": "dance"}, "nothing of the kind"),
    ],
)
def test_what_is_wrong_with_a_party_is_said(
    served: Served, desk: TestClient, sent: dict[str, object], said: str
) -> None:
    before = served.count(t.parties), served.count(t.agreements)
    page = fill(desk, "/desk/parties", sent)
    assert page.status_code == 422 and said in page.text
    assert (served.count(t.parties), served.count(t.agreements)) == before


def test_a_finding_counts_and_only_a_role_that_may_records_it(
    served: Served, desk: TestClient
) -> None:
    person, email, _ = served.anna()
    born = {"do": "birth", "person": email, "birth": "2008-05-01"}
    assert (
        f"Recorded for person {person}: the day of birth" in fill(desk, "/desk/findings", born).text
    )
    lives = {"do": "country", "person": str(person), "country": "CH"}
    assert "the country" in fill(desk, "/desk/findings", lives).text
    fact = {"do": "fact", "person": email, "fact": "our-customer", "found": "yes"}
    assert "you are a customer of ours" in fill(desk, "/desk/findings", fact).text
    company = served.company()
    with company.reading() as session:
        at = company.clock()
        assert attributes.values(session, "person", person, "birth", at) == ("2008-05-01",)
        assert attributes.values(session, "person", person, "country", at) == ("CH",)
        assert session.count(t.assertions, fact="our-customer", key=str(person), by="sales") == 1
    for wrong, said in (
        ({**born, "birth": "2030-01-01"}, "not still to come"),
        ({**born, "person": "nobody@example.com"}, "no one person is known"),
        ({**lives, "country": "Mars"}, "choose the country"),
        ({**fact, "fact": "caller-verified"}, "choose what you find"),
        ({"do": "event", "person": email, "event": "collection"}, "choose what happened"),
    ):
        page = fill(desk, "/desk/findings", wrong)
        assert page.status_code == 422 and said in page.text


def test_who_is_not_in_charge_widens_nothing(served: Served) -> None:
    name, company = f"Sal {next(_numbers)}", served.company()
    with company.writing() as session:
        access.add_operator(session, name, PASSWORD, ["sales"], at=EARLY)
    browser = served.browser()
    fill(browser, "/desk/sign-in", {"company": "callminer", "name": name, "password": PASSWORD})
    signed = {"do": "sign", "party": "acme", "names": ["this-policy"], "since": "2015-01-01"}
    before = served.count(t.ledger), served.count(t.agreements)
    page = fill(browser, "/desk/parties", signed)
    assert page.status_code == 422 and "let one of them do it" in page.text
    page = fill(browser, "/desk/findings", {"do": "country", "person": "1", "country": "US"})
    assert page.status_code == 422
    assert (served.count(t.ledger), served.count(t.agreements)) == before


def test_nobody_records_without_signing_in_or_from_elsewhere(
    served: Served, desk: TestClient
) -> None:
    for name in ("cases", "parties", "findings"):
        browser = served.browser()
        assert "/desk/sign-in" in str(browser.get(f"/desk/{name}").url)
        assert "/desk/sign-in" in str(browser.post(f"/desk/{name}", data={"do": "open"}).url)
        token = fields(desk.get("/desk/parties").text, "/desk/parties")
        forged = desk.post(f"/desk/{name}", data={"token": "x", "do": "open"})
        assert forged.status_code == 403
        assert token
