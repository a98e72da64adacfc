"""Names: every word, choice, clause and law that a text uses is there and of the right kind."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.language.written import checked, corpus_of, page, told

SOUND = """
choice no-news "No news"
    by letter, email
    asks email
    for each of news, offers
    for each of email, phone
consent ask-me "Give it to the shop I name"
    names party, data, from, until
given: may collect contact at form
    if member or gpc
mail: may use contact for promotion
    unless no-news or child
    after 30 days from purchase
sell: may share phone with shop, bank for support
    within order
    only with ask-me
    by front-office
    from form
nobody: never share anything
    except #sell
kept: may keep contact for 2 years from purchase
bound: must bind shop, bank to secrecy
claim: says "We are certified." while member
"""


def test_a_policy_that_names_only_known_words_has_no_problem(tmp_path: Path) -> None:
    assert checked(tmp_path, SOUND, more="address: 1 Main Street, Berlin\n") == []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("collect contact", "collect contcat", "P180 unknown data word `contcat`"),
        ("at form", "at from-here", "P180 unknown place `from-here`"),
        ("for promotion", "for shop", "P181 `shop` is a party, no purpose"),
        ("with shop, bank", "with shop, news", "P181 `news` is a purpose, no party"),
        ("if member or gpc", "if membr", "P180 unknown fact or signal `membr`"),
        ("if member or gpc", "if no-news", "P181 `no-news` is a choice, no fact or signal"),
        ("unless no-news or", "unless nonews or", "P180 unknown choice or fact or signal `nonews`"),
        ("within order", "within purchase", "P181 `purchase` is an event, no matter"),
        ("only with ask-me", "only with ask-you", "P180 unknown choice `ask-you`"),
        ("only with ask-me", "only with no-news", "P206 `no-news` is a choice: `only with` needs a consent"),
        ("by front-office", "by front-offic", "P180 unknown way or role `front-offic`"),
        ("from form", "from shop", "P181 `shop` is a party, no place"),
        ("years from purchase", "years from purchse", "P180 unknown event `purchse`"),
        ("to secrecy", "to silence", "P180 unknown term `silence`"),
        ("by letter, email", "by letter, leter", "P180 unknown way `leter`"),
        ("asks email", "asks news", "P181 `news` is a purpose, no data word"),
        ("names party, data", "names party, reason", "P180 a consent names no `reason`"),
        ("of news, offers", "of news, phone", "P188 `phone` is a data word among purposes"),
        ("while member", "while memeber", "P180 unknown fact or signal `memeber`"),
        ("except #sell", "except #sel, #sell", "P183 no clause or section `#sel`"),
        ("except #sell", "except #sell, #x.sell", "P183 no clause or section `#x.sell`"),
    ],
)  # fmt: skip
def test_a_wrong_name_is_told_once(tmp_path: Path, old: str, new: str, expected: str) -> None:
    assert old in SOUND
    more = "address: 1 Main Street, Berlin\n"
    assert checked(tmp_path, SOUND.replace(old, new), more=more) == [expected]


def test_the_span_is_the_word_itself_and_the_remedy_asks(tmp_path: Path) -> None:
    corpus = corpus_of(tmp_path, policy=page("mail: may use phone for news,\n    nwes"))
    (problem,) = corpus.problems
    line = corpus.sources[problem.span.file].split("\n")[problem.span.line - 1]
    start = problem.span.column - 1
    assert line[start : start + problem.span.length] == "nwes"
    assert problem.remedy == "did you mean `news`?"


def test_a_word_said_twice_is_underlined_in_the_slot_that_is_wrong(tmp_path: Path) -> None:
    corpus = corpus_of(tmp_path, policy=page("mail: may share email with email for news"))
    (problem,) = corpus.problems
    assert problem.message == "`email` is a data word, no party"
    assert problem.span.column == len("mail: may share email with ") + 1


def test_anything_is_no_place(tmp_path: Path) -> None:
    found = checked(tmp_path, "mail: may collect anything at anything")
    assert found == ["P180 unknown place `anything`"]


def test_an_unknown_law_and_an_unknown_section_are_told(tmp_path: Path) -> None:
    found = checked(tmp_path, "mail: may use email for news", more="laws: us-copa\nentrusted: t\n")
    assert found == ["P186 unknown law `us-copa`", "P183 no section `t` with clauses"]


def test_a_broken_line_is_not_told_again_as_what_it_lacks(tmp_path: Path) -> None:
    words = '```words\ndata email "your e-mail address" only by nmae\npurpose news "news"\n```\n'
    (tmp_path / "words.md").write_text(words, "utf-8")
    broken = "offers: may use email fro news\nrest: never use email\n    except #offers"
    (tmp_path / "policy.md").write_text(page(broken), "utf-8")
    from troth.corpus import load

    codes = [problem.code for problem in load(tmp_path).problems]
    assert codes == ["P144", "P170"]


def test_words_know_one_another(tmp_path: Path) -> None:
    own = """```words
data a "a" holds b
data b "b" holds c, d
data c "c" holds a
data e "e" becomes gone if linked
party p "p" needs nothing
matter m "m" opened by person
data email "again"
```"""
    found = told(corpus_of(tmp_path, policy=page("mail: may use email for news", prose=own)))
    assert found == [
        "P180 unknown data word `d`",
        "P184 `a` holds itself through `b`, `c`",
        "P180 unknown data word `gone`",
        "P180 unknown term `nothing`",
        "P189 the matter `m` never ends",
        "P185 the data word `email` is defined twice",
    ]


def test_a_word_that_holds_itself_alone_is_told(tmp_path: Path) -> None:
    own = '```words\ndata a "a" holds a\n```'
    found = told(corpus_of(tmp_path, policy=page("mail: may use email for news", prose=own)))
    assert found == ["P184 `a` holds itself"]


def test_an_unused_word_is_a_note_and_no_problem(tmp_path: Path) -> None:
    corpus = corpus_of(tmp_path, policy=page("mail: may use contact for promotion"))
    assert corpus.problems == ()
    names = {problem.message.split("`")[1] for problem in corpus.notes}
    assert {"calls", "passport", "shop"} <= names
    assert not names & {"contact", "email", "phone", "promotion", "news", "offers"}
