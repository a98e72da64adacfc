"""`troth init`: a policy that is right from the start, and a page whose promises wait to be bound."""

from __future__ import annotations

from pathlib import Path

from tests.drafting.test_page import FOUND, HTML

from .conftest import Bench


def only(folder: Path) -> Path:
    """The one version in a folder."""
    (file,) = folder.glob("*.md")
    return file


def test_a_policy_from_nothing_is_right_and_works(bench: Bench) -> None:
    done = bench.run("init", "lighthouse", "--zone", "Europe/Zurich", "--title", "The Lighthouse")
    assert done.exit_code == 0, done.output
    assert bench.run("check").exit_code == 0
    assert bench.run("fmt", "--check").exit_code == 0
    assert "your contact details" in bench.run("page", "lighthouse").output
    assert bench.run("prove", "lighthouse", "use", "email", "--for", "answering").exit_code == 0
    assert bench.run("prove", "lighthouse", "share", "email").exit_code == 1
    again = bench.run("init", "lighthouse")
    assert (again.exit_code, "holds a policy already" in again.output) == (3, True)


def test_each_promise_of_a_page_waits_until_it_is_bound_or_waived(bench: Bench) -> None:
    page = bench.folder / "page.html"
    page.write_text(HTML)
    done = bench.run("init", "lighthouse", "--from", str(page))
    assert f"{len(FOUND)} promises found, none bound yet" in done.output
    file = only(bench.folder / "policies" / "lighthouse")
    assert bench.run("fmt", "--check").exit_code == 0
    assert bench.run("check").output.count("P305") == len(FOUND)
    text = file.read_text()
    assert "proposed: no-sale: never sell" in text
    text = text.replace(
        "We do not sell, rent or trade it.\n", "We do not sell, rent or trade it.\nwaived: see 1\n"
    )
    box = '\n```words\nplace desk "our desk"\ndata mail "your mail"\n```\n\n```policy\n-- lighthouse.1\nasked: may collect mail at desk\n```\n'
    file.write_text(text + box)
    told = bench.run("check").output
    assert told.count("P305") == len(FOUND) - 2
    assert "lighthouse.1 is bound" not in told
    assert "lighthouse.2 is bound" not in told
    assert "we do not sell" not in bench.run("page", "bakery").output.lower()


def test_a_draft_of_one_company_does_not_keep_another_from_its_work(bench: Bench) -> None:
    page = bench.folder / "page.html"
    page.write_text(HTML)
    bench.run("init", "lighthouse", "--from", str(page))
    assert bench.run("prove", "bakery", "use", "email").exit_code == 0


def test_recall_is_measured_against_promises_with_quotes(bench: Bench) -> None:
    page, promises = bench.folder / "page.html", bench.folder / "promises.yaml"
    page.write_text(HTML)
    promises.write_text(
        "system: x\npromises:\n- quote: not sell, rent\n- quote: 9 to 5 on Mondays\n"
    )
    before = bench.files()
    told = bench.run("init", "x", "--from", str(page), "--against", str(promises))
    assert "1 of 2 promises found (50.0%)" in told.output
    assert "missed: 9 to 5 on mondays" in told.output
    assert bench.files() == before


def test_what_cannot_be_started_is_said_plainly(bench: Bench) -> None:
    before = bench.files()
    picture = bench.folder / "page.png"
    picture.write_bytes(b"\x89PNG")
    for words in (["Big Name"], ["x", "--zone", "Mars/North"], ["x", "--from", str(picture)]):
        assert bench.run("init", *words).exit_code == 2
    assert bench.run("init", "x", "--against", str(picture)).exit_code == 2
    assert bench.files() - before == {"page.png"}
