from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.mail.posted import Posted, posted
from tests.mail.relaying import Received, relaying
from troth.store import Store


@pytest.fixture
def received() -> Received:
    return Received()


@pytest.fixture
def post(store: Store, received: Received) -> Iterator[Posted]:
    """A house with real policies, its post, and the server that takes the mails."""
    with relaying(received) as relay:
        yield posted(store, relay)
