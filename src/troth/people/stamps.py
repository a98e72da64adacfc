"""Under which promise something was given: each stamp written once, referenced by every field that has it."""

from __future__ import annotations

import hashlib
from typing import Any

from sqlalchemy import Row

from troth.language.model import Stamp
from troth.people.problems import Conflict
from troth.store import Session
from troth.store import tables as t
from troth.store.columns import canonical


def stamp_id(session: Session, stamp: Stamp, source: str) -> int:
    """The number of this stamp from this source, made where it is new. A stamp never changes: the ledger
    entry of each record names its digest.

    `stamp.versions` with several ids is data whose version is in doubt; with none, unstamped data.
    """
    if stamp.role == "held" and not stamp.customer:
        raise Conflict("a stamp of what is held says for whom; name the customer")
    content = _content(stamp, source)
    digest = hashlib.sha256(canonical(content).encode()).hexdigest()
    known = session.one(t.stamps, digest=digest)
    if known is not None:
        return int(known.id)
    first = stamp.versions[0] if stamp.versions else None
    policy = first.split("/")[0] if first else None
    return session.add(t.stamps, policy=policy, version=first, digest=digest, **content)


def load_stamps(session: Session) -> dict[int, Stamp]:
    """Every stamp by its number: few, kept in memory, so that reading a field joins nothing."""
    return {row.id: _read(row) for row in session.rows(t.stamps)}


def _content(stamp: Stamp, source: str) -> dict[str, Any]:
    return {
        "versions": list(stamp.versions),
        "place": stamp.place,
        "notice": stamp.notice,
        "contract": stamp.contract,
        "source": source,
        "role": stamp.role,
        "customer": stamp.customer,
        "purposes": list(stamp.purposes),
    }


def _read(row: Row[Any]) -> Stamp:
    return Stamp(
        versions=tuple(row.versions),
        place=row.place,
        notice=row.notice,
        role=row.role,
        customer=row.customer,
        contract=row.contract,
        purposes=tuple(row.purposes),
    )
