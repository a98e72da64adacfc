"""Protections are checked each night where a policy says so: measured, and what came of it put on record."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime

from troth import ledger, work
from troth.company import Company, House
from troth.duties.by_hand import MEASURED
from troth.duties.figure import Ground, Verdict
from troth.duties.look import Look
from troth.duties.standing import in_force, stand
from troth.facts.calendar import day_of
from troth.periods import next_night
from troth.work import Doer, Job

PROTECTIONS = "protections"  # the job that a worker does each night
PROTECTING = ("protect", "protect-against")
Looking = Callable[[Company, datetime], Look]


def begin(house: House) -> None:
    """Have the protections checked from now on, of every company that promises it."""
    for company in house.companies():
        at = company.clock()
        if _promises(company, at):
            with company.writing() as session:
                work.wake(session, PROTECTIONS, "", next_night(company, at), at)


def doers(house: House, look: Looking) -> dict[str, Doer]:
    """The job of this room, for a worker."""

    def checked(name: str, job: Job) -> None:
        company = house.company(name)
        at = company.clock()
        found = check_protections(company, look(company, at), at)
        with company.writing() as session:
            ledger.record(session, MEASURED, {"protections": dict(found)}, at=at)
            work.later(session, job, next_night(company, at))

    return {PROTECTIONS: checked}


def check_protections(company: Company, look: Look, at: datetime) -> Counter[Verdict]:
    """How many duties of protection are kept, and how many are not; each measured anew."""
    with company.reading() as session:
        ground = Ground(company, session, at, company.house.lock, look)
        bound = in_force(company.policy, ground.day)
        figures = [stand(ground, b).figure for b in bound if b.duty.form in PROTECTING]
    return Counter(figure.verdict for figure in figures)


def _promises(company: Company, at: datetime) -> bool:
    bound = in_force(company.policy, day_of(at, company.zone))
    return any(binding.duty.form == "check-protections" for binding in bound)
