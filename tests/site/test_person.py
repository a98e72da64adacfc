"""A person signed in: her choices said, taken back and undone, clauses answered, what is held explained."""

from __future__ import annotations

import re

from tests.site.served import EARLY, Served, fields, fill, registration, sign_in, someone
from troth import ledger, matters, parties
from troth.gate import Given
from troth.people import choices, notices
from troth.people.identifiers import find


def asked(served: Served, person: int, data: str, purpose: str) -> str:
    return served.company().ask("use", data, person=person, purpose=purpose).verdict


def test_a_wrong_code_signs_nobody_in_and_says_no_more(served: Served) -> None:
    _, email, code = served.anna()
    for address, typed in (
        (email, "wrong"),
        ("nobody@example.com", code),
        ("", code),
        ("\x00", code),
    ):
        page = sign_in(served.browser(), address, typed)
        assert page.status_code in (400, 422)
        assert "set-cookie" not in page.headers
    assert "That did not fit" in sign_in(served.browser(), email, "wrong").text


def test_tries_are_counted(served: Served) -> None:
    _, email, code = served.anna()
    answers = [sign_in(served.browser(), email, "wrong").status_code for _ in range(6)]
    assert answers == [422] * 5 + [429]
    assert sign_in(served.browser(), email, code).status_code == 429
    served.clock.set("2015-03-02 12:02")
    assert sign_in(served.browser(), email, code).status_code == 200


def test_a_sign_in_leads_to_our_own_pages_alone(served: Served) -> None:
    _, email, code = served.anna()
    browser = served.browser()
    form = fields(
        browser.get("/callminer/sign-in?next=//elsewhere.example").text, "/callminer/sign-in"
    )
    sent = {**form, "next": "//elsewhere.example", "email": email, "code": code}
    page = browser.post("/callminer/sign-in", data=sent, follow_redirects=False)
    assert page.headers["location"] == "/callminer/choices"


def test_signing_out_ends_the_session(served: Served) -> None:
    _, email, code = served.anna()
    browser = served.browser()
    sign_in(browser, email, code)
    token = browser.cookies["troth"]
    fill(browser, "/callminer/held", {}, "/callminer/sign-out")
    browser.cookies.set("troth", token, path="/callminer")
    assert "/sign-in" in str(browser.get("/callminer/held").url)


def test_what_may_be_used_for_her_case_alone_is_told_with_the_case(served: Served) -> None:
    """CallMiner 2014: what was given is used for support within a case, which the page must not deny."""
    person, email, code = served.anna()
    browser = served.browser()
    sign_in(browser, email, code)
    assert "within " not in browser.get("/callminer/held").text
    company = served.company()
    word, at = company.policy.words["matter", "support-case"], company.clock()
    with company.writing() as session:
        matters.open_matter(session, "support-case:K7M", word, at, "person", people=(person,))
    page = browser.get("/callminer/held").text
    assert "Used within your support case, K7M for" in page
    assert company.ask("use", "email", person=person, purpose="support").verdict == "no"


def test_a_session_of_one_company_is_none_of_another(served: Served) -> None:
    _, email, code = served.anna()
    browser = served.browser()
    sign_in(browser, email, code)
    token = browser.cookies["troth"]
    other = served.browser()
    other.cookies.set("troth", token)
    assert "/incontact/sign-in" in str(other.get("/incontact/held").url)


def test_a_choice_is_said_for_its_cells_taken_back_and_undone(served: Served) -> None:
    person, email, code = served.anna()
    browser = served.browser()
    sign_in(browser, email, code)
    assert asked(served, person, "postal-address", "own-offers") == "yes"
    cell = "own-offers/postal-address"
    page = fill(browser, "/callminer/choices", {"choice": "no-own-news", "cell": cell})
    assert "Saved: “Stop CallMiner&#39;s own news and offers”" in page.text
    assert "Stopped for 1 of 8, since 2 March 2015" in page.text
    assert asked(served, person, "postal-address", "own-offers") == "no"
    assert asked(served, person, "postal-address", "own-updates") == "yes"
    served.clock.set("2015-03-02 12:30")
    page = fill(browser, "/callminer/choices", {"choice": "no-own-news", "undo": "yes"})
    assert asked(served, person, "postal-address", "own-offers") == "yes"
    assert "Taken back: special offers, by post" in page.text
    with served.company().reading() as session:
        rows = choices.history(session, person, "no-own-news")
    assert [(r.cell, r.standing, r.way, r.by) for r in rows] == [
        (cell, True, "site", "person"),
        (cell, False, "site", "person"),
    ]
    assert rows[0].text_shown


def test_a_named_consent_is_for_the_recipient_she_ticks(served: Served) -> None:
    company, email = served.company("incontact"), someone()
    with company.writing() as session:
        word = company.policy.words["party", "named-by-you"]
        for party in ("aunt", "uncle"):
            parties.register(session, party, word, party.capitalize(), EARLY)
    browser = served.browser()
    fill(browser, "/incontact/register", {**registration(), "email": email})
    page = fill(browser, "/incontact/choices", {"choice": "your-word", "cell": "uncle"}).text
    assert "Agreed, since 2 March 2015" in page
    with company.reading() as session:
        person = find(session, company.key, "email", email)
        assert person is not None
        standing = choices.standing(session, person, served.clock())
    assert [(key, said.scope.party) for key, said in standing.items()] == [
        (("your-word", "uncle"), "uncle")
    ]
    fill(browser, "/incontact/choices", {"choice": "your-word"})
    with company.reading() as session:
        assert not choices.standing(session, person, served.clock())


def test_what_is_held_for_a_customer_is_named_and_not_shown(served: Served) -> None:
    person, email, code = served.anna()
    company = served.company()
    with company.writing() as session:
        given = Given(
            "customer-upload", {"recordings": "a secret talk"}, (person,), customer="Shop"
        )
        company.gate.collect(session, given, served.clock())
    browser = served.browser()
    sign_in(browser, email, code)
    page = browser.get("/callminer/held").text
    assert "Held for Shop; please turn to them." in page and "a secret talk" not in page


def test_what_stands_already_is_not_said_again(served: Served) -> None:
    person, email, code = served.anna()
    browser = served.browser()
    sign_in(browser, email, code)
    said = {"choice": "no-passing-on", "cell": "all"}
    fill(browser, "/callminer/choices", said)
    fill(browser, "/callminer/choices", said)
    fill(browser, "/callminer/choices", {"choice": "no-passing-on"})
    with served.company().reading() as session:
        rows = choices.history(session, person, "no-passing-on")
    assert [row.standing for row in rows] == [True, False]


def test_a_choice_nobody_offers_is_refused(served: Served) -> None:
    _, email, code = served.anna()
    browser = served.browser()
    sign_in(browser, email, code)
    for sent in ({"choice": "nothing"}, {"choice": "no-own-news", "cell": "x/y"}):
        assert fill(browser, "/callminer/choices", sent).status_code == 422


def test_choosing_needs_a_person_and_our_token(served: Served) -> None:
    assert "disabled" in served.browser().get("/callminer/choices").text
    page = served.browser().post("/callminer/choices", data={"choice": "no-post"})
    assert "/callminer/sign-in" in str(page.url)
    _, email, code = served.anna()
    browser = served.browser()
    sign_in(browser, email, code)
    assert browser.post("/callminer/choices", data={"choice": "no-post"}).status_code == 403


def test_a_newer_clause_waits_until_she_agrees_and_again_when_she_takes_it_back(
    served: Served,
) -> None:
    person, email, code = served.anna()
    browser = served.browser()
    sign_in(browser, email, code)
    page = browser.get("/callminer/choices").text
    assert 'value="use.tailor"' in page
    assert asked(served, person, "email", "tailoring") == "no"
    digest = re.search(r'name="clause" value="use.tailor"><input[^>]*value="([^"]+)"', page)
    assert digest is not None
    answer = {"clause": "use.tailor", "digest": digest[1], "answer": "agree"}
    page = fill(browser, "/callminer/choices", answer).text
    assert "You agreed on 2 March 2015." in page
    assert asked(served, person, "email", "tailoring") == "yes"
    served.clock.set("2015-03-02 14:00")
    sign_in(browser, email, code)
    fill(browser, "/callminer/choices", {**answer, "answer": "refuse"})
    assert asked(served, person, "email", "tailoring") == "no"
    with served.company().reading() as session:
        given = notices.answers_given(session, person, "use.tailor")
    assert [a.answer for a in given] == ["yes", "no"]
    assert "tailor" not in given[0].text_shown and given[0].text_shown.startswith("We may use")


def test_another_wording_than_the_one_shown_is_not_agreed_to(served: Served) -> None:
    _, email, code = served.anna()
    browser = served.browser()
    sign_in(browser, email, code)
    answer = {"clause": "use.tailor", "digest": "0" * 16, "answer": "agree"}
    assert fill(browser, "/callminer/choices", answer).status_code == 409


def test_for_somebody_of_the_version_in_force_nothing_waits(served: Served) -> None:
    browser = served.browser()
    fill(browser, "/callminer/register", registration())
    assert 'id="waiting"' not in browser.get("/callminer/choices").text


def test_what_is_held_shows_the_deciding_clause_of_each_use(served: Served) -> None:
    person, email, code = served.anna()
    browser = served.browser()
    sign_in(browser, email, code)
    page = browser.get("/callminer/held").text
    company = served.company()
    assert "Elm Street 1" in page and "1 July 2003" in page and "a product registration" in page
    for purpose, party in (("serving", None), ("targeted-ads", None), ("joint-marketing", "acme")):
        action = "share" if party else "use"
        answer = company.ask(action, "email", person=person, purpose=purpose, party=party)
        for clause in answer.clauses:
            assert f'title="{clause}"' in page
    assert "/callminer/privacy/2003-06-05#share.nobody-else" in page
    assert company.sentences["callminer/2003-06-05#share.nobody-else"] in page
    assert "Shared with Acme" in page


def test_one_showing_is_one_entry_and_holds_no_value(served: Served) -> None:
    person, email, code = served.anna()
    browser = served.browser()
    sign_in(browser, email, code)
    browser.get("/callminer/held")
    with served.company().reading() as session:
        entries = ledger.entries(session, person=person, kind="shown")
    assert len(entries) == 1
    assert len(entries[0].payload["fields"]) == 3
    assert email not in str(entries[0].payload)


def test_somebody_erased_is_signed_in_no_more(served: Served) -> None:
    from troth.people.forget import forget

    person, email, code = served.anna()
    browser = served.browser()
    sign_in(browser, email, code)
    with served.company().writing() as session:
        forget(session, person, served.clock())
    assert "/sign-in" in str(browser.get("/callminer/held").url)
    assert sign_in(browser, email, code).status_code == 422
