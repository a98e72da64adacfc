"""Duties of a changing policy: told in time, posted ahead, each earlier version to be had."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from sqlalchemy import func, select

from troth.duties.figure import Binding, Figure, Ground, asks_somebody, judged, not_measured
from troth.duties.of_intake import given_under_notice
from troth.duties.of_site import NO_SITE
from troth.language.days import ahead
from troth.language.model import Document
from troth.page.outline import last_day
from troth.store import tables as t

C = t.campaign_people.c
OF_INTAKE = ("collection",)  # a moment at which somebody gives something
OF_CHANGE = ("new purpose", "significant change")


def tell(ground: Ground, _: Binding) -> Figure:
    """Everybody whom a later version bears on: told, came back, unreachable, still waiting."""
    versions = _published(ground)
    with_campaign = {row.version for row in ground.session.rows(t.campaigns)}
    unopened = [v.id for v in versions[1:] if v.id not in with_campaign]
    states = _states(ground)
    people = sum(states.values())
    told, waiting = states["told"], states["waiting"]
    lost = states["bounced"] + states["unreachable"]
    said = (
        f"{told} of {people} people told, {states['bounced']} came back, "
        f"{states['unreachable']} unreachable, {waiting} waiting, in {len(with_campaign)} campaigns"
    )
    said = said if with_campaign else "no change was told to anybody yet"
    numbers = {**states, "people": people, "campaigns": len(with_campaign)}
    if unopened:
        remedy = f"open its campaign: troth notices open {ground.company.name} {unopened[0]}"
        return asks_somebody(f"{said}; nobody is told of {unopened[0]} yet", remedy, **numbers)
    if lost or waiting:
        remedy = "what they gave stays under the older promise; see troth notices status"
        return asks_somebody(said, remedy, **numbers)
    return judged(told == people, said, "", **numbers)


def tell_before(ground: Ground, binding: Binding) -> Figure:
    """Told before something is taken in, or before a change: each of its moments."""
    moments = binding.duty.slot("moments")
    other = [m for m in moments if m not in (*OF_INTAKE, *OF_CHANGE)]
    if other:
        return not_measured(f"Nothing here knows when it comes to this: {', '.join(other)}.")
    found = [given_under_notice(ground, ())] if set(moments) & set(OF_INTAKE) else []
    found += [tell(ground, binding)] if set(moments) & set(OF_CHANGE) else []
    worst = max(found, key=lambda one: ("kept", "needs somebody", "not kept").index(one.verdict))
    numbers = {k: v for one in found for k, v in one.numbers.items()}
    said = "; ".join(one.said for one in found)
    return Figure(said, worst.verdict, worst.remedy, numbers)


def _states(ground: Ground) -> Counter[str]:
    grouped = select(C.state, func.count().label("people")).group_by(C.state)
    found = Counter({"told": 0, "bounced": 0, "unreachable": 0, "waiting": 0})
    found.update({row.state: int(row.people) for row in ground.session.execute(grouped)})
    return found


def post_changes(ground: Ground, binding: Binding) -> Figure:
    """Each later version: the days from its publication to its first day, beside those promised."""
    if not ground.published:
        return not_measured("Nothing was published here: versions.lock is not there.")
    leads = [
        (
            new,
            (new.in_force - ground.published[new.id].published).days,
            _promised(binding, old, new),
        )
        for old, new in pairwise(_published(ground))
        if new.id in ground.published and new.in_force
    ]
    late = [
        new.id for new, lead, first in leads if first is not None and not _kept(ground, new, first)
    ]
    told = "; ".join(f"{new.id} was posted {lead} days ahead" for new, lead, _ in leads)
    promised = f", {binding.term} promised" if binding.term else ""
    return judged(
        not late,
        (told or "one version, and no later one yet") + promised,
        f"{', '.join(late)} came too soon; a version in force is not rewritten, date the next one later",
        versions=len(leads) + 1,
        days_ahead=[lead for _, lead, _ in leads],
        too_soon=len(late),
    )


def _promised(binding: Binding, old: Document, new: Document) -> tuple[int, str] | None:
    """What was promised for a change: by the version before it, or by a text beside all versions."""
    bound = [d for d in old.duties if d.form == "post-changes" and d.slot("number")]
    if binding.text.kind != "version" and binding.duty.slot("number"):
        begun = binding.text.in_force
        bound += [binding.duty] if begun is None or (new.in_force and begun <= new.in_force) else []
    terms = [(int(d.slot("number")[0]), d.slot("unit")[0]) for d in bound]
    return max(terms, default=None)


def _kept(ground: Ground, new: Document, promised: tuple[int, str]) -> bool:
    return bool(
        new.in_force and new.in_force >= ahead(ground.published[new.id].published, *promised)
    )


def _published(ground: Ground) -> tuple[Document, ...]:
    """The versions that were published by the moment; those of a policy that was never frozen, in force."""
    lock, day = ground.published, ground.day
    return tuple(
        v
        for v in ground.company.policy.versions
        if (v.id in lock and lock[v.id].published <= day)
        or (not lock and v.in_force and v.in_force <= day)
    )


# -- what stands on the site -----------------------------------------------------------------------


def earlier_versions(ground: Ground, _: Binding) -> Figure:
    """Every version at its own address, and by any day on which it was in force."""
    look = ground.look
    if not look.reached:
        return not_measured(NO_SITE)
    versions = _shown(ground)
    there = [v for v in versions if look.page(_address(ground, v)).status == 200]
    asked = list(_days(ground, versions))
    found = [day for day, v in asked if _date(v) in look.page(f"{_home(ground)}?on={day}").path]
    return judged(
        len(there) == len(versions) and len(found) == len(asked),
        f"{len(there)} of {len(versions)} versions answer at their address, "
        f"{len(found)} of {len(asked)} days lead to the version in force then",
        "put back what does not answer: " + ", ".join(v.id for v in versions if v not in there),
        versions=len(versions),
        there=len(there),
        days_asked=len(asked),
        days_answered=len(found),
    )


def note_changes(ground: Ground, _: Binding) -> Figure:
    """Each version says since when it is in force, and what differs from the one before."""
    look = ground.look
    if not look.reached:
        return not_measured(NO_SITE)
    versions, home = _shown(ground), look.page(_home(ground))
    dated = [v for v in versions if f"privacy/{_date(v)}" in home.text]
    pairs = [f"{_address(ground, old)}..{_date(new)}" for old, new in pairwise(versions)]
    told = [path for path in pairs if look.page(path).status == 200]
    return judged(
        len(dated) == len(versions) and told == pairs and "Last changed" in home.text,
        f"{len(dated)} of {len(versions)} versions are listed with their day, "
        f"{len(told)} of {len(pairs)} changes are told",
        "the page must list every version, and answer for each what changed",
        versions=len(versions),
        listed=len(dated),
        changes=len(pairs),
        told=len(told),
    )


def _shown(ground: Ground) -> list[Document]:
    """The versions that have been in force by the moment."""
    return [v for v in _published(ground) if v.in_force and v.in_force <= ground.day]


def _days(ground: Ground, versions: list[Document]) -> Iterator[tuple[date, Document]]:
    """The first and the last day of each version."""
    for version in versions:
        assert version.in_force is not None
        last = last_day(version, versions) or ground.day
        yield version.in_force, version
        yield last, version


def _home(ground: Ground) -> str:
    return f"/{ground.company.name}/privacy"


def _address(ground: Ground, version: Document) -> str:
    return f"{_home(ground)}/{_date(version)}"


def _date(version: Document) -> str:
    return version.id.rpartition("/")[2]
