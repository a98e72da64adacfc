from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.site.served import Served, serve


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The real service over the real policies and a SQLite file; each test brings people of its own."""
    house = serve(tmp_path_factory.mktemp("site"))
    yield house
    house.house.store.close()


@pytest.fixture(autouse=True)
def today(served: Served) -> None:
    served.clock.set("2015-03-02 12:00")


@pytest.fixture(scope="session")
def root() -> Path:
    return Path(__file__).parents[2]
