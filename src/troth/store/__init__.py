"""Tables, migrations, and sessions bound to one company: no statement leaves without it."""

from __future__ import annotations

from troth.store.migrations import downgrade, upgrade
from troth.store.open import Store, open_store
from troth.store.session import Session
from troth.store.straight import Straight

__all__ = ["Session", "Store", "Straight", "downgrade", "open_store", "upgrade"]
