"""What a form refuses, and what comes of the special ones: two people, consents, letters, copies elsewhere."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import httpx
import pytest

from tests.site.served import Served, at_the_desk, fields, fill, sign_in, someone
from troth import ledger, matters, parties
from troth.people import choices
from troth.people.attributes import set_value
from troth.people.holdings import held
from troth.people.identifiers import find
from troth.people.people import add_person
from troth.store import tables as t

COVERED = {"origin": "https://www.callminer.com", "sec-fetch-site": "cross-site"}
CONTACT = {"name": "Rosa", "message": "How long do you keep it?"}
TABLES = (t.people, t.records, t.fields, t.choices, t.matters, t.ledger)


def stored(served: Served, company: str) -> tuple[int, ...]:
    return tuple(served.count(table, company) for table in TABLES)


def person(served: Served, email: str, company: str) -> int:
    house = served.company(company)
    with house.reading() as session:
        found = find(session, house.key, "email", email)
    assert found is not None
    return found


# -- refused ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["employer", "place", "card-number", "says-remember-me", "x"])
def test_a_field_that_is_not_declared_is_refused(served: Served, name: str) -> None:
    before = stored(served, "callminer")
    given = {**CONTACT, "email": someone(), name: "more"}
    page = fill(served.browser(), "/callminer/contact", given)
    assert page.status_code == 422 and "does not ask for" in page.text
    assert "more" not in page.text.split("<main")[1].split("</main")[0].replace("no more", "")
    assert stored(served, "callminer") == before


def test_a_form_that_is_not_declared_and_one_of_the_desk_are_not_there(served: Served) -> None:
    for path in ("/callminer/lottery", "/callminer/letter", "/incontact/survey"):
        assert served.browser().get(path).status_code == 404
        assert served.browser().post(path, data={"email": someone()}).status_code in (403, 404)


@pytest.mark.keeps("infusionsoft.children.never-collect-under-13")
def test_a_child_known_to_be_one_is_refused_with_the_sentence(served: Served) -> None:
    company, email, code = served.company("infusionsoft"), someone(), "CHILD-CODE"
    at = served.clock()
    with company.writing() as session:
        from troth.site import set_access_code

        child = add_person(session, company.key, at, {"email": email})
        set_value(session, "person", child, "birth", "2004-05-06", at)
        set_access_code(session, company.key, child, code, at)
    browser = served.browser()
    sign_in(browser, email, code, "infusionsoft")
    before = stored(served, "infusionsoft")
    page = fill(browser, "/infusionsoft/contest", {"name": "Tim", "email": email})
    assert page.status_code == 403 and "children.never-collect" in page.text
    assert stored(served, "infusionsoft") == before


def test_nothing_filled_in_is_nothing_kept(served: Served) -> None:
    before = stored(served, "infusionsoft")
    page = fill(served.browser(), "/infusionsoft/survey", {})
    assert page.status_code == 422 and "Nothing was filled in" in page.text
    assert stored(served, "infusionsoft") == before


# -- what a declaration limits ---------------------------------------------------------------------


def test_the_purposes_beside_the_fields_are_all_it_serves_for(served: Served) -> None:
    asked, subscribed = someone(), someone()
    fill(served.browser(), "/callminer/contact", {**CONTACT, "email": asked})
    fill(served.browser(), "/callminer/newsletter", {"email": subscribed, "country": "US"})
    company = served.company()
    assert not company.ask("use", "email", person=asked, purpose="own-offers")
    assert company.ask("use", "email", person=subscribed, purpose="own-offers")


def test_a_forms_own_notice_counts_for_what_is_given_there(served: Served) -> None:
    email = someone()
    page = fill(
        served.browser(),
        "/interactive-intelligence/webinar",
        {"name": "Rosa", "email": email, "employer": "Lind & Co."},
    )
    number = re.search(r"<code>([A-Z2-9]{3}-[A-Z2-9]{3})</code>", page.text)
    assert number is not None
    company = served.company("interactive-intelligence")
    webinar = f"webinar:{number[1]}"
    with company.writing() as session:
        word = company.policy.words["party", "marketing-partner"]
        if session.one(t.parties, id="beta") is None:
            parties.register(session, "beta", word, "Beta Corp", served.clock())
            set_value(session, "party", "beta", "code", "beta", served.clock())
        set_value(session, "matter", webinar, "host", "beta", served.clock())
    assert company.ask(
        "share", "email", person=email, party="beta", purpose="joint-marketing", within=webinar
    )


def test_a_friend_is_somebody_of_her_own_and_gets_one_invitation(served: Served) -> None:
    sender, friend = someone(), someone()
    given = {"name": "Rosa", "email": sender, "friend-name": "Uma", "friend-email": friend}
    page = fill(served.browser(), "/infusionsoft/refer", given)
    assert page.status_code == 200 and "One invitation goes to your friend" in page.text
    company = served.company("infusionsoft")
    hers = person(served, friend, "infusionsoft")
    assert hers != person(served, sender, "infusionsoft")
    with company.reading() as session:
        assert {h.data: (h.value, h.place) for h in held(session, hers)} == {
            "name": ("Uma", "referral"),
            "email": (friend, "referral"),
        }
    assert company.ask("use", "email", person=friend, purpose="invitation")
    for purpose in ("own-offers", "company-news", "serving"):
        assert not company.ask("use", "email", person=friend, purpose=purpose)
    again = fill(served.browser(), "/infusionsoft/refer", {"name": "Rosa", "friend-name": "Uma"})
    assert again.status_code == 422 and "Without an address your friend" in again.text


@pytest.mark.parametrize("ticked", [True, False])
def test_a_testimonial_shows_a_name_only_with_the_consent_that_names_it(
    served: Served, ticked: bool
) -> None:
    company, email = served.company("infusionsoft"), someone()
    with company.writing() as session:
        if session.one(t.parties, id="everyone") is None:
            word = company.policy.words["party", "public"]
            parties.register(session, "everyone", word, "Everyone", served.clock())
    given = {"testimonial": "It helped us.", "name": "Rosa", "email": email}
    given |= {"says-named-testimonial": "yes"} if ticked else {}
    page = fill(served.browser(), "/infusionsoft/testimonial", given)
    assert ("Show my name with this text" in page.text) is ticked
    who = person(served, email, "infusionsoft")
    with company.writing() as session:
        word = company.policy.words["matter", "posting"]
        posting = f"posting:{who}"
        matters.open_matter(session, posting, word, served.clock(), "marketing", people=(who,))
    for data, allowed in (("name", ticked), ("testimonial", True)):
        told = company.ask(
            "share",
            data,
            person=who,
            party="everyone",
            purpose="publishing",
            place="our-services",
            within=posting,
        )
        assert bool(told) is allowed


def test_whoever_refuses_needs_no_sign_in_and_learns_nothing(served: Served) -> None:
    email = someone()
    fill(served.browser(), "/infusionsoft/newsletter", {"email": email, "name": "Rosa"})
    who = person(served, email, "infusionsoft")
    browser = served.browser()
    page = fill(browser, "/infusionsoft/opt-out", {"email": email, "says-no-promotion": "yes"})
    assert page.status_code == 200 and "Rosa" not in page.text
    assert "set-cookie" not in page.headers and "access code" not in page.text
    with served.company("infusionsoft").reading() as session:
        assert ("no-promotion", "") in choices.standing(session, who, served.clock())


# -- letters ---------------------------------------------------------------------------------------


def letter(served: Served, **said: str) -> httpx.Response:
    browser = served.browser()
    at_the_desk(browser, "incontact")
    known = {"received": "2015-02-20", "way": "letter", "name": "Ida Lund"}
    return fill(browser, "/desk/letters", {**known, **said})


def test_a_letter_counts_from_the_day_it_came_and_says_who_typed_it_in(served: Served) -> None:
    page = letter(served, **{"says-cpni-opt-out": "yes", "account-number": "A-17"})
    assert page.status_code == 200 and "It counts from 20 February 2015" in page.text
    number = re.search(r"Recorded for person (\d+)", page.text)
    assert number is not None
    company = served.company("incontact")
    with company.reading() as session:
        (said,) = choices.history(session, int(number[1]), "cpni-opt-out")
        assert (said.way, said.by, said.standing) == ("letter", "Kim", True)
        assert said.at == datetime(2015, 2, 20, 7, tzinfo=UTC)  # midnight in Denver
        given = {h.data: h.place for h in held(session, int(number[1]))}
        assert given == {"name": "opt-out-letter", "account-number": "opt-out-letter"}
        assert ledger.verify(session)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"received": "2015-03-09"}, "still to come"),
        ({"received": "1999-01-01"}, "No version"),
        ({"received": "yesterday"}, "Write the day"),
        ({"way": "email"}, "by which way"),
        ({"whose": "999999"}, "Nobody is known"),
        ({"says-cpni-opt-out": ""}, "Mark what the letter refuses"),
        ({"message": "x"}, "does not ask for"),
    ],
)
def test_a_letter_that_cannot_be_is_not_recorded(
    served: Served, said: dict[str, str], told: str
) -> None:
    before = stored(served, "incontact")[:-1]  # the operator's sign-in stands in the ledger
    page = letter(served, **{"says-cpni-opt-out": "yes", **said})
    assert page.status_code == 422 and told in page.text
    assert stored(served, "incontact")[:-1] == before


def test_letters_are_for_the_desk_alone(served: Served) -> None:
    page = served.browser().get("/desk/letters", follow_redirects=False)
    assert (page.status_code, page.headers["location"]) == (303, "/desk/sign-in")


# -- copies on other pages -------------------------------------------------------------------------


def copied(served: Served, path: str = "/callminer/contact") -> dict[str, str]:
    """The hidden fields of the snippet."""
    page = served.browser().get(f"{path}/embed").text
    shown = page.replace("&lt;", "<").replace("&gt;", ">").replace("&#34;", '"')
    return fields(shown, f"http://127.0.0.1:8000{path}")


def test_a_copy_is_taken_from_a_covered_host_alone(served: Served) -> None:
    mark = copied(served)
    assert set(mark) == {"notice"}
    before = stored(served, "callminer")
    for origin in ("https://shop.example", "https://www.callminer.com.evil.example", "null"):
        given = {**mark, **CONTACT, "email": someone()}
        headers = {**COVERED, "origin": origin}
        page = served.browser().post("/callminer/contact", data=given, headers=headers)
        assert page.status_code == 403
        assert "access-control-allow-origin" not in page.headers
    assert stored(served, "callminer") == before
    given = {**mark, **CONTACT, "email": someone()}
    assert served.browser().post("/callminer/contact", data=given, headers=COVERED).is_success


@pytest.mark.parametrize("mark", ["", "callminer/2014-11-21 0000000000000000"])
def test_a_copy_without_todays_words_is_shown_here_before_anything_is_kept(
    served: Served, mark: str
) -> None:
    before = stored(served, "callminer")
    given = {"notice": mark, **CONTACT, "email": someone()}
    page = served.browser().post("/callminer/contact", data=given, headers=COVERED)
    assert page.status_code == 409 and "has changed since" in page.text
    assert CONTACT["message"] in page.text
    assert stored(served, "callminer") == before


def test_a_copy_speaks_for_nobody_who_is_signed_in_here(served: Served) -> None:
    _, email, code = served.anna()
    browser = served.browser()
    sign_in(browser, email, code)
    given = {**copied(served), **CONTACT, "email": email}
    assert browser.post("/callminer/contact", data=given, headers=COVERED).status_code == 409


def test_the_script_gets_json_and_only_its_own_page_may_read_it(served: Served) -> None:
    headers = {**COVERED, "accept": "application/json"}
    wrong = {**copied(served), **CONTACT, "email": "rosa@local"}
    said = served.browser().post("/callminer/contact", data=wrong, headers=headers)
    assert said.headers["access-control-allow-origin"] == COVERED["origin"]
    assert said.status_code == 422 and "not a whole address" in said.json()["problems"]["email"]
    right = {**wrong, "email": someone()}
    done = served.browser().post("/callminer/contact", data=right, headers=headers)
    assert done.json()["matter"]["kind"] == "a question of yours"
    assert "code" not in done.json()


def test_there_is_an_icon(served: Served) -> None:
    icon = served.browser().get("/favicon.ico")
    assert icon.status_code == 200 and icon.headers["content-type"].startswith("image/svg")


def test_a_code_given_about_somebody_known_is_the_tie_to_her(served: Served) -> None:
    """2003 ties a cookie's code to a person only where she registers; 2014 does with the cookie."""
    anna, email, _ = served.anna()
    body = {"place": "cookie", "values": {"cookie-code": "a1b2"}, "person": email}
    served.clock.set("2004-01-01 12:00")
    answer = served.api("collect", {**body, "version": "callminer/2003-06-05"})
    assert (answer.status_code, answer.json()["code"]) == (403, "G502")
    served.clock.set("2015-03-02 12:00")
    assert served.api("collect", {**body, "version": "callminer/2014-11-21"}).status_code == 200
    with served.company().reading() as session:
        words = {one.data for one in held(session, anna)}
    assert "cookie-link" in words and "cookie-code" not in words
