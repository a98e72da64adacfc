"""A service made to be killed: one process reads the policies once, and forks a service for each line it gets.

`python -m tests.service.killable COMPANY DATABASE KEY PORT`. It writes the number of each service's process when
that is forked, and `gone` when it has ended.
"""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from pathlib import Path

import uvicorn

from troth.company import House
from troth.corpus import load
from troth.language.model import Policy
from troth.site import create_app
from troth.store import open_store

POLICIES = Path(__file__).parents[2] / "policies"


def main(company: str, database: str, key: str, port: str) -> None:
    policy = load(POLICIES).policies[company]
    for _ in sys.stdin:
        process = os.fork()
        if process == 0:
            serve(policy, database, bytes.fromhex(key), int(port))
        print(process, flush=True)
        os.waitpid(process, 0)
        print("gone", flush=True)


def serve(policy: Policy, database: str, key: bytes, port: int) -> None:
    """Serve until killed. What was open before the fork is not used."""
    store = open_store(database)
    house = House({policy.name: policy}, store, lambda: datetime.now(UTC), key)
    uvicorn.run(create_app(house), port=port, access_log=False, log_level="error")
    os._exit(0)


if __name__ == "__main__":
    main(*sys.argv[1:])
