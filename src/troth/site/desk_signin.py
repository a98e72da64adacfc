"""The way to the desk: an operator of one company signs in with name and password, and out."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from troth import access
from troth.access import Visitor
from troth.company import Company
from troth.site import visit
from troth.site.body import Form

NAV = [
    {"key": "desk", "label": "Desk", "href": "/desk"},
    {"key": "duties", "label": "Duties", "href": "/desk/duties"},
    {"key": "cases", "label": "Cases", "href": "/desk/cases"},
    {"key": "parties", "label": "Parties", "href": "/desk/parties"},
    {"key": "findings", "label": "Findings", "href": "/desk/findings"},
    {"key": "notices", "label": "Notices", "href": "/desk/notices"},
    {"key": "mail", "label": "Mail", "href": "/desk/mail"},
    {"key": "observed", "label": "Observed", "href": "/desk/observed"},
    {"key": "letters", "label": "Letters", "href": "/desk/letters"},
]
WRONG = "Name or password do not fit."
WAIT = "Too many tries. Wait a minute, then try again."


def operator_of(request: Request) -> tuple[Company, Visitor] | None:
    """The operator signed in at the desk, and the company it is for."""
    site = visit.site_of(request)
    token = request.cookies.get(visit.DESK_COOKIE)
    for company in site.house.companies() if token else ():
        with company.reading() as session:
            found = access.who(session, token or "", at=site.now())
        if found is not None and found.operator is not None:
            return company, found
    return None


def show(request: Request) -> Response:
    """The sign-in of an operator."""
    return _form(request)


def take(request: Request, form: Form) -> Response:
    """Try a name and a password at one company."""
    visit.must_be_ours(request, form, "desk sign-in", visit.DESK_COOKIE)
    site = visit.site_of(request)
    name, chosen = form.one("name")[:200], form.one("company")
    if chosen not in site.house.policies:
        return _form(request, 422, name, chosen, WRONG)
    company = site.house.company(chosen)
    password = next(iter(form.all("password")), "")
    tried = access.sign_in(company.store, company.name, name, password, at=site.now())
    if isinstance(tried, access.Refused):
        wait = tried.reason == "throttled"
        status, said = (429, WAIT) if wait else (422, WRONG)
        return _form(request, status, name, chosen, said)
    response = RedirectResponse("/desk", 303)
    visit.keep_signed_in(response, request, visit.DESK_COOKIE, tried.token, "/desk")
    return response


def leave(request: Request, form: Form) -> Response:
    """An operator signs out."""
    visit.must_be_ours(request, form, "desk sign-out", visit.DESK_COOKIE)
    found = operator_of(request)
    if found is not None:
        with found[0].writing() as session:
            token = request.cookies[visit.DESK_COOKIE]
            access.sign_out(session, token, at=visit.site_of(request).now())
    response = RedirectResponse("/desk/sign-in", 303)
    response.delete_cookie(visit.DESK_COOKIE, path="/desk", httponly=True, samesite="lax")
    return response


def _form(
    request: Request,
    status: int = 200,
    name: str = "",
    chosen: str = "",
    problem: str | None = None,
) -> Response:
    companies = [(c.name, c.title) for c in visit.site_of(request).house.companies()]
    fields = [
        {"name": "company", "label": "Company", "value": chosen, "options": companies},
        {
            "name": "name",
            "label": "Name",
            "type": "text",
            "value": name,
            "autocomplete": "username",
        },
        {
            "name": "password",
            "label": "Password",
            "type": "password",
            "autocomplete": "current-password",
        },
    ]
    return visit.page(
        request,
        "sign_in.html",
        status=status,
        title="Desk",
        here="desk",
        nav=NAV,
        heading="The desk",
        intro="For the company’s own people: ask before you act, and see why.",
        action="/desk/sign-in",
        token=visit.form_token(request, "desk sign-in", visit.DESK_COOKIE),
        fields=fields,
        problem=problem,
    )
