"""A tree of policies is read whole: companies, versions in order, laws attached, and stories."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.language.written import WORDS, page
from troth.corpus import load, root_of

POLICIES = Path(__file__).parents[1] / "policies"
LAW = "---\nlaw: {}\nin force: 2000-04-21\n---\n\n```policy\nchildren: never collect anything\n    if child\n```\n"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Two versions, their operator's file, a contract, a notice, stories, and two laws of which one is named."""
    files = {
        "words.md": WORDS,
        "README.md": "# Not a policy, and it will never be one\n",
        "law/strict.md": LAW.format("strict"),
        "law/unnamed.md": LAW.format("unnamed"),
        "acme/2021-01-01.md": page("mail: may use email for news", day="2021-01-01"),
        "acme/2020-01-01.md": page("mail: may use phone for news", more="laws: strict\n"),
        "acme/house.md": "---\nhouse: acme\nin force: 2020-01-01\n---\n",
        "acme/contracts/A-9.md": "---\ncontract: A-9\npolicy: acme\nbetween: Acme and B\nin force: 2020-01-01\n---\n",
        "acme/notices/w7.md": "---\nnotice: w7\nrider of: acme\nin force: 2020-01-01\n---\n",
        "acme/stories.md": "```story\n2020-02-01  Anna gives email at form\n```\n",
        "acme/pages/2020-01-01.md": "no part of the tree",
        "promises/list.md": "no part of the tree",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    return tmp_path


def test_a_tree_becomes_companies(tree: Path) -> None:
    corpus = load(tree)
    assert corpus.problems == ()
    acme = corpus.policies["acme"]
    assert [version.id for version in acme.versions] == ["acme/2020-01-01", "acme/2021-01-01"]
    assert acme.house is not None
    assert [law.id for law in acme.laws] == ["law/strict"]
    assert [notice.id for notice in acme.notices] == ["acme/notices/w7"]
    assert [contract.id for contract in acme.contracts] == ["acme/contracts/A-9"]
    assert acme.words["data", "email"].phrase == "your e-mail address"
    assert acme.at(date(2020, 6, 1)) is acme.versions[0]
    assert set(corpus.laws) == {"strict", "unnamed"}
    assert len(corpus.stories["acme"].stories) == 1


def test_every_span_leads_to_a_source(tree: Path) -> None:
    (tree / "acme/2021-01-01.md").write_text(
        page("mail: may use emial for news", day="2021-01-01"), "utf-8"
    )
    corpus = load(tree)
    (problem,) = corpus.problems
    assert problem.span.file == (tree / "acme/2021-01-01.md").as_posix()
    assert "emial" in corpus.sources[problem.span.file]


def test_a_file_is_loaded_with_the_tree_it_stands_in(tree: Path) -> None:
    file = tree / "acme/2020-01-01.md"
    assert root_of(file) == tree
    assert set(load(file).policies) == {"acme"}
    with pytest.raises(FileNotFoundError):
        load(tree / "acme/1999-01-01.md")


def test_a_law_that_nobody_names_is_checked_too(tree: Path) -> None:
    (tree / "law/unnamed.md").write_text(
        LAW.format("unnamed").replace("child\n", "chidl\n"), "utf-8"
    )
    assert [problem.code for problem in load(tree).problems] == ["P180"]


def test_an_empty_folder_has_no_companies(tmp_path: Path) -> None:
    assert load(tmp_path).policies == {}


def test_the_corpus_is_sound() -> None:
    corpus = load(POLICIES)
    assert [str(problem) for problem in corpus.problems] == []
    assert {"callminer", "incontact"} <= set(corpus.policies)


def test_a_zone_that_no_calendar_knows_is_told_with_the_nearest(tmp_path: Path) -> None:
    (tmp_path / "words.md").write_text(WORDS)
    text = page("mail: may use email for news").replace("zone: UTC", "zone: Europe/Zuerich")
    (tmp_path / "2020-01-01.md").write_text(text.replace("Europe/Berlin", "Europe/Zuerich"))
    (problem,) = load(tmp_path).problems
    assert (problem.code, problem.message) == ("P117", "there is no zone `Europe/Zuerich`")
    assert problem.remedy == "did you mean `Europe/Zurich`?"


def test_a_last_day_before_the_first_is_told(tmp_path: Path) -> None:
    (tmp_path / "words.md").write_text(WORDS)
    text = page("mail: may use email for news", more="ends: 2019-12-31\n")
    (tmp_path / "2020-01-01.md").write_text(text)
    (problem,) = load(tmp_path).problems
    assert (problem.code, problem.span.line) == (
        "P117",
        text.splitlines().index("ends: 2019-12-31") + 1,
    )
