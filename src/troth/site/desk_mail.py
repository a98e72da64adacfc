"""The operator's page of the outbox: what was sent, what could not be delivered and why. Never an address."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from troth import mail, work
from troth.access import Visitor
from troth.company import Company
from troth.site import visit
from troth.site.body import Form
from troth.site.desk_signin import NAV, operator_of
from troth.site.problems import Problem
from troth.site.when import moment_said
from troth.store import tables as t

STATES = {
    "waiting": "wait",
    "sent": "were sent",
    "bounced": "came back",
    "failed": "could not be sent",
    "refused": "were not allowed",
}


def show(request: Request) -> Response:
    """The page."""
    found = operator_of(request)
    if found is None:
        return RedirectResponse("/desk/sign-in", 303)
    return _page(request, *found)


def take(request: Request, form: Form) -> Response:
    """Try one again now: one that waits, or that was given up. What was refused is not tried again."""
    found = operator_of(request)
    if found is None:
        return RedirectResponse("/desk/sign-in", 303)
    visit.must_be_ours(request, form, "desk mail", visit.DESK_COOKIE)
    company, written = found[0], form.one("mail")
    number = int(written) if written.isascii() and written.isdigit() and len(written) < 18 else 0
    with company.writing() as session:
        if not mail.try_again(session, number, visit.site_of(request).now()):
            raise Problem(409, "There is no such mail that could be tried again.")
    return RedirectResponse("/desk/mail", 303)


def _page(request: Request, company: Company, operator: Visitor) -> Response:
    with company.reading() as session:
        counts, rows = mail.counted(session), mail.undelivered(session)
        failed = session.rows(t.jobs, state="failed", order=[t.jobs.c.id.desc()], limit=50)
        waiting = work.waiting(session)
    return visit.page(
        request,
        "desk_mail.html",
        title="Mail",
        here="mail",
        nav=NAV,
        firm=company.title,
        operator=operator.name,
        action="/desk/mail",
        token=visit.form_token(request, "desk mail", visit.DESK_COOKIE),
        set_up=visit.site_of(request).mail,
        counts=[(said, counts.get(state, 0)) for state, said in STATES.items()],
        mails=[_shown(company, row) for row in rows],
        jobs={
            "waiting": waiting,
            "failed": [
                {"what": r.kind, "when": _when(company, r), "why": r.problem} for r in failed
            ],
        },
    )


def _when(company: Company, row: Any) -> str:
    return moment_said(company, row.ended_at or row.created_at)


def _shown(company: Company, row: Any) -> dict[str, Any]:
    return {
        "number": row.id,
        "kind": row.kind,
        "person": row.person,
        "state": row.state,
        "when": moment_said(company, row.created_at),
        "tries": row.tries,
        "why": row.problem or "",
        "again": row.state in ("waiting", "failed"),
    }
