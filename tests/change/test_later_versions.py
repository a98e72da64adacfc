"""A later version of the real texts: what was given before waits as that text promised, told as stories in every reading."""

from __future__ import annotations

import shutil
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from troth.corpus import load
from troth.gate import Gate
from troth.language.model import Policy
from troth.language.story import read_stories
from troth.publishing import start
from troth.story import play

POLICIES = Path(__file__).parents[2] / "policies"
LATER = "2017-01-01"
CHANGED = {"incontact": "sign-up", "infusionsoft": "account-profile"}  # and where Ann gives
NEW = "studies: may use email for research"
# what closes the circle of uses in a text lets the new section through
OPENED = ("except #use, #refer,", "except #studies, #use, #refer,")


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The policies, and of two companies one version more, which says one thing more."""
    folder = tmp_path_factory.mktemp("later") / "policies"
    shutil.copytree(POLICIES, folder)
    for company in CHANGED:
        newest = load(folder, stories=False, company=company).policies[company].versions[-1]
        file = start(newest, date.fromisoformat(LATER))
        text = file.read_text().replace(*OPENED)
        file.write_text(f"{text}\n## Studies {{#studies}}\n\n```policy\n{NEW}\n```\n")
    return folder


@cache
def policy_of(folder: Path, company: str) -> Policy:
    return load(folder, stories=False, company=company).policies[company]


def wrong(folder: Path, company: str, calendar: str) -> list[str]:
    """What does not come out as the story says, in any reading."""
    place = CHANGED[company]
    steps = f"2016-02-01  Ann (US) gives email at {place}\n{calendar.strip()}"
    asked = steps.replace("may we?", "may we use email of Ann for research?")
    told, fixtures, problems = read_stories(f"## A story\n\n```story\n{asked}\n```\n", "a story")
    assert not problems
    outcomes = play(told[0], Gate(policy_of(folder, company)), fixtures)
    assert {outcome.reading for outcome in outcomes} == {"decide", "sqlite", "duckdb", "prove"}
    return [str(outcome) for outcome in outcomes if not outcome]


INCONTACT = {
    "told, and agreed": """
2017-01-02  may we?  no
2017-01-03  Ann is told of 2017-01-01 by {way}
2019-01-03  may we?  no
2019-01-04  Ann agrees to studies.studies
2019-01-05  may we?  yes  studies.studies
2019-01-06  Ann refuses studies.studies
2019-01-07  may we?  no
""",
    "agreed before she was told": """
2017-01-03  Ann agrees to studies.studies
2019-01-03  may we?  no
2019-01-04  Ann is told of 2017-01-01 by {way}
2019-01-05  may we?  yes  studies.studies
""",
    "agreed, the mail came back, and then told": """
2017-01-03  Ann is told of 2017-01-01 by email
2017-01-04  Ann agrees to studies.studies
2017-01-05  may we?  yes  studies.studies
2017-01-06  Ann could not be reached about 2017-01-01 by email
2017-01-07  may we?  no
2017-01-08  Ann is told of 2017-01-01 by {way}
2017-01-09  may we?  yes  studies.studies
""",
    "agreed, and told in another way": """
2017-01-03  Ann is told of 2017-01-01 by letter
2017-01-04  Ann agrees to studies.studies
2019-01-05  may we?  no
""",
    "agreed, and never told": """
2017-01-04  Ann agrees to studies.studies
2019-01-05  may we?  no
""",
}


@pytest.mark.parametrize("how", INCONTACT)
@pytest.mark.parametrize("way", ["email", "phone"])
def test_incontact_waits_until_she_was_told_as_promised_and_agreed(
    changed: Path, way: str, how: str
) -> None:
    assert wrong(changed, "incontact", INCONTACT[how].format(way=way)) == []


INFUSIONSOFT = {
    "told, and thirty days passed": """
2017-01-02  may we?  no
2017-01-03  Ann is told of 2017-01-01 by email
2017-02-02  may we?  no
2017-02-03  may we?  yes  studies.studies
""",
    "told, and refused in time": """
2017-01-03  Ann is told of 2017-01-01 by letter
2017-01-20  Ann refuses studies.studies
2018-01-03  may we?  no
2018-01-04  Ann agrees to studies.studies
2018-01-05  may we?  yes  studies.studies
""",
    "agreed, and never told": """
2017-01-04  Ann agrees to studies.studies
2017-01-05  may we?  no
2017-01-06  Ann is told of 2017-01-01 by letter
2017-01-07  may we?  yes  studies.studies
""",
    "told in another way": """
2017-01-03  Ann is told of 2017-01-01 by phone
2018-01-03  may we?  no
""",
    "never reached": """
2017-01-03  Ann could not be reached about 2017-01-01
2020-01-03  may we?  no
""",
}


@pytest.mark.parametrize("how", INFUSIONSOFT)
def test_infusionsoft_waits_for_an_opt_out_offered_and_its_time(changed: Path, how: str) -> None:
    assert wrong(changed, "infusionsoft", INFUSIONSOFT[how]) == []


@pytest.mark.parametrize("company", CHANGED)
def test_what_is_given_under_the_later_version_is_under_it(changed: Path, company: str) -> None:
    place = CHANGED[company]
    later = f"2017-02-01  Bo (US) gives email at {place}\n"
    later += "2017-02-02  may we use email of Bo for research?  yes  studies.studies"
    assert wrong(changed, company, later) == []
