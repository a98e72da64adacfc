"""The operator's page of the outbox: what was sent, what could not be delivered and why. Never an address."""

from __future__ import annotations

from typing import Any

from starlette.responses import RedirectResponse, Response

from troth import mail, work
from troth.company import Company
from troth.site import visit
from troth.site.body import Form
from troth.site.desk_page import DeskPage, Sitting
from troth.site.problems import Problem
from troth.site.when import moment_said
from troth.store import Session
from troth.store import tables as t

STATES = {
    "waiting": "wait",
    "sent": "were sent",
    "bounced": "came back",
    "failed": "could not be sent",
    "refused": "were not allowed",
}


def _does(sitting: Sitting, session: Session, form: Form) -> Response:
    """Try one again now: one that waits, or that was given up. What was refused is not tried again."""
    if not mail.try_again(session, form.number("mail"), sitting.at):
        raise Problem(409, "There is no such mail that could be tried again.")
    return RedirectResponse("/desk/mail", 303)


def _shows(sitting: Sitting, session: Session) -> dict[str, Any]:
    company = sitting.company
    counts, rows = mail.counted(session), mail.undelivered(session)
    failed = session.rows(t.jobs, state="failed", order=[t.jobs.c.id.desc()], limit=50)
    return {
        "set_up": visit.site_of(sitting.request).mail,
        "counts": [(said, counts.get(state, 0)) for state, said in STATES.items()],
        "mails": [_shown(company, row) for row in rows],
        "jobs": {
            "waiting": work.waiting(session),
            "failed": [
                {"what": r.kind, "when": _when(company, r), "why": r.problem} for r in failed
            ],
        },
    }


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


PAGE = DeskPage("mail", "Mail", _shows, _does)
