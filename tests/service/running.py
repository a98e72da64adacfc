"""A service that really runs: uvicorn on a loopback port, over a store of its own, with a clock the story turns."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

import httpx
import uvicorn

from troth import access
from troth.company import House
from troth.decide import Decider
from troth.gate import Gate
from troth.language.model import Policy
from troth.site import create_app
from troth.store import open_store, upgrade

KEY = b"a key for one test, of no other use"
LONG_AGO = datetime(1990, 1, 1, tzinfo=UTC)


@dataclass
class Running:
    """One company's service, the house behind it, and a key for each role that asks."""

    house: House
    company: str
    client: httpx.Client
    moment: datetime = LONG_AGO
    keys: dict[str, str] = field(default_factory=dict)

    def key(self, role: str) -> str:
        if role not in self.keys:
            with self.house.company(self.company).writing() as session:
                self.keys[role] = access.issue_key(
                    session, role, role, ["*"], ["ask", "collect", "choices"], at=LONG_AGO
                )
        return self.keys[role]

    def ask(self, body: dict[str, object], role: str) -> httpx.Response:
        headers = {"authorization": f"Bearer {self.key(role)}"}
        return self.client.post(f"/api/{self.company}/ask", json=body, headers=headers)


@contextmanager
def running(policy: Policy, decider: Decider, database: str) -> Iterator[Running]:
    """The service of one company over a new store, gone when the block ends."""
    store = open_store(database)
    upgrade(store)
    service: Running | None = None

    def clock() -> datetime:
        return service.moment if service else LONG_AGO

    house = House({policy.name: policy}, store, clock, KEY)
    house.company(policy.name).gate = Gate(policy, decider)
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    config = uvicorn.Config(create_app(house), access_log=False, log_level="error")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
    thread.start()
    address = f"http://127.0.0.1:{listening.getsockname()[1]}"
    try:
        while not server.started:
            assert thread.is_alive(), "the service did not start"
            time.sleep(0.01)
        with httpx.Client(base_url=address, timeout=60) as client:
            service = Running(house, policy.name, client)
            yield service
    finally:
        server.should_exit = True
        thread.join(timeout=30)
        store.close()
