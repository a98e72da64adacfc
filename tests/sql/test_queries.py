"""A corpus of hostile and hard queries, each with its verdict: none gives a cell that decide refuses."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.sql.conftest import ASKS, DATABASES, Shop
from tests.sql.shop import plainly
from troth.query import QueryRefused

LINE = re.compile(r"(same|Q\d+)(?: \[([a-z ]+)\])?: (.*)")


class Case(NamedTuple):
    verdict: str
    databases: tuple[str, ...]
    query: str


def corpus() -> list[Case]:
    found = []
    text = (Path(__file__).parent / "queries.txt").read_text("utf-8")
    for line in text.splitlines():
        if line and not line.startswith("#"):
            read = LINE.fullmatch(line)
            assert read, line
            databases = tuple(read[2].split()) if read[2] else DATABASES
            found.append(Case(read[1], databases, read[3]))
    return found


CASES = corpus()
FAILED = "the database could not run it"


def test_the_corpus_is_large() -> None:
    assert len({(case.query, case.verdict) for case in CASES}) == len(CASES) >= 300


def outcome(shop: Shop, case: Case, name: str) -> str:
    """What is wrong with what a query gave, or nothing."""
    try:
        ours: Any = plainly(shop.connection(name).execute(case.query).fetchall())
    except QueryRefused as refused:
        ours = refused.code if refused.code != "Q612" else FAILED
    if case.verdict != "same":
        wanted: Any = case.verdict
    else:
        try:
            wanted = plainly(shop.plain(case.query, name))
        except Exception as error:
            assert type(error).__module__.split(".")[0] in ("sqlite3", "_duckdb", "psycopg"), error
            wanted = FAILED
    return "" if ours == wanted else f"{name}: {case.query}\n  ours   {ours}\n  wanted {wanted}"


def asked_of(number: int, case: Case) -> tuple[str, ...]:
    """Each query for one purpose, every second one for the other; what may fail for both."""
    if case.verdict != "same" or " / " not in case.query:
        return (("news", "support")[number % 2],)
    return "news", "support"


def test_every_query_gives_what_decide_allows_or_is_refused(shop: Shop) -> None:
    wrong = [
        told
        for number, case in enumerate(CASES)
        if shop.kind in case.databases
        for name in asked_of(number, case)
        if (told := outcome(shop, case, name))
    ]
    assert not wrong, f"{len(wrong)} wrong\n" + "\n".join(wrong)


@pytest.mark.parametrize("name", ASKS)
def test_every_table_is_as_decide_says(shop: Shop, name: str) -> None:
    for table in ("contacts", "orders", "messages", "notes", "products"):
        query = f"select * from {table}"
        ours = plainly(shop.connection(name).execute(query).fetchall())
        assert ours == plainly(shop.plain(query, name)), table
