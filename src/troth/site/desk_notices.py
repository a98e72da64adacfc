"""The operator's page of campaigns: who was told of a version and who could not be, calls and letters."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from starlette.responses import Response

from troth import campaigns
from troth.campaigns import Campaign
from troth.company import Company
from troth.site import visit
from troth.site.body import Form
from troth.site.cite import cited
from troth.site.desk_page import DeskPage, Sitting, Wrong
from troth.site.when import moment_said
from troth.store import Session

DONE = ("told", "bounced", "unreachable")
CSV, PDF = "text/csv; charset=utf-8", "application/pdf"


def _does(sitting: Sitting, session: Session, form: Form) -> str | Response:
    """Open a campaign, or take out and in its calls and letters."""
    try:
        return _do(sitting, session, form)
    except (campaigns.CallsWrong, campaigns.NoFont) as error:
        raise Wrong(str(error)) from None


def _do(sitting: Sitting, session: Session, form: Form) -> str | Response:
    """A file to take along, or what was done in words."""
    company, at = sitting.company, sitting.at
    here = str(sitting.request.base_url).rstrip("/")
    if form.one("open"):
        campaign = campaigns.open_campaign(session, company.gate, form.one("open"), at)
        return f"People are told of {campaign.version}"
    campaign = campaigns.campaign_of(session, form.number("campaign"))
    match form.one("do"):
        case "calls":
            table = campaigns.call_list(company, session, campaign, at, here)
            return _file(table.encode(), CSV, f"calls-{campaign.id}.csv")
        case "letters":
            made, _ = campaigns.letters(company, session, campaign, at, here)
            return _file(made, PDF, f"letters-{campaign.id}.pdf")
        case "called":
            taken = campaigns.take_calls(session, campaign, form.one("table"), at)
            return ", ".join(f"{count} {outcome}" for outcome, count in taken.items())
        case "posted":
            return f"{campaigns.posted(session, campaign, at)} letters were posted"
    raise Wrong("there is nothing of the kind to do here")


def _file(content: bytes, kind: str, name: str) -> Response:
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(content, 200, headers, kind)


def _shows(sitting: Sitting, session: Session) -> dict[str, Any]:
    company, wanted = sitting.company, sitting.request.query_params.get("clauses", "")
    opened = campaigns.campaigns(session)
    known = {one.version for one in opened}
    unopened = [v for v in company.policy.versions[1:] if v.id not in known]
    return {
        "campaigns": [_shown(company, session, one, str(one.id) == wanted) for one in opened],
        "unopened": [{"version": v.id, **visit.version_link(v)} for v in unopened],
        "mail": visit.site_of(sitting.request).mail,
    }


def _shown(
    company: Company, session: Session, campaign: Campaign, with_clauses: bool
) -> dict[str, Any]:
    found = campaigns.counts(session, campaign)
    clauses: list[dict[str, Any]] = []
    if with_clauses:
        waits = campaigns.clause_by_clause(session, company.gate, campaign)
        named = sorted(waits.items(), key=lambda one: (-one[1].people, one[0]))
        clauses = [
            {**cited(company, f"{campaign.version}#{clause}"), **asdict(one), "opens": _opens(one)}
            for clause, one in named
        ]
    done = sum(getattr(found, state) for state in DONE)
    return {
        **asdict(found),
        "id": campaign.id,
        "version": campaign.version,
        "modes": ", ".join(campaign.modes),
        "opened": moment_said(company, campaign.opened_at),
        "done": done,
        "clauses": clauses,
        "older": _older(company, campaign),
    }


def _older(company: Company, campaign: Campaign) -> dict[str, str] | None:
    """The version before, by its day, and where the difference from it is shown."""
    versions = company.policy.versions
    number = next(n for n, version in enumerate(versions) if version.id == campaign.version)
    if not number:
        return None
    before = versions[number - 1]
    first, last = (one.id.partition("/")[2] for one in (before, versions[number]))
    since = visit.version_link(before)["since"]
    return {"since": since, "href": f"/{company.name}/privacy/{first}..{last}"}


def _opens(waits: campaigns.Waits) -> str:
    """What opens a sentence to what somebody gave before."""
    days = [f"{n} days after she was told, without her no" for n in waits.days]
    return "; ".join([*days, *(["her yes"] if waits.asks else [])])


PAGE = DeskPage("notices", "Notices", _shows, _does)
