from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.site.served import Served, serve
from tests.store.opened import KINDS, place

IN_A_BROWSER = (
    "tests.site.test_browser",
    "tests.site.test_forms",
)  # what a page looks like does not depend on the database


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """The doors over both databases."""
    kinds = KINDS[:1] if metafunc.module.__name__ in IN_A_BROWSER else KINDS
    if "served" in metafunc.fixturenames:
        metafunc.parametrize("served", kinds, indirect=True, scope="session")


@pytest.fixture(scope="session")
def served(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    """The real service over the real policies and a real store; each test brings people of its own."""
    folder = tmp_path_factory.mktemp("site")
    with place(request.param, folder) as database, pytest.MonkeyPatch.context() as environment:
        if request.param == "postgresql":  # has no file beside which a secret could lie
            environment.setenv("TROTH_LEDGER_KEY", str(folder / "ledger-key"))
        house = serve(database)
        yield house
        house.house.store.close()


@pytest.fixture(autouse=True)
def today(served: Served) -> None:
    served.clock.set("2015-03-02 12:00")


@pytest.fixture(scope="session")
def root() -> Path:
    return Path(__file__).parents[2]
