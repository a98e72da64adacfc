"""A few tries in a while for one name, counted before anything is compared; only a hash of the name is kept."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from troth.company import Company
from troth.store import tables as t

TRIES = 5
WINDOW = timedelta(minutes=1)
LONGEST = timedelta(hours=1)


def may_try(
    company: Company, *name: str, at: datetime, tries: int = TRIES, window: timedelta = WINDOW
) -> bool:
    """Count one try, and say whether it was one of the first few in the window (an hour at most)."""
    tried = hashlib.sha256("\n".join((company.name, *name)).encode("utf-8", "replace")).hexdigest()
    with company.writing() as session:
        session.remove(t.attempts, t.attempts.c.at <= at - LONGEST)
        if session.count(t.attempts, t.attempts.c.at > at - window, name=tried) >= tries:
            return False
        session.add(t.attempts, name=tried, at=at)
        return True
