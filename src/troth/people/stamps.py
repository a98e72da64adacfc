"""Under which promise something was given: each stamp written once, referenced by every field that has it."""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from typing import Any

from troth.language.model import Stamp
from troth.people.problems import Conflict
from troth.store import Session, Straight
from troth.store import tables as t
from troth.store.columns import canonical

_SAYS = "versions, place, notice, role, customer, contract, purposes, source"
AGAINST = "against-policy"  # the source of what was collected while the policy was only observed
_STAMP = Straight(f"select {_SAYS} from stamps where company = :of_company and id = :number")
_STAMPS = Straight(f"select id, {_SAYS} from stamps where company = :of_company")


def stamp_id(session: Session, stamp: Stamp, source: str) -> int:
    """The number of this stamp from this source, made where it is new. A stamp never changes: the ledger
    entry of each record names its digest.

    `stamp.versions` with several ids is data whose version is in doubt; with none, unstamped data.
    """
    if stamp.role == "held" and not stamp.customer:
        raise Conflict("a stamp of what is held says for whom; name the customer")
    said = digest(stamp, source)
    known = session.one(t.stamps, digest=said)
    if known is not None:
        return int(known.id)
    first = stamp.versions[0] if stamp.versions else None
    policy = first.split("/")[0] if first else None
    content = _content(stamp, AGAINST if stamp.against else source)
    return session.add(t.stamps, policy=policy, version=first, digest=said, **content)


@lru_cache(maxsize=4096)
def digest(stamp: Stamp, source: str) -> str:
    """What stands for a stamp from a source in the ledger."""
    content = _content(stamp, AGAINST if stamp.against else source)
    return hashlib.sha256(canonical(content).encode()).hexdigest()


def stamp(session: Session, number: int) -> Stamp:
    """The stamp of this number. Equal ones are one object, so that they are looked up fast."""
    (row,) = session.fetch(_STAMP, number=number)
    return _read(*row)


def load_stamps(session: Session) -> dict[int, Stamp]:
    """Every stamp by its number."""
    return {number: _read(*row) for number, *row in session.fetch(_STAMPS)}


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


@lru_cache(maxsize=4096)
def _read(
    versions: str,
    place: str | None,
    notice: str | None,
    role: str,
    customer: str | None,
    contract: str | None,
    purposes: str,
    source: str,
) -> Stamp:
    """By what it says, not by its number: a number may be given again where a transaction failed."""
    said = tuple(json.loads(versions)), tuple(json.loads(purposes))
    against = source == AGAINST
    return Stamp(said[0], place, notice, role, customer, contract, said[1], against)  # type: ignore[arg-type]
