"""The page against its clauses: promises in prose, own wordings, channels without an address."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.language.written import FRONT, checked, corpus_of, page, told

MAIL = "mail: may use email for news"


@pytest.mark.parametrize(
    ("prose", "words"),
    [
        ("We never tell.", ["never"]),
        ("We will tell you; it MUST be so.", ["will", "MUST"]),
        ("We ask only here.", ["only"]),
        ("And we do\nnot tell.", ["we do not"]),
        ("Somebody tells you always.", ["always"]),
        ("We keep your will-power and goodwill.", []),
        ("If you do not ask, nothing happens.", []),
        ("<!-- we never tell --> Hello.", []),
        ("<!-- we\nnever\ntell -->\nHello, we shall see.", ["shall"]),
        ("See `never` and [this](https://example.org/we-will/never).", []),
    ],
)
def test_prose_outside_a_box_that_promises(tmp_path: Path, prose: str, words: list[str]) -> None:
    found = checked(tmp_path, MAIL, prose=prose)
    assert found == [f"P301 prose outside a box promises: `{word}`" for word in words]


def test_a_promise_is_underlined_where_it_stands(tmp_path: Path) -> None:
    prose = "<!-- a comment\nover lines -->\n\nHello.\nHere we always\n  shall."
    corpus = corpus_of(tmp_path, policy=page(MAIL, prose=prose))
    for problem, word in zip(corpus.problems, ("always", "shall"), strict=True):
        line = corpus.sources[problem.span.file].split("\n")[problem.span.line - 1]
        start = problem.span.column - 1
        assert line[start : start + problem.span.length] == word


def test_laws_and_the_operators_file_explain_themselves_as_they_like(tmp_path: Path) -> None:
    house = "---\nhouse: acme\nin force: 2020-01-01\n---\n\nWe will always be careful.\n"
    law = "---\nlaw: strict\nin force: 2020-01-01\n---\n\nNobody must ever tell.\n"
    assert told(corpus_of(tmp_path, policy=page(MAIL), house=house, law=law)) == []


@pytest.mark.parametrize(
    ("say", "expected"),
    [
        ("We write to {email} with {news}.", []),
        ("We write to {data} for {purposes}.", []),
        ("We write with {news}.", ["P302 the wording of `s.mail` leaves out the data `email`"]),
        (
            "We write to {emial}, {email}, with {news}.",
            ["P302 `{emial}` is no word of `s.mail`"],
        ),
    ],
)
def test_an_own_wording_has_every_word_of_its_clause(
    tmp_path: Path, say: str, expected: list[str]
) -> None:
    assert checked(tmp_path, f'{MAIL}\n    say "{say}"') == expected


def test_a_page_says_what_it_covers_and_whom_to_turn_to(tmp_path: Path) -> None:
    front = FRONT.format(day="2020-01-01", more="")
    for key in ("contact: privacy@acme.example\n", "covers: www.acme.example\n"):
        found = told(corpus_of(tmp_path, policy=front.replace(key, "")))
        assert [text.split()[0] for text in found] == ["P303"]
    by_phone = front.replace("contact: privacy@acme.example", "phone: 1-800-363-6177")
    assert told(corpus_of(tmp_path, policy=by_phone)) == []


@pytest.mark.parametrize(
    ("more", "ways", "missing"),
    [
        ("", "email", 0),
        ("", "letter", 1),
        ("address: 1 Main Street, Berlin\n", "letter, email", 0),
    ],
)
def test_a_channel_needs_an_address(tmp_path: Path, more: str, ways: str, missing: int) -> None:
    found = checked(tmp_path, f'choice no-news "No news"\n    by {ways}', more=more)
    assert [text.split()[0] for text in found] == ["P304"] * missing
    found = checked(tmp_path, f"answer: must answer access within 30 days by {ways}", more=more)
    assert [text.split()[0] for text in found] == ["P304"] * missing
