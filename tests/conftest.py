"""What the tests of many rooms stand on: a store with two companies, in each of the databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

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
