"""What the tests of many rooms stand on: a store with two companies, in each of the databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kept.weakened import weaken
from tests.store.opened import KINDS, opened
from troth.store import Session, Store


@pytest.fixture(params=KINDS)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    with opened(request.param, tmp_path) as store:
        yield store


@pytest.fixture
def session(store: Store) -> Iterator[Session]:
    with store.writing("acme") as session:
        yield session


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--without",
        default="",
        help="take a clause, by its full id, or the check of a door away: `make kept` sees who notices",
    )


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "keeps(*promises, without=): the test through a real door that shows them kept"
    )
    if config.getoption("--without"):
        weaken(config.getoption("--without"))
