"""Each figure moves with what it measures: a duty that is broken is seen to be, and what mends it is told."""

from __future__ import annotations

from datetime import date, timedelta

from tests.duties.conftest import NOW, Clock, Measured
from troth import access, duties, ledger, mail, parties, periods
from troth.company import Company, House
from troth.duties import Look, in_force, note_done
from troth.duties.standing import MEASURES
from troth.language.forms import FORMS
from troth.mail.letter import Letter
from troth.people import attributes, choices, happenings
from troth.people.people import add_person
from troth.store import tables as t
from troth.work import Worker

# The room that keeps these is not built; telling a customer of a demand waits for it too.
UNBUILT = {"answer", "verify-identity", "help", "pass-requests", "return", "name-authority"}
UNBUILT |= {"tell-customer"}


def given(company: Company, place: str, **values: str) -> int:
    """A new person who gave something; her number."""
    with company.writing() as session:
        person = add_person(session, company.key, NOW - timedelta(days=60))
    asked = {word.replace("_", "-"): value for word, value in values.items()}
    company.collect(place, asked, person=person, at=NOW - timedelta(days=60))
    return person


def test_every_form_is_measured_but_those_whose_room_is_not_built() -> None:
    assert {form.name for form in FORMS} - MEASURES.keys() == UNBUILT


def test_what_is_past_its_time_is_counted_until_it_is_swept(house: House, figure: Measured) -> None:
    company = house.company("infusionsoft")
    person = given(company, "survey", job_title="clerk", survey_answers="all well")
    assert figure("infusionsoft", "#children.erased").numbers["past"] == 0
    with company.writing() as session:
        attributes.set_value(session, "person", person, "birth", "2006-01-01", NOW)
    found = figure("infusionsoft", "2015-01-19#children.erased")
    assert (found.verdict, found.numbers["past"]) == ("not kept", 2)
    assert found.remedy == "erase them: troth sweep infusionsoft"
    periods.sweep(company, NOW)
    found = figure("infusionsoft", "2015-01-19#children.erased")
    assert (found.verdict, found.numbers) == ("kept", {"past": 0, "erased_lately": 2})


def test_recipients_are_counted_bound_unbound_and_soon_unbound(
    house: House, figure: Measured
) -> None:
    company = house.company("infusionsoft")
    word = company.policy.words["party", "trusted-partner"]
    terms = ("confidence", "only-described-purposes", "same-protection")
    soon = date(2016, 4, 1)
    with company.writing() as session:
        for name, until in (("coach", None), ("short", soon), ("late", date(2016, 2, 1))):
            parties.register(session, name, word, name, NOW - timedelta(days=90))
            parties.sign(session, name, terms, date(2015, 12, 1), NOW, until=until)
    found = figure("infusionsoft", "#partners.bound")
    assert found.numbers == {"recipients": 3, "bound": 2, "ending_soon": 1}
    assert (found.verdict, found.remedy) == (
        "needs somebody",
        "nothing is disclosed to late until they sign",
    )


def test_staff_is_counted_against_what_the_house_rules_say(house: House, figure: Measured) -> None:
    company = house.company("incontact")
    assert figure("incontact", "#figures.few").verdict == "kept"
    with company.writing() as session:
        for number in range(5):
            access.issue_key(session, f"key {number}", "crm", ["*"], ["ask"], at=NOW)
    found = figure("incontact", "#figures.few")
    assert (found.verdict, found.numbers) == (
        "not kept",
        {"at_most": 5, "keys": 5, "operators": 1},
    )


def test_a_use_after_a_refusal_would_be_seen(house: House, figure: Measured) -> None:
    company = house.company("incontact")
    person = given(company, "sign-up", name="Anna", email="anna@example.com")
    choice = next(c for c in company.policy.house.choices if c.name == "no-mail")  # type: ignore[union-attr]
    with company.writing() as session:
        choices.say(session, person, choice, (), True, NOW - timedelta(days=2), "email", "person")
    company.ask("use", "email", person=person, purpose="own-offers")
    found = figure("incontact", "#email.quick")
    assert (found.verdict, found.numbers["people"], found.numbers["refused"]) == ("kept", 1, 1)
    with company.writing() as session:  # what no door of ours writes: an answer that should not be
        payload = {"action": "use", "data": "email", "purpose": "own-offers", "verdict": "yes"}
        ledger.record(session, "asked", {**payload, "clauses": []}, at=NOW, person=person)
    found = figure("incontact", "#email.quick")
    assert (found.verdict, found.numbers["allowed_after"]) == ("not kept", 1)


def test_every_mail_is_composed_anew_and_its_way_out_tried(house: House, figure: Measured) -> None:
    company = house.company("infusionsoft")
    with company.writing() as session:
        person = add_person(session, company.key, NOW, {"email": "ida@example.com"})
    given_ = {"name": "Ida", "email": "ida@example.com"}
    company.collect("ebook-download", given_, person=person, at=NOW)
    with company.writing() as session:
        mail.ask_for_link(company, session, "ida@example.com", NOW)
        identifier = session.rows(t.identifiers, person=person)[0].id
        text = mail.write_mailing(company, session, "own-offers", "News", "Hello", "Kim", NOW)
        mail.write(session, "receipt", person, identifier, NOW, about="entries:1")
    assert text == (1, 0)
    found = figure("infusionsoft", "#choices.footer")
    assert found.verdict == "kept" and found.numbers["mails"] >= 1
    assert found.numbers["with_way_out"] == found.numbers["mails"]


def test_a_mail_without_a_working_way_out_is_seen(house: House) -> None:
    company = house.company("infusionsoft")
    with company.writing() as session:
        person = add_person(session, company.key, NOW)
    plain = Letter("Hello", "No way out of this.\n")
    sent = mail.with_way_out(company, plain, person, "https://here.example", NOW)
    assert mail.works(company, person, sent) and sent.leave in sent.text
    assert not mail.works(company, person, plain)
    assert not mail.works(company, person + 1, sent)
    other = house.company("incontact")  # which promises no such thing
    assert mail.with_way_out(other, plain, person, "https://here.example", NOW) == plain


def test_what_people_do_is_due_again_when_its_time_is_over(
    house: House, figure: Measured, clock: Clock
) -> None:
    company = house.company("incontact")
    duty = next(b for b in in_force(company.policy, date(2016, 3, 1)) if b.duty.form == "review")
    assert figure("incontact", "#figures.reviewed").verdict == "not kept"
    with company.writing() as session:
        note_done(session, company.policy, duty, "Kim", "two left", NOW)
    found = figure("incontact", "#figures.reviewed")
    assert (found.verdict, found.numbers["due"]) == ("kept", "2016-05-30")
    clock.moment = NOW + timedelta(days=91)
    found = figure("incontact", "#figures.reviewed")
    assert (found.verdict, found.numbers["overdue_days"]) == ("not kept", 1)


def test_protections_are_checked_each_night_and_put_on_record(
    house: House, figure: Measured, clock: Clock, looks: dict[str, Look]
) -> None:
    found = figure("incontact", "#security.checked")
    assert (found.verdict, found.numbers["times"]) == ("not kept", 0)
    duties.begin(house)
    jobs = duties.doers(house, lambda company, _: looks[company.name])
    worker = Worker(house.store, tuple(house.policies), jobs, clock)
    assert worker.all_due() == 0
    for night in (1, 2):
        clock.moment = NOW + timedelta(days=night)
        assert worker.all_due() == 1  # of the one company that promises it
        assert figure("incontact", "#security.checked").numbers["times"] == night
    assert figure("incontact", "#security.checked").verdict == "kept"
    with house.company("incontact").reading() as session:
        entry = ledger.entries(session, kind="duties.measured")[0]
    assert entry.payload == {"protections": {"kept": 4, "not measured": 2}}
    clock.moment = NOW + timedelta(days=5)
    assert figure("incontact", "#security.checked").verdict == "not kept"


def test_a_notice_is_renewed_with_each_person(house: House, figure: Measured) -> None:
    company = house.company("incontact")
    with company.writing() as session:
        for days in (100, 900):
            person = add_person(session, company.key, NOW)
            happenings.happened(session, person, "cpni-notice", NOW - timedelta(days=days))
    found = figure("incontact", "#approval.renewed")
    assert (found.verdict, found.numbers) == ("not kept", {"people": 2, "in_time": 1})


def test_a_version_is_held_to_the_days_promised_before_it(figure: Measured) -> None:
    found = figure("callminer", "#changes.post")
    assert (found.verdict, found.numbers["days_ahead"]) == ("kept", [7])


def test_what_cannot_be_measured_says_so(figure: Measured) -> None:
    for company, duty in (
        ("incontact", "#security.rest"),
        ("incontact", "#security.transit"),
        ("callminer", "#security.protect"),
        ("infusionsoft", "#requests.answer"),
    ):
        found = figure(company, duty)
        assert (found.verdict, found.remedy) == ("not measured", "")
        assert found.said
