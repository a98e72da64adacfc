from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.mail.posted import Posted, posted
from tests.mail.relaying import Received, relaying


@pytest.fixture
def received() -> Received:
    return Received()


@pytest.fixture
def post(tmp_path: Path, received: Received) -> Iterator[Posted]:
    """A house with real policies, its post, and the server that takes the mails."""
    with relaying(received) as relay:
        house = posted(tmp_path, relay)
        yield house
        house.house.store.close()
