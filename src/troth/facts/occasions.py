"""The occasion of an act: its matter, where the datum was given, what the party signed, and the time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from troth.language.formula import Atom

from .calendar import back, days_before, start_of, written
from .scene import Agreement, Frame, Scene, given_within
from .sql import sql, truth

if TYPE_CHECKING:
    from sqlglot import exp


def _matter_serves(scene: Scene, atom: Atom) -> bool:
    """All of a matter but whom it names and its period: kind, open now or in its tail, fields, needs."""
    kind, leaf = atom.args
    matter, word = scene.rows.matter, scene.words.get("matter", kind)
    if matter is None or word is None or matter.kind != kind or matter.opened_at > scene.at:
        return False
    if matter.ended_at is not None:
        tail = word.ends_after_days
        last = days_before(scene.at, scene.zone, tail) if tail else scene.at
        # `ends 14 days after closed`: open through the 14th day
        if matter.ended_at < last or (not tail and matter.ended_at == last):
            return False
    if matter.fields and leaf not in scene.words.leaves("data", matter.fields):
        return False
    has = {
        v.name
        for v in scene.rows.valued
        if v.of == "matter" and v.key == matter.id and v.since <= scene.at
    }
    return all(need in has for need in word.needs)


def within(scene: Scene, atom: Atom) -> bool:
    matter = scene.rows.matter
    if matter is None or not _matter_serves(scene, atom) or scene.person not in matter.people:
        return False
    return given_within(scene, *_period(scene))


def _period(scene: Scene) -> tuple[datetime | None, datetime | None]:
    """The first moment of a matter's period and the first after it."""
    matter = scene.rows.matter
    first = matter.period_from if matter else None
    last = matter.period_until if matter else None
    return (
        start_of(first, scene.zone) if first else None,
        days_before(start_of(last, scene.zone), scene.zone, -1) if last else None,
    )


def within_sql(frame: Frame, atom: Atom) -> exp.Expr:
    matter = frame.scene.rows.matter
    if matter is None or not _matter_serves(frame.scene, atom):
        return truth(False)
    first, end = _period(frame.scene)
    period = f"{frame.given_at} >= :first" if first else "true"
    period += f" and {frame.given_at} < :end" if end else ""
    return sql(
        f"(exists (select 1 from matter_people m where m.company = :company and m.matter = :matter"
        f" and m.person = {frame.person}) and coalesce({period}, false))",
        company=frame.company,
        matter=matter.id,
        first=written(first) if first else "",
        end=written(end) if end else "",
    )


def given_at(scene: Scene, atom: Atom) -> bool:
    place = scene.datum.place
    return place in atom.args if place is not None else not atom.surely


def given_at_sql(frame: Frame, atom: Atom) -> exp.Expr:
    return sql(
        f"coalesce({frame.place} in (:places), :unknown)",
        places=tuple(atom.args),
        unknown=not atom.surely,
    )


def bound(scene: Scene, atom: Atom) -> bool:
    (term,) = atom.args
    return any(term in a.names for a in _live(scene))


def mandate(scene: Scene, atom: Atom) -> bool:
    """An agreement that names the datum; one that names no fields mandates nothing."""
    leaf, purpose = atom.args
    return any(
        leaf in scene.words.leaves("data", a.fields)
        and (not a.purposes or purpose in scene.words.leaves("purpose", a.purposes, True))
        and (
            a.matter is None or (scene.rows.matter is not None and a.matter == scene.rows.matter.id)
        )
        for a in _live(scene)
    )


def _live(scene: Scene) -> list[Agreement]:
    """Agreements of the party in force on the day; their last day is inclusive."""
    return [
        a
        for a in scene.rows.agreements
        if a.since <= scene.day and (a.until is None or scene.day <= a.until)
    ]


def notice_shown(scene: Scene, atom: Atom) -> bool:  # noqa: ARG001
    return scene.notice_shown


def settled(
    get: Callable[[Scene, Atom], bool],
) -> Callable[[Frame, Atom], exp.Expr]:
    """One value for all rows: settled before the query runs."""
    return lambda frame, atom: truth(get(frame.scene, atom))


# -- time ------------------------------------------------------------------------------------------


def _events(scene: Scene, event: str) -> list[datetime]:
    if event == "collection":
        return [scene.datum.given_at] if scene.datum.given_at else []
    return [h.at for h in scene.rows.happened if h.event == event and h.at <= scene.at]


def after(scene: Scene, atom: Atom) -> bool:
    """From the first time the event happened: a renewed notice opens no new wait. What nobody recorded
    has not happened; only a datum whose day is not known may be of any."""
    days, event = atom.args
    moments = _events(scene, event)
    if not moments:
        return event == "collection" and not atom.surely
    return min(moments) < days_before(scene.at, scene.zone, days)


def kept(scene: Scene, atom: Atom) -> bool:
    """From the last time it happened; what has not happened has not begun to run."""
    count, unit, event = atom.args
    moments = _events(scene, event)
    return not moments or max(moments) >= start_of(back(scene.day, count, unit), scene.zone)


def _happened(frame: Frame, event: str, condition: str) -> str:
    if event == "collection":
        return f"({frame.given_at} is not null and {frame.given_at} {condition})"
    return (
        'exists (select 1 from events e where e.company = :company and e."person" = '
        f'{frame.person} and e.event = :event and e."at" <= :now and e."at" {condition})'
    )


def after_sql(frame: Frame, atom: Atom) -> exp.Expr:
    days, event = atom.args
    before = _happened(frame, event, "< :limit")
    of_any_day = event == "collection" and not atom.surely
    unknown = f" or not {_happened(frame, event, 'is not null')}" if of_any_day else ""
    limit = days_before(frame.scene.at, frame.scene.zone, days)
    return _timed(frame, event, f"({before}{unknown})", limit)


def kept_sql(frame: Frame, atom: Atom) -> exp.Expr:
    count, unit, event = atom.args
    begun, running = _happened(frame, event, "is not null"), _happened(frame, event, ">= :limit")
    limit = start_of(back(frame.scene.day, count, unit), frame.scene.zone)
    return _timed(frame, event, f"(not {begun} or {running})", limit)


def _timed(frame: Frame, event: str, template: str, limit: datetime) -> exp.Expr:
    now = written(frame.scene.at)
    return sql(template, company=frame.company, event=event, now=now, limit=written(limit))
