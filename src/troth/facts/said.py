"""What a person said and was told: choices, consents, notices, answers to single clauses."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from troth.language.formula import Atom

from .calendar import back, days_before, start_of, written
from .scene import Adopted, Frame, Said, Scene, given_within
from .sql import sql

if TYPE_CHECKING:
    from sqlglot import exp

EVERY = "*"  # the cell of a choice said as a whole


def _latest_said(scene: Scene, choice: str, cells: tuple[str, ...]) -> Said | None:
    found = [
        s for s in scene.rows.said if s.choice == choice and s.cell in cells and s.at <= scene.at
    ]
    return found[-1] if found else None


def said(scene: Scene, atom: Atom) -> bool:
    choice, cell, *lasts = atom.args
    row = _latest_said(scene, choice, (cell, EVERY))
    return (
        row is not None
        and row.standing
        and (row.until is None or row.until > scene.at)
        and row.at >= lasting(scene, lasts)
    )


def lasting(scene: Scene, lasts: list[object]) -> datetime:
    """A choice that `lasts N unit` counts if it was said on or after this moment."""
    if not lasts:
        return datetime.min.replace(tzinfo=scene.at.tzinfo)
    count, unit = lasts
    assert isinstance(count, int) and isinstance(unit, str)
    if unit == "hours":
        return scene.at - timedelta(hours=count)
    return start_of(back(scene.day, count, unit), scene.zone)


LATEST_SAID = """
    select 1 from choices c
    where c.company = :company and c.person = {person} and c.choice = :choice
      and c.cell in (:cells) and c."at" <= :now and c.standing
      and (c."until" is null or c."until" > :now) and {also}
      and not exists (
        select 1 from choices n
        where n.company = c.company and n.person = c.person and n.choice = c.choice
          and n.cell in (:cells) and n."at" <= :now
          and (n."at" > c."at" or (n."at" = c."at" and n.id > c.id)))
"""


def said_sql(frame: Frame, atom: Atom) -> exp.Expr:
    choice, cell, *lasts = atom.args
    also = 'c."at" >= :lasting' if lasts else "true"
    return sql(
        f"exists ({LATEST_SAID.format(person=frame.person, also=also)})",
        company=frame.company,
        choice=choice,
        cells=(cell, EVERY),
        now=written(frame.scene.at),
        lasting=written(lasting(frame.scene, lasts)) if lasts else "",
    )


def consented(scene: Scene, atom: Atom) -> bool:
    """A consent that names party, data and period holds for exactly these; one that names no party, for any."""
    consent, leaf, _ = atom.args
    row = _latest_said(scene, consent, consent_cells(scene, atom))
    if row is None or not row.standing or (row.until is not None and row.until <= scene.at):
        return False
    return (
        row.party in (None, scene.party)
        and (not row.data or leaf in scene.words.leaves("data", row.data))
        and given_within(scene, row.first, row.end)
    )


def consent_cells(scene: Scene, atom: Atom) -> tuple[str, ...]:
    return ((scene.party or "") if atom.args[2] else "", EVERY)


def consented_sql(frame: Frame, atom: Atom) -> exp.Expr:
    consent, leaf, _ = atom.args
    named = " or ".join(f"c.scope like '%\"{w}\"%'" for w in _holding(frame.scene, leaf))
    # a scope keeps the first moment of its period and the first after it, as text in UTC
    also = f"""(c.scope ->> '$.party' is null or c.scope ->> '$.party' = :party)
        and (c.scope ->> '$.data' is null or c.scope ->> '$.data' = '[]' or {named})
        and (c.scope ->> '$.first' is null or {frame.given_at} >= c.scope ->> '$.first')
        and (c.scope ->> '$.end' is null or {frame.given_at} < c.scope ->> '$.end')"""
    return sql(
        f"exists ({LATEST_SAID.format(person=frame.person, also=also)})",
        company=frame.company,
        choice=consent,
        cells=consent_cells(frame.scene, atom),
        now=written(frame.scene.at),
        party=frame.scene.party or "",
    )


def _holding(scene: Scene, leaf: str) -> tuple[str, ...]:
    """Every data word that holds a leaf, itself included, sorted."""
    names = {n for (k, n) in scene.words.words if k == "data"} | {leaf}
    return tuple(sorted(n for n in names if leaf in scene.words.leaves("data", (n,))))


# -- told, agreed, refused -------------------------------------------------------------------------


def told(scene: Scene, atom: Atom) -> bool:
    """Delivered by one of the ways, where some are named, not bounced by the same way afterwards, and the
    days have passed; without days, by now."""
    versions, days, ways = atom.args
    limit = None if days is None else days_before(scene.at, scene.zone, days)
    rows = [t for t in scene.rows.told if t.at <= scene.at]
    return any(
        t.version in versions
        and t.outcome == "delivered"
        and (not ways or t.way in ways)
        and (limit is None or t.at < limit)
        and not any(
            (later.version, later.way, later.outcome) == (t.version, t.way, "bounced")
            for later in rows[number + 1 :]
        )
        for number, t in enumerate(rows)
    )


def told_sql(frame: Frame, atom: Atom) -> exp.Expr:
    versions, days, ways = atom.args
    by = "and c.way in (:ways)" if ways else ""
    before = 'and c."at" < :limit' if days is not None else ""
    limit = frame.scene.at if days is None else days_before(frame.scene.at, frame.scene.zone, days)
    return sql(
        f"""exists (select 1 from told c where c.company = :company and c.person = {frame.person}
          and c.version in (:versions) and c.outcome = 'delivered' {by} {before}
          and c."at" <= :now
          and not exists (select 1 from told n where n.company = c.company and n.person = c.person
            and n.version = c.version and n.way = c.way and n.outcome = 'bounced'
            and n."at" <= :now and (n."at" > c."at" or (n."at" = c."at" and n.id > c.id))))""",
        company=frame.company,
        versions=tuple(versions),
        ways=tuple(ways),
        limit=written(limit),
        now=written(frame.scene.at),
    )


def _answered(scene: Scene, clause: str) -> Adopted | None:
    rows = [a for a in scene.rows.adopted if a.clause == clause and a.at <= scene.at]
    return rows[-1] if rows else None


def agreed(scene: Scene, atom: Atom) -> bool:
    """Her last answer on the clause is yes, to this text of it (a widened text is a new consent), given
    since the day of the promise it is to lift."""
    clause, digest, day = atom.args
    last = _answered(scene, clause)
    return (
        last is not None
        and (last.answer, last.digest) == ("yes", digest)
        and last.at >= start_of(date.fromisoformat(day), scene.zone)
    )


def refused(scene: Scene, atom: Atom) -> bool:
    last = _answered(scene, atom.args[0])
    return last is not None and last.answer == "no"


ANSWERED = """
    exists (select 1 from adoptions c where c.company = :company and c.person = {person}
      and c.clause = :clause and c."at" <= :now and {also}
      and not exists (select 1 from adoptions n where n.company = c.company
        and n.person = c.person and n.clause = c.clause and n."at" <= :now
        and (n."at" > c."at" or (n."at" = c."at" and n.id > c.id))))
"""


def agreed_sql(frame: Frame, atom: Atom) -> exp.Expr:
    clause, digest, day = atom.args
    also = "c.answer = 'yes' and c.digest = :digest and c.\"at\" >= :since"
    since = written(start_of(date.fromisoformat(day), frame.scene.zone))
    return _answer_sql(frame, also, clause, digest, since)


def refused_sql(frame: Frame, atom: Atom) -> exp.Expr:
    return _answer_sql(frame, "c.answer = 'no'", atom.args[0])


def _answer_sql(
    frame: Frame, also: str, clause: str, digest: str = "", since: str = ""
) -> exp.Expr:
    return sql(
        ANSWERED.format(person=frame.person, also=also),
        company=frame.company,
        clause=clause,
        digest=digest,
        since=since,
        now=written(frame.scene.at),
    )
