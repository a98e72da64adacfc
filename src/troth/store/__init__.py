"""Tables, migrations, and sessions bound to one company: no statement leaves without it."""

from __future__ import annotations

from troth.store.migrations import (
    downgrade,
    make_tables,
    must_be_free,
    schema_version,
    upgrade,
)
from troth.store.open import Store, open_store
from troth.store.problems import StoreProblem
from troth.store.session import Session
from troth.store.straight import Straight
from troth.store.together import Together

__all__ = [
    "Session",
    "Store",
    "StoreProblem",
    "Straight",
    "Together",
    "downgrade",
    "make_tables",
    "must_be_free",
    "open_store",
    "schema_version",
    "upgrade",
]
