"""Stories are read to frozen steps; what cannot be read, or names what is not there, is told with its place."""

from __future__ import annotations

from datetime import date, time
from pathlib import Path

import pytest

from tests.language.written import corpus_of, page
from troth.language.model import Ask
from troth.language.story import Step, Story, Subject, read_stories

DAY = date(2020, 2, 1)


def story_of(*lines: str) -> Story:
    stories, _, problems = read_stories("\n".join(["```story", *lines, "```"]), "stories.md")
    assert problems == ()
    return stories[0]


def step_of(line: str) -> Step:
    (step,) = story_of(f"2020-02-01  {line}").steps
    assert step.day == DAY
    return step


def refused(line: str) -> str:
    _, _, problems = read_stories(f"```story\n{line}\n```", "stories.md")
    (problem,) = problems
    assert problem.span.line == 2
    return f"{problem.code} {problem.message}"


def filled(step: Step) -> dict[str, object]:
    """The fields a step has, without where it stands."""
    every = {name: getattr(step, name) for name in Step.__slots__}
    apart = ("day", "at", "text", "span", "spans")
    return {k: v for k, v in every.items() if v not in ("", (), None, False) and k not in apart}


@pytest.mark.parametrize(
    ("line", "fields"),
    [
        (
            "Anna (DE) and Ben, Cy give email, phone at form with notice w7 for news"
            " from dealer on www.acme.example held for Widgets",
            {
                "kind": "gives",
                "persons": ("Anna", "Ben", "Cy"),
                "countries": (("Anna", "DE"),),
                "data": ("email", "phone"),
                "place": "form",
                "notice": "w7",
                "purposes": ("news",),
                "source": "dealer",
                "host": "www.acme.example",
                "customer": "Widgets",
            },
        ),
        (
            "Anna gives email at form  refused law/us-coppa#children",
            {
                "kind": "gives",
                "persons": ("Anna",),
                "data": ("email",),
                "place": "form",
                "expected": "refused",
                "cited": ("law/us-coppa#children",),
            },
        ),
        (
            "Anna says no-news for news/email, offers by letter",
            {
                "kind": "says",
                "persons": ("Anna",),
                "choice": "no-news",
                "items": ("news/email", "offers"),
                "way": "letter",
            },
        ),
        (
            "Anna takes back no-news",
            {"kind": "takes back", "persons": ("Anna",), "choice": "no-news"},
        ),
        (
            "Anna agrees to share.partners of 2014-11-21",
            {
                "kind": "agrees",
                "persons": ("Anna",),
                "clause": "share.partners",
                "version": "2014-11-21",
            },
        ),
        (
            "Anna refuses acme/2014-11-21#share.partners",
            {
                "kind": "refuses",
                "persons": ("Anna",),
                "clause": "share.partners",
                "version": "acme/2014-11-21",
            },
        ),
        (
            "Anna consents to ask-me naming shop (x) for email from 2020-01-01 until 2020-12-31",
            {
                "kind": "consents",
                "persons": ("Anna",),
                "choice": "ask-me",
                "data": ("email",),
                "starts": date(2020, 1, 1),
                "until": date(2020, 12, 31),
            },
        ),
        (
            "Anna is told of 2014-11-21 by email",
            {"kind": "is told", "persons": ("Anna",), "version": "2014-11-21", "way": "email"},
        ),
        (
            "Anna could not be reached about 2014-11-21",
            {"kind": "not reached", "persons": ("Anna",), "version": "2014-11-21"},
        ),
        ("Tim is known to be 11", {"kind": "age", "persons": ("Tim",), "value": "11"}),
        ("Anna moves to FR", {"kind": "moves", "persons": ("Anna",), "value": "FR"}),
        (
            "Anna ends service voip",
            {"kind": "ends service", "persons": ("Anna",), "value": "voip"},
        ),
        (
            "purchase happens to Anna",
            {"kind": "happens", "persons": ("Anna",), "event": "purchase"},
        ),
        ("Anna is forgotten", {"kind": "forgotten", "persons": ("Anna",)}),
    ],
)
def test_each_step_has_its_fields(line: str, fields: dict[str, object]) -> None:
    found = filled(step_of(line))
    assert {k: v for k, v in found.items() if k != "party"} == fields


def test_matters_open_with_their_details_and_close() -> None:
    opened = step_of(
        "we open legal-demand D-1 on Anna, Ben: authority city court; "
        "covers email, phone; period 2014-01-01..2014-02-01; court x until 2015-01-01"
    )
    assert (opened.kind, opened.by_us, opened.persons) == ("opens", True, ("Anna", "Ben"))
    assert opened.matter is not None
    assert (opened.matter.kind, opened.matter.name) == ("legal-demand", "D-1")
    assert opened.data == ("email", "phone")
    assert opened.period == (date(2014, 1, 1), date(2014, 2, 1))
    first, second = opened.entries
    assert (first.name, first.values) == ("authority", ("city court",))
    assert (second.values, second.until) == (("x",), date(2015, 1, 1))
    assert step_of("Anna opens order 5").by_us is False
    assert step_of("order 5 closes").event == "closed"
    assert step_of("order 5 is filled").event == "filled"


def test_facts_are_found_of_people_matters_and_parties() -> None:
    assert step_of("front-office finds member of Anna").persons == ("Anna",)
    both = step_of("counsel finds no merit of claim C-1 and shop (x)")
    assert both.denied
    assert both.matter is not None
    assert both.party is not None
    assert (both.matter.name, both.party.name, both.fact) == ("C-1", "x", "merit")


def test_parties_sign_and_end_agreements() -> None:
    (signed,) = step_of("shop (x) signs secrecy, care for fields email until 2021-01-01").agreements
    assert (signed.terms, signed.fields) == (("secrecy", "care"), ("email",))
    assert signed.until == date(2021, 1, 1)
    assert step_of("shop (x) ends secrecy").kind == "ends agreement"


def test_a_question_is_an_ask_with_its_answer() -> None:
    step = step_of(
        "may we share email of Anna with shop (x) for news within order 5 by clerk?  in part  s.a, acme/2014-11-21#s.b"
    )
    assert step.ask == Ask("share", "email", "news", "shop", None, "clerk")
    assert (step.expected, step.cited) == ("in part", ("s.a", "acme/2014-11-21#s.b"))
    assert step.party == Subject("shop", "x", step.party.span if step.party else step.span)
    one_blank = step_of("may we use email for news? no")
    assert (one_blank.expected, one_blank.cited) == ("no", ())


def test_times_comments_and_continued_lines() -> None:
    story = story_of(
        "-- story.one: a promise",
        "2020-02-01 09:30  Anna gives email at form  -- story.two",
        "2020-02-01  may we use email",
        "    for news?  yes s.mail",
    )
    assert [step.at for step in story.steps] == [time(9, 30), time(12, 0)]
    assert story.comments == ("story.one: a promise", "story.two")
    assert story.steps[1].text == "may we use email for news?" or "may we" in story.steps[1].text
    assert story.steps[1].cited == ("s.mail",)


def test_stories_are_named_by_their_headings() -> None:
    text = "# All\n\n## One {#one}\n\n```story\n```\n\n```story\n```\n\n## Two\n\n~~~story\n~~~\n"
    stories, _, problems = read_stories(text, "stories.md")
    assert ([story.name for story in stories], problems) == (["One", "One (2)", "Two"], ())


def test_fixtures_are_parties_with_attributes_and_agreements() -> None:
    line = 'party shop x "Shop X": territory FR, DE from 2003-01-01; signs secrecy for fields email; from 2002-01-01'
    _, (fixture,), problems = read_stories(f"```fixtures\n{line}\n```", "stories.md")
    assert problems == ()
    assert (fixture.kind, fixture.name, fixture.display) == ("shop", "x", "Shop X")
    (territory,) = fixture.entries
    assert (territory.values, territory.starts) == (("FR", "DE"), date(2003, 1, 1))
    assert fixture.agreements[0].fields == ("email",)
    assert fixture.starts == date(2002, 1, 1)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("2020-13-01  Anna gives email at form", "expected a date such as `2014-11-21`"),
        ("2020-02-01", "expected what happened that day at the end of the line"),
        (
            "2020-02-01  Anna gives email",
            "expected `at` and where it is given at the end of the line",
        ),
        ("2020-02-01  Anna dances", "unknown step `dances`"),
        ("2020-02-01  Anna is known to be old", "`old` is no age in years"),
        ("2020-02-01  may we see email?  no", "`see` is no act"),
        ("2020-02-01  may we use email?", "the question has no answer"),
        ("2020-02-01  may we use email for news  yes", "expected `?` at the end of the line"),
        ("2020-02-01  may we use email?  refused", "`refused` cannot be the result of this step"),
        ("2020-02-01  Anna gives email at form  no", "`no` cannot be the result of this step"),
        ("2020-02-01  may we use email?  no a.b c.d", "clauses are not separated"),
        ("2020-02-01  Anna is forgotten again", "did not expect `again`"),
        ("2020-02-01  ?", "unknown step"),
        ("2020-02-01  we open order", "expected the id of `order` at the end of the line"),
    ],
)
def test_what_cannot_be_read_is_told_at_its_place(line: str, expected: str) -> None:
    assert refused(line) == f"P190 {expected}"


def test_one_wrong_line_does_not_hide_the_others() -> None:
    text = (
        "```story\n2020-02-01  Anna dances\n2020-02-01  Anna sings\n2020-02-02  Anna moves to FR\n"
    )
    stories, _, problems = read_stories(text, "stories.md")
    assert [p.code for p in problems] == ["P120", "P190", "P190"]
    assert len(stories[0].steps) == 1


CLAUSES = """
choice no-news "No news"
    for each of news, offers
given: may collect contact at form
mail: may use contact for promotion
    unless no-news
"""


def told_of(tmp_path: Path, story: str, fixtures: str = "") -> list[str]:
    boxes = f"```fixtures\n{fixtures}\n```\n\n```story\n{story}\n```\n"
    corpus = corpus_of(tmp_path, policy=page(CLAUSES), stories=boxes)
    return [f"{problem.code} {problem.message}" for problem in corpus.problems]


def test_a_sound_story_has_no_problem(tmp_path: Path) -> None:
    story = """
2020-02-01  Anna gives contact at form
2020-02-02  Anna says no-news for news by letter
2020-02-03  may we use email for news with shop (x)?  no s.mail, acme/2020-01-01#s.mail
2020-02-04  Anna opens order 5
2020-02-05  order 5 filled
"""
    assert told_of(tmp_path, story, "party shop x: territory FR; signs secrecy") == []


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Anna gives emial at form", "P191 unknown data word `emial`"),
        ("Anna gives email at shop", "P191 `shop` is a party, no place"),
        ("Anna says no-newss", "P191 unknown choice `no-newss`"),
        ("Anna says no-news for support", "P191 `no-news` has no item `support`"),
        ("Anna says no-news by pigeon", "P191 unknown way `pigeon`"),
        ("Anna is told of 2020-01-02", "P191 unknown version `2020-01-02`"),
        ("Anna agrees to s.male", "P191 acme/2020-01-01 has no clause `s.male`"),
        ("Anna opens ordr 5", "P191 unknown matter `ordr`"),
        ("purchse happens to Anna", "P191 unknown event `purchse`"),
        ("clerk finds membr of Anna", "P191 unknown fact `membr`"),
        ("shop (y) signs secrecy", "P192 unknown fixture `shop (y)`"),
        ("shop (x) signs silence", "P191 unknown term `silence`"),
        ("order 5 closes", "P192 `order 5` was not opened before"),
        ("may we use email for nwes?  no", "P191 unknown purpose `nwes`"),
        ("may we use email for news?  yes s.male", "P191 acme/2020-01-01 has no clause `s.male`"),
    ],
)
def test_names_of_a_story_are_in_its_policy(tmp_path: Path, line: str, expected: str) -> None:
    story = f"2020-02-01  Anna gives email at form\n2020-02-02  {line}"
    assert told_of(tmp_path, story, "party shop x") == [expected]


def test_stories_go_forward_in_time(tmp_path: Path) -> None:
    story = "2020-02-02  Anna gives email at form\n2020-02-01  Anna moves to FR"
    assert told_of(tmp_path, story) == ["P193 the step comes before the one above"]
