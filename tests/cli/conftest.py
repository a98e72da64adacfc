"""A small company with a store, in a folder of its own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import troth
from tests.store.opened import KINDS, place
from troth.cli import main

POLICY = """---
policy: bakery
company: The Corner Bakery
in force: 2026-01-01
zone: Europe/Zurich
contact: hello@bakery.example
covers: bakery.example
changes: told
---

# Your privacy at the bakery {#privacy}

```words
data email "your e-mail address"
data birthday "your birthday"
purpose orders "preparing what you ordered"
place order-form "our order form"
```

```policy
form: may collect email, birthday at order-form
baking: may use email for orders
nobody: never share email, birthday
```
"""
STORIES = """# Stories

## An order

```story
2026-02-01  Ida gives email at order-form
2026-02-02  may we use email for orders?    {}  privacy.baking
```
"""


class Bench:
    """A folder with a policy, its stories and a store, and the commands run in it."""

    def __init__(self, folder: Path, database: str = "sqlite:///troth.db") -> None:
        self.folder = folder
        self.database = database
        self.policy = folder / "policies" / "bakery" / "2026-01-01.md"
        self.policy.parent.mkdir(parents=True)
        self.policy.write_text(POLICY)
        self.tell("yes")

    def tell(self, answer: str) -> None:
        (self.policy.parent / "stories.md").write_text(STORIES.format(answer))

    def collect(self) -> None:
        bakery = troth.open("policies", self.database).company("bakery")
        at = datetime(2026, 2, 1, tzinfo=UTC)
        bakery.collect("order-form", {"email": "ida@example.com", "birthday": "3 May"}, at=at)
        bakery.store.close()

    def run(self, *words: str, typed: str = "") -> Result:
        result = CliRunner().invoke(main, words, input=typed)
        assert "Traceback" not in result.output
        return result

    def files(self) -> set[str]:
        return {str(p.relative_to(self.folder)) for p in self.folder.rglob("*") if p.is_file()}


LEDGER_KEY = (
    "troth.db.ledger-key"  # beside a SQLite file by itself, elsewhere because a setting says so
)


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    for name in (
        "TROTH_POLICIES",
        "TROTH_DATABASE",
        "TROTH_POSTGRES",
        "TROTH_KEY",
        "TROTH_LEDGER_KEY",
        "TROTH_OBSERVE",
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return Bench(tmp_path)


@pytest.fixture(params=KINDS)
def stored(
    bench: Bench, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Bench]:
    """The folder with somebody in its store, which is the file beside it or a database that is named."""
    with place(request.param, bench.folder) as database:
        if request.param == "postgresql":
            bench.database = database
            monkeypatch.setenv("TROTH_DATABASE", database)
            monkeypatch.setenv("TROTH_KEY", "5a" * 32)
            monkeypatch.setenv("TROTH_LEDGER_KEY", str(bench.folder / LEDGER_KEY))
        bench.collect()
        yield bench
