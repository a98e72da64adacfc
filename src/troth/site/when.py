"""Days and moments as people read them, in the zone of the policy."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from troth.company import Company
from troth.facts.calendar import day_of
from troth.language.model import Document
from troth.page.outline import day
from troth.site.problems import Problem


def today(company: Company, at: datetime) -> date:
    """The day of a moment where the company is."""
    return day_of(at, company.zone)


def day_said(company: Company, at: datetime) -> str:
    """`5 June 2003`."""
    return day(today(company, at))


def moment_said(company: Company, at: datetime) -> str:
    """`2014-12-02 10:14`."""
    return at.astimezone(ZoneInfo(company.zone)).strftime("%Y-%m-%d %H:%M")


def in_force(company: Company, at: datetime) -> Document:
    """The version in force; a company whose first is still to come has no pages yet."""
    version = company.policy.at(today(company, at))
    if version is None:
        raise Problem(404, "No version of this policy is in force yet.")
    return version
