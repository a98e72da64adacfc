"""Version against version: choices survive, days differ, files are called after their day."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.language.written import corpus_of, page, told

FIRST = page('choice no-news "No news"\nconsent yes "Yes"')
HOUSE = "---\nhouse: acme\nin force: 2020-01-01\n---\n\n```policy\n{}\n```\n"


@pytest.mark.parametrize(
    ("later", "house", "dropped"),
    [
        ('choice no-news "No more news"', "", False),
        ('choice no-mail "No mail"\n    carries no-news', "", False),
        ('choice no-mail "No mail"', "", True),
        ('owner: says "Ours."', 'choice no-news "No news"', False),
        ('owner: says "Ours."', 'choice no-post "No post"\n    carries no-news', False),
        ('owner: says "Ours."', 'choice no-post "No post"', True),
    ],
)
def test_a_choice_survives_versions(tmp_path: Path, later: str, house: str, dropped: bool) -> None:
    files = {"first": FIRST, "later": page(later, day="2021-01-01")}
    if house:
        files["house"] = HOUSE.format(house)
    expected = ["P401 `acme/2021-01-01` drops the choice `no-news` of an earlier version"]
    assert told(corpus_of(tmp_path, **files)) == (expected if dropped else [])


def test_a_choice_is_dropped_once(tmp_path: Path) -> None:
    days = ("2021-01-01", "2022-01-01", "2023-01-01")
    later = {f"v{day}": page('owner: says "Ours."', day=day) for day in days}
    found = told(corpus_of(tmp_path, first=FIRST, **later))
    assert [text.split("`")[1] for text in found] == ["acme/2021-01-01"]


def test_two_versions_cannot_begin_on_one_day(tmp_path: Path) -> None:
    found = told(corpus_of(tmp_path, a=FIRST, b=FIRST))
    assert found == ["P404 two versions are in force from 2020-01-01 on"]


def test_a_file_is_called_after_its_day(tmp_path: Path) -> None:
    (tmp_path / "2020-01-02.md").write_text(FIRST, "utf-8")
    assert told(corpus_of(tmp_path)) == [
        "P405 the file is called 2020-01-02, and is in force from 2020-01-01 on"
    ]
