"""By what a person is found: an address, a number, an account, a name, written in one way and hashed.

The hash is keyed with a secret that is not in the store, so that what survives of a forgotten
person's address tells nothing to whoever holds the database alone.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, get_args

from troth.people.problems import Conflict, Unknown
from troth.people.same import same
from troth.store import Session, Straight
from troth.store import tables as t
from troth.store.straight import chunks, listed, numbered

if TYPE_CHECKING:
    from sqlalchemy import Row, Select

Kind = Literal["email", "phone", "account", "name"]
KINDS: tuple[Kind, ...] = get_args(Kind)
ADDRESSES: tuple[Kind, ...] = ("email", "phone", "account")  # a name alone finds many
OF_ONE: tuple[Kind, ...] = ("email", "account")  # households share a telephone
Identifiers = Mapping[Kind, str]

_SHORTEST_KEY = 16
_WITH = (
    "from identifiers join people on people.company = :of_company "
    "and people.id = identifiers.person where identifiers.company = :of_company "
    "and identifiers.kind = :kind and identifiers.hash in "
)


@cache
def _found() -> Select[Any]:
    """Ordered where it is used: `order by` would lead SQLite through all identifiers of the company."""
    from sqlalchemy import bindparam, select

    return (
        select(t.identifiers, t.people.c.erased_at)
        .join(t.people, t.people.c.id == t.identifiers.c.person)
        .where(t.identifiers.c.kind == bindparam("kind"), t.identifiers.c.hash == bindparam("hash"))
    )


@lru_cache
def _having(count: int) -> Straight:
    """Who has any of so many hashes now, `hash_0` and on; the forgotten have none."""
    return Straight(
        f"select identifiers.hash, identifiers.person {_WITH} {listed('hash', count)} "
        "and identifiers.until is null and people.erased_at is null"
    )


class Owner(NamedTuple):
    """Somebody who has an identifier now, had it once, or was forgotten and left its hash."""

    person: int
    now: bool
    forgotten: bool


@lru_cache
def _owning(count: int) -> Straight:
    return Straight(
        "select identifiers.hash, identifiers.person, identifiers.until is null, "
        f"people.erased_at is not null {_WITH} {listed('hash', count)}"
    )


def owners(
    session: Session, digests: Iterable[tuple[Kind, str]]
) -> dict[tuple[Kind, str], list[Owner]]:
    """Everybody whose identifier has one of these hashes or had it, the forgotten too."""
    asked = sorted(set(digests))
    found: dict[tuple[Kind, str], list[Owner]] = {each: [] for each in asked}
    for kind in KINDS:
        for some in chunks([digest for k, digest in asked if k == kind]):
            named = numbered("hash", some)
            for digest, person, now, gone in session.fetch(_owning(len(some)), kind=kind, **named):
                found[kind, digest].append(Owner(person, bool(now) and not gone, bool(gone)))
    return found


def normalised(kind: Kind, value: str) -> str:
    """The one way of writing it: e-mail in lower case, a telephone as its digits."""
    if kind not in KINDS:
        known = ", ".join(KINDS)
        raise Unknown(f"`{kind}` is no kind of identifier; give one of {known}")
    written = " ".join(value.split())
    if kind == "phone":
        digits = "".join(c for c in written if c.isdecimal())
        written = digits.removeprefix("00")  # 0049 30 … and +49 30 … are one number
    elif kind != "account":
        written = written.casefold()
    if not written:
        raise Unknown(f"an empty {kind} identifies nobody; leave it out")
    return written


def hashed(session: Session, key: bytes, kind: Kind, value: str) -> str:
    """The keyed hash of an identifier, another one in each company (hex)."""
    if len(key) < _SHORTEST_KEY:
        raise ValueError(
            f"the key of the hashes has {len(key)} bytes; give {_SHORTEST_KEY} or more"
        )
    message = "\0".join((session.company, kind, normalised(kind, value)))
    return hmac.new(key, message.encode(), hashlib.sha256).hexdigest()


def rows_of(session: Session, kind: Kind, digest: str) -> list[Row[Any]]:
    """Every identifier of this hash, ended and forgotten ones too, each with its person's erased_at."""
    found = session.execute(_found(), {"kind": kind, "hash": digest})
    return sorted(found, key=lambda row: int(row.id))


def find_all(session: Session, key: bytes, kind: Kind, value: str) -> tuple[int, ...]:
    """Everyone who has this identifier now, by number. The forgotten are nobody."""
    return find_each(session, key, kind, [value])[value]


def find_each(
    session: Session, key: bytes, kind: Kind, values: Iterable[str]
) -> dict[str, tuple[int, ...]]:
    """The same of many values."""
    digests = {value: hashed(session, key, kind, value) for value in values}
    having: dict[str, set[int]] = {digest: set() for digest in digests.values()}
    for some in chunks(tuple(having)):
        asked = numbered("hash", some)
        for digest, person in session.fetch(_having(len(some)), kind=kind, **asked):
            having[digest].add(person)
    return {value: tuple(sorted(having[digest])) for value, digest in digests.items()}


def find(session: Session, key: bytes, kind: Kind, value: str) -> int | None:
    """The one person who has this identifier now, or none; of joined records the first.

    Several people: Conflict, the caller must choose.
    """
    people = find_all(session, key, kind, value)
    if len(people) > 1 and not set(people) <= set(same(session, people[0])):
        listed = ", ".join(map(str, people))
        raise Conflict(f"this {kind} is of several people ({listed}); name the person by number")
    return people[0] if people else None


def meant(session: Session, key: bytes, people: Iterable[int | str]) -> dict[int | str, int]:
    """Whom each of many means, by her number, an e-mail or a telephone; nobody and several are left out."""
    listed = set(people)
    found: dict[int | str, int] = {who: who for who in listed if isinstance(who, int)}
    mails = {who for who in listed if isinstance(who, str) and "@" in who}
    phones = {who for who in listed if isinstance(who, str) and any(map(str.isdecimal, who))}
    by_kind: tuple[tuple[Kind, set[str]], ...] = (("email", mails), ("phone", phones - mails))
    for kind, written in by_kind:
        each = find_each(session, key, kind, written)
        found |= {who: having[0] for who, having in each.items() if len(having) == 1}
    return found


def identifiers_of(session: Session, person: int) -> list[tuple[Kind, str]]:
    """By what a person is found now, as written when it was given."""
    rows = session.rows(t.identifiers, person=person, until=None)
    return [(row.kind, row.value) for row in sorted(rows, key=lambda row: int(row.id))]
