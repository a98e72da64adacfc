"""A few tries a minute for one name, counted before anything is compared; only a hash of the name is kept."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from troth.company import Company
from troth.store import tables as t

TRIES = 5
WINDOW = timedelta(minutes=1)


def may_try(company: Company, *name: str, at: datetime) -> bool:
    """Count one try, and say whether it was one of the first few in a minute."""
    tried = hashlib.sha256("\n".join((company.name, *name)).encode("utf-8", "replace")).hexdigest()
    with company.writing() as session:
        session.remove(t.attempts, t.attempts.c.at <= at - WINDOW)
        if session.count(t.attempts, name=tried) >= TRIES:
            return False
        session.add(t.attempts, name=tried, at=at)
        return True
