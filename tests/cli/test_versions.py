"""`new-version`, `publish`, `change`, `prove`: a policy goes on, and what was published stays."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

import troth

from .conftest import Bench

SIGNED = ("--by", "Ida Baker", "--reason", "our first policy")


def published(bench: Bench) -> None:
    done = bench.run("publish", "bakery@2026-01-01", "--on", "2026-01-01", *SIGNED)
    assert done.exit_code == 0, done.output


def started(bench: Bench, days: int = 40) -> str:
    """The next version, so many days ahead; its day."""
    day = str((datetime.now(UTC) + timedelta(days=days)).date())
    assert bench.run("new-version", "bakery", "--in-force", day).exit_code == 0
    return day


def edit(bench: Bench, day: str, old: str, new: str) -> None:
    file = bench.policy.with_name(f"{day}.md")
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


def without_words(bench: Bench, day: str) -> None:
    """A later version speaks the words of the earlier one."""
    file = bench.policy.with_name(f"{day}.md")
    head, _, rest = file.read_text().partition("```words")
    file.write_text(head + rest.partition("```\n")[2])


def test_a_version_is_published_and_then_stays_as_it_was(bench: Bench) -> None:
    published(bench)
    lock = json.loads((bench.policy.parent / "versions.lock").read_text())
    entry = lock["bakery/2026-01-01"]
    assert (entry["by"], entry["published"]) == ("Ida Baker", "2026-01-01")
    assert bench.run("check").exit_code == 0
    again = bench.run("publish", "bakery@2026-01-01", *SIGNED)
    assert (again.exit_code, "was published on 2026-01-01" in again.output) == (3, True)
    edit(bench, "2026-01-01", "baking: may use email for", "baking: may use email, birthday for")
    wrong = bench.run("check")
    assert (wrong.exit_code, "P402: `privacy.baking` reads otherwise" in wrong.output) == (1, True)
    assert bench.run("page", "bakery").exit_code == 3


def test_a_word_of_a_published_version_stays_as_it_was(bench: Bench) -> None:
    published(bench)
    edit(bench, "2026-01-01", 'data email "your e-mail address"', 'data email "your addresses"')
    wrong = bench.run("check")
    assert "P403: the data `email` means something else" in wrong.output
    assert "P402" not in wrong.output


def test_a_comment_may_be_added_to_a_published_version(bench: Bench) -> None:
    published(bench)
    edit(bench, "2026-01-01", "nobody: never", "-- asked for by many\nnobody: never")
    assert bench.run("check").exit_code == 0


def test_the_next_version_is_a_copy_that_binds_once_it_is_published(stored: Bench) -> None:
    published(stored)
    day = started(stored)
    without_words(stored, day)
    edit(stored, day, "nobody: never share email, birthday", "nobody: never share email")
    assert stored.run("check").exit_code == 0
    bakery = troth.open("policies", "sqlite:///troth.db").company("bakery")
    assert [version.id for version in bakery.policy.versions] == ["bakery/2026-01-01"]
    done = stored.run("publish", f"bakery@{day}", *SIGNED[:3], "fewer promises -- sadly")
    assert done.exit_code == 0, done.output
    bakery = troth.open("policies", "sqlite:///troth.db").company("bakery")
    assert len(bakery.policy.versions) == 2
    page = stored.run("page", f"bakery@{day}").output
    assert "Approved by Ida Baker: fewer promises – sadly." in page
    assert stored.run("check").exit_code == 0
    assert stored.run("page", "bakery@2026-01-01").exit_code == 0


def test_a_version_of_yesterday_and_one_without_a_name_are_refused(bench: Bench) -> None:
    late = bench.run("publish", "bakery@2026-01-01", *SIGNED)
    assert (late.exit_code, "P406" in late.output) == (3, True)
    assert not (bench.policy.parent / "versions.lock").exists()
    assert bench.run("publish", "bakery@2026-01-01", "--by", " ", "--reason", "x").exit_code == 2
    assert bench.run("publish", "bakery", *SIGNED).exit_code == 2
    assert bench.run("publish", "bakery@2026-13-01", *SIGNED).exit_code == 2


def test_a_version_sooner_than_was_promised_is_refused(bench: Bench) -> None:
    edit(
        bench,
        "2026-01-01",
        "nobody: never",
        "posted: must post changes 60 days ahead\nnobody: never",
    )
    published(bench)
    day = started(bench)
    without_words(bench, day)
    soon = bench.run("publish", f"bakery@{day}", *SIGNED)
    assert (soon.exit_code, "P407" in soon.output) == (3, True)
    ahead = bench.run("new-version", "bakery")
    assert ahead.exit_code == 2 or "in force from" in ahead.output


def test_a_version_that_drops_a_choice_is_refused(bench: Bench) -> None:
    edit(
        bench,
        "2026-01-01",
        "nobody: never",
        'choice no-mail "No mail"\n    by email\nnobody: never',
    )
    edit(bench, "2026-01-01", "```words\n", '```words\nway email "e-mail"\n')
    published(bench)
    day = started(bench)
    without_words(bench, day)
    edit(bench, day, 'choice no-mail "No mail"\n    by email\n', "")
    refused = bench.run("publish", f"bakery@{day}", *SIGNED)
    assert (refused.exit_code, "P401" in refused.output) == (3, True)


def test_a_change_is_told_with_those_it_touches(stored: Bench) -> None:
    published(stored)
    day = started(stored)
    without_words(stored, day)
    edit(stored, day, "baking: may use email for", "baking: may use email, birthday for")
    told = stored.run("change", "bakery@2026-01-01", f"bakery@{day}", "--people")
    assert told.exit_code == 0, told.output
    assert "of data given before: once we told you and you let 30 days pass" in told.output
    assert "1 person" in told.output
    found = json.loads(stored.run("change", "bakery@2026-01-01", f"bakery@{day}", "--json").output)
    assert [w["earlier data"] for w in found["widened"]] == ["waits for notice"]
    assert stored.run("change", f"bakery@{day}", f"bakery@{day}").exit_code == 1
    assert stored.run("change", f"bakery@{day}", "bakery@2026-01-01").exit_code == 2


def test_prove_answers_with_a_story_or_with_the_clauses_that_forbid(bench: Bench) -> None:
    yes = bench.run("prove", "bakery", "use", "email", "--for", "orders")
    assert (yes.exit_code, "may we use email of Anna for orders?  yes" in yes.output) == (0, True)
    no = bench.run("prove", "bakery", "share", "email")
    assert (no.exit_code, "privacy.nobody" in no.output) == (1, True)
    found = json.loads(bench.run("prove", "bakery", "use", "birthday", "--json").output)
    assert (found["verdict"], found["story"]) == ("no", None)
    assert bench.run("prove", "bakery", "--clause", "privacy.baking").exit_code == 0
    unknown = bench.run("prove", "bakery", "--honours", "gpc")  # no signal of the bakery's words
    assert unknown.exit_code == 2


@pytest.mark.parametrize(
    "words",
    [
        ["prove", "bakery"],
        ["prove", "bakery", "use"],
        ["prove", "bakery", "eat", "email"],
        ["prove", "bakery", "use", "emial"],
        ["prove", "bakery", "use", "email", "--if", "over 40"],
        ["prove", "bakery", "use", "email", "--without", "no-such"],
        ["prove", "bakery", "--clause", "privacy.nobody"],
        ["prove", "bakery@2020-01-01", "use", "email"],
    ],
)
def test_prove_says_what_it_does_not_know(bench: Bench, words: list[str]) -> None:
    assert bench.run(*words).exit_code == 2
