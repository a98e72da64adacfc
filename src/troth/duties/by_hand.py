"""Duties that people do at intervals: noted in the ledger when they are done, due again when their time is over."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select

from troth import ledger
from troth.duties.figure import Binding, Figure, Ground, asks_somebody, judged
from troth.facts.calendar import day_of
from troth.language.days import ahead, back
from troth.language.model import Policy
from troth.ledger import Entry
from troth.page.outline import day as said
from troth.refusal import Refused
from troth.store import Session
from troth.store import tables as t

DONE = "duty.done"
MEASURED = "duties.measured"  # by the job of each night
EACH_DAY = (1, "days")
FORMS = ("review", "review-for", "check-protections", "monitor")
LONGEST_NOTE = 300
PERSONAL = re.compile(r"\S@\S|\d[\d\s().-]{5,}\d")  # an address, a number that somebody has


def is_by_hand(policy: Policy, binding: Binding) -> bool:
    """Whether people do this duty and note it; what happens with each person is noted with her."""
    form = binding.duty.form
    return form in FORMS or (form == "renew" and not _events(policy, binding))


def _events(policy: Policy, binding: Binding) -> list[str]:
    return [one for one in binding.duty.slot("reviewed") if ("event", one) in policy.words]


def note_done(
    session: Session, policy: Policy, binding: Binding, by: str, note: str, at: datetime
) -> int:
    """An operator has done what a duty asks for; the number of its entry.

    Raises `Refused` (G506) where nobody does this duty by hand, nobody of that name is an operator, or the
    note names somebody: the ledger holds no personal data.
    """
    if not is_by_hand(policy, binding):
        raise Refused("G506", f"{binding.id} is not done by hand; what keeps it is told beside it")
    who = session.one(t.operators, name=by, ended_at=None)
    if who is None:
        raise Refused("G506", f"`{by}` is no operator here; troth operator lists who is")
    written = " ".join(note.split())
    if len(written) > LONGEST_NOTE or PERSONAL.search(written):
        raise Refused(
            "G506",
            f"a note has at most {LONGEST_NOTE} letters, and no address or number of anybody",
        )
    payload = {"duty": binding.id, "by": who.id, "note": written}
    return ledger.record(session, DONE, payload, at=at).seq


def done(ground: Ground, binding: Binding) -> list[Entry]:
    """When it was done, in order."""
    return [e for e in _noted(ground, DONE) if e.payload.get("duty") == binding.id]


def _noted(ground: Ground, kind: str) -> Iterable[Entry]:
    return (entry for entry in ground.entries(kind) if entry.payload)


# -- figures ---------------------------------------------------------------------------------------


def each_interval(ground: Ground, binding: Binding) -> Figure:
    """When last, when next, and whether that is over."""
    number, unit = binding.duty.slot("number"), binding.duty.slot("unit")
    term = (int(number[0]), unit[0]) if number and unit else EACH_DAY
    times = done(ground, binding)
    if binding.duty.form == "check-protections":  # the job of each night does it too
        times = sorted((*times, *_noted(ground, MEASURED)), key=lambda entry: entry.seq)
    return _since(ground, binding, times, term)


def _since(ground: Ground, binding: Binding, times: list[Entry], term: tuple[int, str]) -> Figure:
    remedy = f"do it, then: troth duties {ground.company.name} --done {binding.id} --by NAME"
    first = binding.text.in_force or ground.day
    numbers: dict[str, Any] = {"times": len(times)}
    if not times:
        due = ahead(first, *term)
        told = f"never done; due {said(due)}"
    else:
        last = day_of(times[-1].at, ground.company.zone)
        due = ahead(last, *term)
        told = f"done {_times(times)}, last on {said(last)}; due again {said(due)}"
        numbers |= {"last": last.isoformat()}
    numbers |= {"due": due.isoformat(), "overdue_days": max((ground.day - due).days, 0)}
    if ground.day > due:
        return judged(False, f"{told}, {numbers['overdue_days']} days ago", remedy, **numbers)
    return (
        asks_somebody(told, remedy, **numbers) if not times else judged(True, told, "", **numbers)
    )


def review_for(ground: Ground, binding: Binding) -> Figure:
    """Done since the newest text of the site, a version or its forms, came into force."""
    policy, times = ground.company.policy, done(ground, binding)
    texts = [d.in_force for d in (*policy.versions, *policy.forms) if d.in_force]
    newest = max((day for day in texts if day <= ground.day), default=ground.day)
    last = day_of(times[-1].at, ground.company.zone) if times else None
    told = f"done {_times(times)}, last on {said(last)}" if last else "never done"
    told += f"; the newest text of the site is of {said(newest)}"
    remedy = f"do it, then: troth duties {ground.company.name} --done {binding.id} --by NAME"
    numbers = {"times": len(times), "newest": newest.isoformat()}
    if last is None or last < newest:
        return asks_somebody(told, remedy, **numbers)
    return judged(True, told, "", **numbers)


def _times(times: list[Entry]) -> str:
    return "once" if len(times) == 1 else f"{len(times)} times"


def renew(ground: Ground, binding: Binding) -> Figure:
    """What is renewed with each person: whoever had it within the time, of all who ever had it."""
    events = _events(ground.company.policy, binding)
    if not events:
        return each_interval(ground, binding)
    e = t.events.c
    each = select(e.person, func.max(e.at).label("at")).where(
        e.event.in_(events), e.at <= ground.at
    )
    last = list(ground.session.execute(each.group_by(e.person)))
    oldest = _oldest(ground, binding)
    over = sum(day_of(_at(row.at), ground.company.zone) < oldest for row in last)
    return judged(
        not over,
        f"{len(last) - over} of {len(last)} people had it within {binding.term}",
        f"renew it with {over} people",
        people=len(last),
        in_time=len(last) - over,
    )


def _oldest(ground: Ground, binding: Binding) -> date:
    number, unit = binding.duty.slot("number")[0], binding.duty.slot("unit")[0]
    return back(ground.day, int(number), unit)


def _at(written: Any) -> datetime:
    return written if isinstance(written, datetime) else datetime.fromisoformat(written)
