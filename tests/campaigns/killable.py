"""A worker made to be killed: one process reads the policies once, and forks a worker for each line it gets.

`python -m tests.campaigns.killable POLICIES STORE PORT`. It writes the number of each worker's process when
that is forked, and `gone` when it has ended.
"""

from __future__ import annotations

import os
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.campaigns.changing import KEY
from troth import campaigns, mail
from troth.company import House
from troth.corpus import load
from troth.language.model import Policy
from troth.mail import Post
from troth.settings import Relay
from troth.store import open_store
from troth.work import Worker

LEASE = timedelta(seconds=0.3)


def main(folder: str, url: str, port: str) -> None:
    policies = load(Path(folder), stories=False).policies
    for _ in sys.stdin:
        process = os.fork()
        if process == 0:
            deliver(policies, url, int(port))
        print(process, flush=True)
        os.waitpid(process, 0)
        print("gone", flush=True)


def deliver(policies: dict[str, Policy], url: str, port: int) -> None:
    """Work until killed. What was open before the fork is not used."""
    house = House(policies, open_store(url), lambda: datetime.now(UTC), KEY)
    relay = Relay("127.0.0.1", port, "none", "privacy@{company}.example")
    post = Post(house, relay, {**mail.KINDS, **campaigns.KINDS}, LEASE)
    Worker(house.store, ("acme",), post.doers, house.clock, LEASE).run(threading.Event(), 0.02)


if __name__ == "__main__":
    main(*sys.argv[1:])
