"""A link from a mail: to open it shows a button, to press the button signs in, or joins two addresses.

Scanners open every link of a mail, and press nothing. What the page shows tells nothing about anybody.
"""

from __future__ import annotations

from datetime import datetime

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from troth import access, mail
from troth.company import Company
from troth.mail import Opened
from troth.people.join import join
from troth.people.problems import Conflict
from troth.people.same import same
from troth.site import visit
from troth.site.body import Form
from troth.site.problems import Problem
from troth.site.signals import note, said_by
from troth.store import Session

OLD = "The link was used already, or is more than a quarter of an hour old. Ask for a new one."
ELSEWHERE = (
    "Open the link in the browser in which you are signed in with your other address, "
    "or sign in there again first. The link was not used."
)


def show(request: Request) -> Response:
    """The button."""
    company = visit.company_of(request)
    with company.reading() as session:
        opened = mail.open_link(session, _token(request), visit.site_of(request).now())
    if opened is not None and opened.kind == "join":
        return _button(request, company, "This address is mine too", "Join the two addresses")
    return _button(request, company, f"Sign in at {company.title}", "Sign in")


def take(request: Request, form: Form) -> Response:
    """The button was pressed: the link is used, once."""
    company, token = visit.company_of(request), _token(request)
    visit.must_be_ours(request, form, "link")
    at = visit.site_of(request).now()
    visitor = visit.person_of(request, company)
    with company.writing() as session:
        opened = mail.open_link(session, token, at)
        if opened is None:
            return _said(request, company, OLD)
        if opened.joins is None:
            mail.use_link(session, token, at)
            note(session, company, opened.person, said_by(request))
            signed = access.start_for_person(session, opened.person, at=at)
            response = RedirectResponse(f"/{company.name}/{opened.next or 'choices'}", 303)
            visit.keep_signed_in(response, request, visit.COOKIE, signed, f"/{company.name}")
            return response
        hers = visitor is not None and visitor.person in same(session, opened.joins)
        if not hers:  # whoever has only this address may not open the other's record to a stranger
            return _said(request, company, ELSEWHERE)
        mail.use_link(session, token, at)
        before = mail.last_entry(session)
        _join(session, opened, at)
        if visit.site_of(request).mail:
            mail.send_receipts(session, opened.joins, before, at)
    return RedirectResponse(f"/{company.name}/you", 303)


def _join(session: Session, opened: Opened, at: datetime) -> None:
    assert opened.joins is not None
    try:
        join(session, opened.joins, opened.person, at)
    except Conflict:
        raise Problem(409, "The two addresses are joined already.") from None


def _token(request: Request) -> str:
    return str(request.path_params["token"])[:200]


def _button(request: Request, company: Company, heading: str, submit: str) -> Response:
    return visit.page(
        request,
        "act.html",
        company,
        title=heading,
        heading=heading,
        message="You came here by a link that was mailed to you. Press the button to go on.",
        action=f"/{company.name}/link/{_token(request)}",
        token=visit.form_token(request, "link"),
        submit=submit,
        links=[],
    )


def _said(request: Request, company: Company, message: str) -> Response:
    return visit.page(
        request,
        "act.html",
        company,
        409,
        title="This link",
        heading="This did not work",
        message=message,
        action="",
        token="",
        submit="",
        links=[{"label": "Sign in", "href": f"/{company.name}/sign-in"}],
    )
