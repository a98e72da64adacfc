"""Duties of taking something in: the notice before it, a registration before a use, addresses that were proved."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import func, select

from troth.duties.figure import Binding, Figure, Ground, asks_somebody, judged
from troth.people.stamps import AGAINST
from troth.store import tables as t

F, R, S = t.fields.c, t.records.c, t.stamps.c


def show_notice(ground: Ground, binding: Binding) -> Figure:
    """What was taken in at these places, and how much of it under the words of a version that was shown."""
    return given_under_notice(ground, binding.duty.slot("places"))


def given_under_notice(ground: Ground, places: tuple[str, ...]) -> Figure:
    """Of all that is held from some places (from everywhere, where none is said): what carries the version
    whose notice was shown, and what was taken without one or against it."""
    by_stamp = (
        select(S.version, S.source, func.count().label("fields"))
        .join_from(t.fields, t.records, R.id == F.record)
        .join(t.stamps, S.id == F.stamp)
        .where(F.value.is_not(None), R.given_at <= ground.at, R.source == "supplied")
        .group_by(S.version, S.source)
    )
    if places:
        by_stamp = by_stamp.where(R.place.in_(sorted(ground.leaves("place", places))))
    rows = list(ground.session.execute(by_stamp))
    everything = sum(int(row.fields) for row in rows)
    shown = sum(int(r.fields) for r in rows if r.version is not None and r.source != AGAINST)
    return judged(
        shown == everything,
        f"{shown} of {everything} fields were given under the words of a version that was shown"
        if everything
        else "nothing was given there yet",
        "what carries no version serves its basic purposes alone; take such things in by a form",
        fields=everything,
        notice_shown=shown,
    )


def register_first(ground: Ground, binding: Binding) -> Figure:
    """Everybody of whom a use for these purposes was allowed, and who had given something of herself by then."""
    allowed: dict[int, str] = {}
    for person, at in _allowed(ground, binding.duty.slot("purposes")):
        allowed[person] = min(at, allowed.get(person, at))
    first = (
        select(t.record_people.c.person, func.min(R.given_at).label("at"))
        .join_from(t.record_people, t.records, R.id == t.record_people.c.record)
        .where(R.source == "supplied")
        .group_by(t.record_people.c.person)
    )
    registered = {row.person: row.at for row in ground.session.execute(first)}
    too_soon = [p for p, at in allowed.items() if p not in registered or registered[p] > at]
    return judged(
        not too_soon,
        f"{len(allowed) - len(too_soon)} of {len(allowed)} people for whom it was allowed had registered",
        f"{len(too_soon)} were served before they registered; look at the doors that ask for it",
        people=len(allowed),
        registered_first=len(allowed) - len(too_soon),
    )


def _allowed(ground: Ground, purposes: tuple[str, ...]) -> Iterable[tuple[int, str]]:
    wanted = ground.leaves("purpose", purposes)
    for entry in ground.entries("asked"):
        said = entry.payload or {}
        if (
            entry.person is not None
            and said.get("verdict") == "yes"
            and said.get("purpose") in wanted
        ):
            yield entry.person, entry.at  # type: ignore[misc]


def verify(ground: Ground, binding: Binding) -> Figure:
    """Addresses that a mailed link proved, and those from which mail came back, with what became of them."""
    session = ground.session
    live = session.rows(t.identifiers, kind="email", until=None)
    used = {row.person for row in session.rows(t.links, t.links.c.used_at.is_not(None))}
    proved = sum(row.person in used for row in live)
    returned = session.rows(t.outbox, state="bounced")
    standing = {row.id for row in live}
    since = [r for r in returned if r.identifier in standing]
    late = [r for r in since if binding.days and (ground.at - r.created_at).days > binding.days]
    said = (
        f"{proved} of {len(live)} addresses were proved by a link; mail came back from {len(returned)}, "
        f"of which {len(since)} are still held as they were"
    )
    numbers = {
        "addresses": len(live),
        "proved": proved,
        "came_back": len(returned),
        "open": len(since),
    }
    remedy = "ask these people for their address anew, or give it up: troth mail failed"
    if late:
        return judged(False, said, remedy, **numbers)
    return asks_somebody(said, remedy, **numbers) if since else judged(True, said, "", **numbers)
