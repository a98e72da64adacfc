"""The operator's page of campaigns: who was told of a version and who could not be, calls and letters."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from troth import campaigns
from troth.access import Visitor
from troth.campaigns import Campaign
from troth.company import Company
from troth.site import visit
from troth.site.body import Form
from troth.site.cite import cited
from troth.site.desk_signin import NAV, operator_of
from troth.site.problems import Problem
from troth.site.when import moment_said
from troth.store import Session

DONE = ("told", "bounced", "unreachable")
CSV, PDF = "text/csv; charset=utf-8", "application/pdf"


def show(request: Request) -> Response:
    """The page."""
    found = operator_of(request)
    if found is None:
        return RedirectResponse("/desk/sign-in", 303)
    return _page(request, *found)


def take(request: Request, form: Form) -> Response:
    """Open a campaign, or take out and in its calls and letters."""
    found = operator_of(request)
    if found is None:
        return RedirectResponse("/desk/sign-in", 303)
    visit.must_be_ours(request, form, "desk notices", visit.DESK_COOKIE)
    here = str(request.base_url).rstrip("/")
    try:
        with found[0].writing() as session:
            done = _do(found[0], session, form, visit.site_of(request).now(), here)
    except (campaigns.CallsWrong, campaigns.NoFont) as error:
        return _page(request, *found, problem=str(error), status=422)
    return done if isinstance(done, Response) else _page(request, *found, done=done)


def _do(company: Company, session: Session, form: Form, at: datetime, here: str) -> Response | str:
    """A file to take along, or what was done in words."""
    if form.one("open"):
        campaign = campaigns.open_campaign(session, company.gate, form.one("open"), at)
        return f"People are told of {campaign.version}"
    campaign = campaigns.campaign_of(session, _number(form.one("campaign")))
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
    raise Problem(422, "There is nothing of the kind to do here.")


def _number(written: str) -> int:
    return int(written) if written.isascii() and written.isdigit() and len(written) < 18 else 0


def _file(content: bytes, kind: str, name: str) -> Response:
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(content, 200, headers, kind)


def _page(
    request: Request,
    company: Company,
    operator: Visitor,
    problem: str = "",
    done: str = "",
    status: int = 200,
) -> Response:
    wanted = _number(request.query_params.get("clauses", ""))
    with company.reading() as session:
        opened = campaigns.campaigns(session)
        listed = [_shown(company, session, one, one.id == wanted) for one in opened]
    known = {one.version for one in opened}
    unopened = [v for v in company.policy.versions[1:] if v.id not in known]
    return visit.page(
        request,
        "desk_notices.html",
        status=status,
        title="Notices",
        here="notices",
        nav=NAV,
        firm=company.title,
        operator=operator.name,
        action="/desk/notices",
        token=visit.form_token(request, "desk notices", visit.DESK_COOKIE),
        campaigns=listed,
        unopened=[{"version": v.id, **visit.version_link(v)} for v in unopened],
        mail=visit.site_of(request).mail,
        problem=problem,
        done=done,
    )


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
