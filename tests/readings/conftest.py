"""The companies of the oracle, stored once for all its tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.readings.known import Known, everyone


@pytest.fixture(scope="session")
def companies() -> Iterator[list[Known]]:
    yield from everyone()
