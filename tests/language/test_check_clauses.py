"""Clauses against clauses: what can never take effect, what excepts nothing, what adds nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.language.written import checked, corpus_of, page

PARTNERS = "partners: may share email with shop for news\n"


@pytest.mark.parametrize(
    "never",
    [
        "nobody: never share email",
        "nobody: never share contact",
        "nobody: never share anything",
        "nobody: never share contact with others",
        "nobody: never share contact with shop for promotion",
        "nobody: never use contact for news",  # `never use … for P` covers sharing for P
        "nobody: never share anything\n    except #elsewhere\n"
        "elsewhere: may share phone with shop for support",
        "nobody: never share email with shop for news\nalso: never share phone",
    ],
)
def test_a_may_that_an_unconditional_never_covers_can_never_take_effect(
    tmp_path: Path, never: str
) -> None:
    assert checked(tmp_path, PARTNERS + never) == [
        "P201 `s.partners` can never take effect: `s.nobody` forbids it"
    ]


@pytest.mark.parametrize(
    "never",
    [
        "nobody: never share email\n    if child",
        "nobody: never share email\n    except #partners",
        "nobody: never share email\n    except #s",
        "nobody: never share phone",
        "nobody: never share email with bank",
        "nobody: never share email with shop for support",
        "nobody: never sell email",
        "nobody: never collect email",
        "nobody: never use email for news at form",
        # another exception for the same ask clears the way for it
        "nobody: never share email\n    except #also\n"
        "also: may share email with others for news\n    if member",
    ],
)
def test_a_may_that_some_ask_gets_through_is_left_alone(tmp_path: Path, never: str) -> None:
    assert checked(tmp_path, PARTNERS + never) == []


def test_several_nevers_together_forbid_a_may(tmp_path: Path) -> None:
    clauses = """
mail: may use contact for news
no-mail: never use email
no-calls: never use phone
"""
    assert checked(tmp_path, clauses) == [
        "P201 `s.mail` can never take effect: `s.no-mail` and `s.no-calls` forbid it"
    ]


def test_what_customers_entrust_is_not_forbidden_by_our_own_clauses(tmp_path: Path) -> None:
    text = page("ours: never use calls", more="entrusted: theirs\n")
    text += "\n## Theirs {#theirs}\n\n```policy\nserve: may use calls for support\n```\n"
    assert corpus_of(tmp_path, policy=text).problems == ()
    mixed = text.replace("never use calls", "never use calls\n    except #theirs.serve")
    (problem,) = corpus_of(tmp_path, policy=mixed).problems
    assert problem.code == "P202"
    assert problem.others[0][1] == "one is about what customers entrust, the other is not"


@pytest.mark.parametrize(
    ("exception", "idle"),
    [
        ("may use phone for news", True),
        ("may collect email at form", True),
        ("may share email with shop for news", False),  # sharing for P is using for P
        ("may use contact for support", False),
        ("may use email for news\n    if child", False),
    ],
)
def test_an_exception_covers_something_of_its_never(
    tmp_path: Path, exception: str, idle: bool
) -> None:
    found = checked(tmp_path, f"rest: never use email\n    except #this\nthis: {exception}")
    assert found == (["P202 the exception `#this` covers nothing of `s.rest`"] if idle else [])


@pytest.mark.parametrize(
    ("wide", "narrow", "adds_nothing"),
    [
        ("may use contact for promotion", "may use email for news", True),
        ("may use contact for promotion", "may use email for news\n    if member", True),
        ("may use email for news\n    if member", "may use email for news", True),
        ("may use email for news", "may use email for news", True),
        ("may use contact for promotion\n    if child", "may use email for news\n    if member", False),
        ("may use contact for news", "may use email for offers", False),
        ("may use secrets, email for news", "may use passport for news", False),
        ("may use email for news at form", "may use email for news", True),
    ],
)  # fmt: skip
def test_a_may_that_another_one_covers_adds_nothing(
    tmp_path: Path, wide: str, narrow: str, adds_nothing: bool
) -> None:
    found = checked(tmp_path, f"one: {wide}\ntwo: {narrow}")
    assert [text.split()[0] for text in found] == (["P203"] if adds_nothing else [])


def test_a_may_adds_something_where_it_alone_is_excepted(tmp_path: Path) -> None:
    clauses = """
wide: may use contact for news
special: may use email for news
rest: never use email
    except #special
"""
    assert checked(tmp_path, clauses) == []


def test_words_only_by_name_must_be_named(tmp_path: Path) -> None:
    assert checked(tmp_path, "asked: may collect secrets at form") == [
        "P204 no ask reaches `s.asked`: all that `secrets` holds must be named"
    ]
    assert checked(tmp_path, "asked: may collect passport at form") == []
    assert checked(tmp_path, "asked: never collect secrets") == []


def test_handing_to_a_party_that_acts_for_us_is_no_share(tmp_path: Path) -> None:
    assert checked(tmp_path, "help: may share email with helper for news") == [
        "P204 no ask reaches `s.help`: `helper` acts for us, what it does is our use"
    ]
    assert checked(tmp_path, "help: may share email with helper, shop for news") == []


@pytest.mark.parametrize(
    ("conditions", "contradicts"),
    [
        ("if child\n    unless child", True),
        ("only with yes\n    unless yes", True),
        ("if child or member\n    unless child", False),
        ("if child or member\n    unless member or child", True),
        ("if child\n    unless member", False),
    ],
)
def test_conditions_that_contradict_each_other(
    tmp_path: Path, conditions: str, contradicts: bool
) -> None:
    clauses = f'consent yes "Yes"\nmail: may use email for news\n    {conditions}'
    found = checked(tmp_path, clauses)
    assert [text.split()[0] for text in found] == (["P205"] if contradicts else [])


def test_a_hostile_file_ends_at_the_limit_of_problems(tmp_path: Path) -> None:
    mays = [f"m{i}: may use email{i} for promotion\n    if nothing{i}" for i in range(700)]
    nevers = [f"n{i}: never use contact for news\n    except #s" for i in range(700)]
    corpus = corpus_of(tmp_path, policy=page("\n".join(mays + nevers)))
    assert corpus.problems[-1].code in {"P100", "P180"}
    assert len(corpus.problems) <= 201
