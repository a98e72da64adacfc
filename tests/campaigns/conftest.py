from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.mail.relaying import Received, relaying
from troth.settings import Relay


@pytest.fixture
def received() -> Received:
    return Received()


@pytest.fixture
def relay(received: Received) -> Iterator[Relay]:
    with relaying(received) as relay:
        yield relay
