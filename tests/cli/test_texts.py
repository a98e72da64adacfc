"""`check`, `fmt`, `page`, `story`, `promises`: what is right passes, what is wrong is said plainly."""

from __future__ import annotations

import json

import pytest

from tests import postgres

from .conftest import Bench


def test_a_right_policy_is_checked_laid_out_and_printed(bench: Bench) -> None:
    checked = bench.run("check")
    assert (checked.exit_code, checked.output.strip()) == (0, "2 files, no problems")
    assert bench.run("fmt", "--check").exit_code == 0
    page = bench.run("page", "bakery@2026-01-01")
    assert "We may use your e-mail address for preparing what you ordered." in page.output
    assert bench.run("page", "bakery", "--html").output.startswith("<!doctype html>")
    assert json.loads(bench.run("page", "bakery", "--json").output)
    assert json.loads(bench.run("check", "--json").output) == {"problems": [], "notes": []}


def test_reading_leaves_nothing_behind(bench: Bench) -> None:
    before = bench.files()
    for words in (["check"], ["page", "bakery"], ["story"], ["promises"], ["fmt"]):
        bench.run(*words)
    assert bench.files() == before


def test_fmt_leaves_made_pages_alone(bench: Bench) -> None:
    pages = bench.folder / "policies" / "bakery" / "pages"
    pages.mkdir(parents=True, exist_ok=True)
    (pages / "2020-01-01.md").write_text("# A page that was made\n")
    assert bench.run("fmt", "--check").exit_code == 0


def test_fmt_changes_layout_alone_and_says_so(bench: Bench) -> None:
    written = bench.policy.read_text()
    bench.policy.write_text(written.replace("birthday at order-form", "birthday   at order-form"))
    checked = bench.run("fmt", "--check")
    assert (checked.exit_code, "would change" in checked.output) == (1, True)
    assert bench.run("fmt").exit_code == 0
    assert bench.policy.read_text() == written


@pytest.mark.parametrize("bad", [b"a\0b", b"\xff\xfe\xfa", b"```policy\nx: might use email\n```\n"])
def test_a_policy_that_cannot_be_read_is_told_of_by_every_command(bench: Bench, bad: bytes) -> None:
    bench.policy.write_bytes(bench.policy.read_bytes() + bad)
    checked = bench.run("check")
    assert checked.exit_code == 1
    assert "policies/bakery/2026-01-01.md:" in checked.output
    assert json.loads(bench.run("check", "--json").output)["problems"]
    for words in (["page", "bakery"], ["story"], ["promises"], ["fmt"]):
        assert bench.run(*words).exit_code == 3
    assert "the policies have problems" in bench.run("page", "bakery").output


@pytest.mark.parametrize("words", [["check"], ["fmt"], ["page", "bakery"], ["story"], ["promises"]])
def test_without_a_folder_of_policies_one_is_told_how_to_name_it(
    bench: Bench, words: list[str]
) -> None:
    (bench.folder / "policies").rename(bench.folder / "elsewhere")
    result = bench.run(*words)
    assert result.exit_code == 3
    assert "there is no folder of policies at policies" in result.output


def test_what_is_not_there_is_wrong_usage_and_names_the_nearest(bench: Bench) -> None:
    for words, said in (
        (["page", "bakrey"], "did you mean bakery?"),
        (["page", "bakery@2025-01-01"], "there are 2026-01-01"),
        (["page", "bakery", "--html", "--json"], "choose one"),
        (["chek"], "did you mean check?"),
        (["promises", "nobody"], "there are no promises of nobody"),
        (["bench", "nothing"], "there is no benchmark nothing"),
    ):
        result = bench.run(*words)
        assert (result.exit_code, said in result.output) == (2, True), result.output


def test_stories_pass_or_fail_and_the_exit_says_so(bench: Bench) -> None:
    passed = bench.run("story", "--reading", "decide")
    assert (passed.exit_code, passed.output) == (0, "1 passed, 0 failed\n")
    bench.tell("no")
    failed = bench.run("story", "policies/bakery/stories.md", "--reading", "decide", "--json")
    assert failed.exit_code == 1
    assert len(json.loads(failed.output)["failed"]) == 1
    assert bench.run("story", str(bench.policy)).exit_code == 3


def test_stories_are_played_on_a_postgres_where_one_is_named(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    nowhere = bench.run("story", "--reading", "postgres")
    assert (nowhere.exit_code, "set TROTH_POSTGRES" in nowhere.output) == (3, True)
    assert bench.run("story", "--database", "sqlite:///troth.db").exit_code == 2
    url = postgres.shared().url("postgres")
    named = bench.run("story", "--reading", "postgres", "--database", url)
    assert (named.exit_code, named.output) == (0, "1 passed, 0 failed\n")
    assert bench.run("story").output == "4 passed, 0 failed\n"
    monkeypatch.setenv("TROTH_POSTGRES", url)
    assert bench.run("story").output == "6 passed, 0 failed\n"
    bench.tell("no")
    assert "postgres: 2026-02-02" in bench.run("story", "--reading", "postgres").output
