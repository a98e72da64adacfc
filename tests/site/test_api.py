"""The API: what a key may do, what the gate answers and refuses, and that nothing sent comes back."""

from __future__ import annotations

import logging
from typing import Any

import msgspec
import pytest

from tests.site.served import EARLY, Served, someone
from troth import access, ledger
from troth.people import choices, notices
from troth.store import tables as t

SERVE = {"action": "use", "data": "email", "purpose": "serving"}


def test_an_answer_cites_its_clauses_and_has_its_entry(served: Served) -> None:
    person, email, _ = served.anna("2015-01-01 12:00", phone="+1 617 555 0100")
    answer = served.api("ask", {**SERVE, "person": email})
    assert answer.status_code == 200
    said = answer.json()
    assert (said["verdict"], said["allowed"], said["withheld"]) == ("yes", True, [])
    assert said["clauses"][0]["id"] == "callminer/2014-11-21#use.service"
    assert said["clauses"][0]["href"] == "/callminer/privacy/2014-11-21#use.service"
    assert said["clauses"][0]["sentence"].startswith("We may use your information")
    with served.company().reading() as session:
        (entry,) = ledger.entries(session, after_seq=said["entry"] - 1, limit=1)
    assert (entry.kind, entry.person) == ("asked", person)


def test_many_people_are_asked_about_at_once(served: Served) -> None:
    anna, _, _ = served.anna("2003-07-01 12:00")
    _, mail, _ = served.anna("2015-01-01 12:00")
    asked = {"purpose": "tailoring", "people": [anna, mail, "nobody@example.com", 999_999]}
    answer = served.api("asks", asked)
    assert (answer.status_code, answer.json()) == (200, {"allowed": [False, True, False, False]})
    with served.company().reading() as session:
        (entry,) = ledger.entries(session, kind="asked-of-many", newest_first=True, limit=1)
    assert entry.payload is not None
    assert (entry.payload["people"], entry.payload["allowed"]) == (4, 1)
    refused = served.api("asks", {**asked, "purpose": "nothing"})
    assert refused.status_code in (403, 422)


def test_yesterdays_data_keeps_yesterdays_promise(served: Served) -> None:
    """The same question about somebody of 2003 and somebody of 2015."""
    anna, _, _ = served.anna("2003-07-01 12:00")
    ben, _, _ = served.anna("2015-01-01 12:00")
    ask = {"action": "use", "data": "email", "purpose": "tailoring"}
    verdicts = [served.api("ask", {**ask, "person": p}).json()["verdict"] for p in (anna, ben)]
    assert verdicts == ["no", "yes"]


def test_a_no_says_what_was_withheld_and_what_would_allow_it(served: Served) -> None:
    person, _, _ = served.anna()
    ask = {"action": "use", "data": "email", "purpose": "tailoring", "person": person}
    said = served.api("ask", ask).json()
    assert said["verdict"] == "no" and not said["allowed"]
    assert [part["version"] for part in said["withheld"]] == ["callminer/2003-06-05"]
    assert any("use.tailor" in way for way in said["would_allow"])


def test_the_role_of_the_key_is_who_asks(served: Served) -> None:
    company = served.company("incontact")
    with company.writing() as session:
        from troth.language.model import Stamp
        from troth.people.people import add_person
        from troth.people.records import Given, keep
        from troth.people.stamps import stamp_id

        person = add_person(session, company.key, EARLY, {"email": someone()})
        stamp = stamp_id(session, Stamp(("incontact/2013-10-28",), "telephone-network"), "tracked")
        keep(session, [person], [Given("service-usage", "x", stamp)], served.clock())
    ask = {"action": "use", "data": "service-usage", "purpose": "stopping-abuse", "person": person}
    said = {
        role: served.api("ask", ask, "incontact", served.key("incontact", role=role)).json()[
            "verdict"
        ]
        for role in ("abuse-watch", "crm")
    }
    assert said == {"abuse-watch": "yes", "crm": "no"}


def test_nobody_is_asked_about_unless_she_is_known(served: Served) -> None:
    before = served.count(t.ledger)
    key = served.key()
    for person in (999_999, "nobody@example.com", "no address at all"):
        answer = served.api("ask", {**SERVE, "person": person}, key=key)
        assert (answer.status_code, answer.json()["code"]) == (422, "G506")
        assert "nobody" not in answer.text
    assert served.count(t.ledger) == before + 1  # the key's own entry


# -- keys ------------------------------------------------------------------------------------------


def test_a_key_is_needed_known_and_of_the_company(served: Served) -> None:
    browser, person = served.browser(), served.anna()[0]
    body = {**SERVE, "person": person}
    own, other = served.key(), served.key("incontact")
    for key, status in (("", 401), ("x", 401), (own[:-1] + "!", 401), (other, 403), (own, 200)):
        headers = {"authorization": f"Bearer {key}"}
        answer = browser.post("/api/callminer/ask", json=body, headers=headers)
        assert answer.status_code == status, key
        if status == 401:
            assert answer.headers["www-authenticate"] == "Bearer"
    assert browser.post("/api/callminer/ask", json=body).status_code == 401


def test_an_ended_key_opens_nothing(served: Served) -> None:
    key = served.key()
    with served.company().writing() as session:
        access.end_key(session, int(key.split(".")[1]), at=served.clock())
    assert served.api("ask", SERVE, key=key).status_code == 401


@pytest.mark.parametrize(
    ("purposes", "purpose", "allowed"),
    [
        (["own-news"], "own-news", True),
        (["own-news"], "own-offers", True),
        (["own-offers"], "own-offers", True),
        (["own-offers"], "own-news", False),
        (["own-updates", "own-offers", "own-products", "registered-news"], "own-news", True),
        (["support"], "own-offers", False),
        ([], "own-offers", False),
        (["own-news"], None, False),
        (["*"], None, True),
    ],
)
def test_a_key_claims_only_the_purposes_it_lists(
    served: Served, purposes: list[str], purpose: str | None, allowed: bool
) -> None:
    key = served.key(purposes=purposes)
    body = {"action": "use", "data": "email", "purpose": purpose, "person": served.anna()[0]}
    answer = served.api("ask", body, key=key)
    assert answer.status_code == (200 if allowed else 403)
    if not allowed:
        assert answer.json()["code"] == "G507"


@pytest.mark.parametrize("may", ["ask", "collect", "choices"])
def test_a_key_opens_only_its_doors(served: Served, may: str) -> None:
    key = served.key(may=[may])
    for door in ("ask", "collect", "choices"):
        answer = served.api(door, {}, key=key)
        assert answer.status_code == (422 if door == may else 403)


def test_purposes_stated_at_collection_are_claimed_too(served: Served) -> None:
    key = served.key(purposes=["support"])
    body = {
        "place": "product-registration",
        "values": {"email": someone()},
        "purposes": ["own-news"],
    }
    answer = served.api("collect", body, key=key)
    assert (answer.status_code, answer.json()["code"]) == (403, "G507")


# -- collecting ------------------------------------------------------------------------------------


def test_what_is_given_is_kept_under_the_version_shown(served: Served) -> None:
    email = someone()
    body = {
        "place": "product-registration",
        "values": {"email": email, "name": "Ben"},
        "version": "callminer/2014-11-21",
        "host": "www.callminer.com",
    }
    answer = served.api("collect", body)
    assert answer.status_code == 200
    assert answer.json()["version"] == "callminer/2014-11-21"
    assert served.company().ask("use", "email", person=email, purpose="serving")


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"values": {"government-id": "x"}}, "G502"),
        ({"place": "cookie"}, "G502"),
        ({"version": "callminer/2016-01-01"}, "G503"),
        ({"notice": "callminer/notices/nowhere"}, "G503"),
        ({"contract": "callminer/contracts/nowhere"}, "G503"),
        ({"source": "bought"}, "G504"),
        ({"host": "shop.example"}, "G505"),
        ({"values": {"nonsense": "x"}}, "G506"),
        ({"values": {"profile": "x"}}, "G506"),
        ({"place": "nowhere"}, "G506"),
        ({"person": "nobody"}, "G506"),
        ({"person": 999_999}, "G506"),
        ({"values": {"name": "Ben"}}, "G506"),
        ({"values": {}}, "G502"),
        ({"matter": "order:1"}, "G506"),
    ],
)
def test_a_collection_the_version_does_not_allow_leaves_nothing(
    served: Served, changed: dict[str, Any], code: str
) -> None:
    body = {
        "place": "product-registration",
        "values": {"email": someone()},
        "version": "callminer/2014-11-21",
    }
    served.own_key()  # its entry stands before the count
    before = served.count(t.people), served.count(t.records), served.count(t.ledger)
    answer = served.api("collect", {**body, **changed})
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json().get("code") == code, answer.text
    assert answer.json()["type"] == f"/problems#{code}"
    after = served.count(t.people), served.count(t.records), served.count(t.ledger)
    assert after == before


def test_without_a_notice_shown_nothing_is_collected_where_one_must_be(served: Served) -> None:
    served.clock.set("2004-01-01 12:00")
    body = {"place": "product-registration", "values": {"email": someone()}}
    answer = served.api("collect", body)
    assert (answer.status_code, answer.json()["code"]) == (403, "G502")
    assert answer.json()["clauses"] == ["callminer/2003-06-05#collect.told"]
    assert served.api("collect", {**body, "version": "callminer/2003-06-05"}).status_code == 200


def test_collecting_takes_no_date(served: Served) -> None:
    body = {"place": "product-registration", "values": {"email": someone()}, "at": "2003-07-01"}
    answer = served.api("collect", body)
    assert answer.status_code == 422 and "not known here" in answer.json()["detail"]


# -- choosing --------------------------------------------------------------------------------------


def test_a_choice_is_said_and_taken_back(served: Served) -> None:
    person, email, _ = served.anna()
    body = {"person": email, "choice": "no-own-news", "way": "email", "items": ["own-offers"]}
    answer = served.api("choices", {"do": "say", **body})
    assert answer.status_code == 200 and len(answer.json()["rows"]) == 2
    with served.company().reading() as session:
        rows = choices.history(session, person)
    assert {(r.cell, r.way, r.by) for r in rows} == {
        ("own-offers/email", "email", "crm"),
        ("own-offers/postal-address", "email", "crm"),
    }
    assert served.api("choices", {"do": "take back", **body}).status_code == 200
    with served.company().reading() as session:
        assert not choices.standing(session, person, served.clock())


def test_a_clause_is_agreed_to_and_refused(served: Served) -> None:
    person, _, _ = served.anna()
    body = {"person": person, "clause": "use.tailor", "way": "email"}
    ask = {"action": "use", "data": "email", "purpose": "tailoring", "person": person}
    assert served.api("choices", {"do": "agree", **body}).status_code == 200
    assert served.api("ask", ask).json()["allowed"]
    assert served.api("choices", {"do": "refuse", **body}).status_code == 200
    assert not served.api("ask", ask).json()["allowed"]
    with served.company().reading() as session:
        assert [a.answer for a in notices.answers_given(session, person)] == ["yes", "no"]


@pytest.mark.parametrize(
    "body",
    [
        {"do": "say", "person": "nobody@example.com", "choice": "no-own-news", "way": "email"},
        {"do": "say", "person": 1, "choice": "no-such", "way": "email"},
        {"do": "say", "person": 1, "choice": "no-own-news", "way": "email", "items": ["serving"]},
        {"do": "say", "person": 999_999, "choice": "no-own-news", "way": "email"},
        {"do": "agree", "person": 1, "clause": "use.nothing", "way": "email"},
        {"do": "agree", "person": 1, "clause": "use.tailor", "version": "x/y", "way": "email"},
        {"do": "forget", "person": 1},
        {"person": 1, "choice": "no-own-news", "way": "email"},
    ],
)
def test_what_nobody_can_choose_is_a_problem(served: Served, body: dict[str, Any]) -> None:
    served.anna()
    answer = served.api("choices", body)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


# -- what is hostile -------------------------------------------------------------------------------

SECRET = "dora.secret@example.com"
HOSTILE: list[bytes] = [
    b"",
    b"{",
    b"null",
    b"[]",
    b'"x"',
    b"\xff\xfe",
    b'{"action": "use", "data": "email", "person": "dora.secret@example.com\\u0000"}',
    b'{"action": "use", "data": "dora.secret@example.com"}',
    b'{"action": "dora.secret@example.com", "data": "email"}',
    b'{"action": "use", "data": "email", "dora.secret@example.com": 1}',
    b'{"action": "use", "data": "email", "person": {"x": "dora.secret@example.com"}}',
    b'{"action": "use", "data": "email", "person": -1}',
    b'{"action": "use", "data": "email", "person": 1e99}',
    b'{"action": "use", "data": "email", "person": 99999999999999999999999999}',
    b'{"action": "use", "data": "email", "person": "dora.secret@example.com"}',
    b'{"action": "use", "data": "email", "party": "dora.secret@example.com"}',
    b'{"action": "use", "data": "no-such-word", "person": "dora.secret@example.com"}',
    b'{"action": "use", "data": "email", "within": "dora.secret@example.com"}',
    b"[" * 60_000,
    b'{"a":' * 9_000,
]


@pytest.mark.parametrize("raw", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_body_is_a_problem_that_repeats_nothing(
    served: Served, raw: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    headers = {"authorization": f"Bearer {served.key()}"}
    for door in ("ask", "collect", "choices"):
        answer = served.browser().post(f"/api/callminer/{door}", content=raw, headers=headers)
        assert answer.status_code in (400, 422)
        assert answer.headers["content-type"] == "application/problem+json"
        assert "dora" not in answer.text and "secret" not in answer.text
    assert "dora" not in caplog.text


@pytest.mark.parametrize("declared", [True, False])
def test_ten_megabytes_are_not_read(served: Served, declared: bool) -> None:
    sent = 0

    def chunks() -> Any:
        nonlocal sent
        for _ in range(160):
            sent += 1
            yield b"x" * 65_536

    content = b"x" * 10_000_000 if declared else chunks()
    headers = {"authorization": f"Bearer {served.key()}"}
    answer = served.browser().post("/api/callminer/ask", content=content, headers=headers)
    assert (answer.status_code, answer.json()["status"]) == (413, 413)


def test_what_is_not_there_and_another_method_are_problems_too(served: Served) -> None:
    browser = served.browser()
    for address, method, status in (
        ("/api/nobody/ask", "POST", 404),
        ("/api/callminer/nothing", "POST", 404),
        ("/api/callminer/ask", "GET", 405),
        ("/api/callminer/ask", "PUT", 405),
    ):
        answer = browser.request(method, address)
        assert answer.status_code == status
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["cache-control"] == "no-store"


def test_an_error_inside_denies_and_tells_nothing(
    served: Served, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    company, key = served.company(), served.key()
    email = served.anna()[1]

    def broken(*_: Any, **__: Any) -> None:
        raise ArithmeticError(f"cannot decide about {email}")

    monkeypatch.setattr(company.gate, "ask", broken)
    answer = served.api("ask", {**SERVE, "person": email}, key=key)
    assert answer.status_code == 500
    said = answer.json()
    assert "allowed" not in said and "verdict" not in said
    assert email not in answer.text and email not in caplog.text
    assert said["reference"] in caplog.text and "ArithmeticError" in caplog.text
    page = served.browser().get("/callminer/privacy")
    assert page.status_code == 200


# -- the description -------------------------------------------------------------------------------


def test_the_description_names_every_door_and_shape(served: Served) -> None:
    answer = served.browser().get("/api/openapi.json")
    said = msgspec.json.decode(answer.content)
    assert said["openapi"].startswith("3.1")
    doors = {f"/api/{{company}}/{door}" for door in ("ask", "asks", "collect", "choices")}
    assert doors == {path for path, does in said["paths"].items() if "post" in does}
    shapes = said["components"]["schemas"]
    references = set(msgspec.json.encode(said).decode().split('"#/components/schemas/')[1:])
    assert {r.split('"')[0] for r in references} <= shapes.keys()
    assert shapes["AskBody"]["additionalProperties"] is False
    for door in doors:
        assert said["paths"][door]["post"]["responses"].keys() >= {"200", "401", "403", "422"}
