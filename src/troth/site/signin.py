"""Signing in and out: a person with her access code, an operator with name and password."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from troth import access, ledger
from troth.company import Company
from troth.people.identifiers import find, identifiers_of
from troth.people.problems import Conflict, Unknown
from troth.site import visit
from troth.site.body import Form
from troth.site.codes import person_with
from troth.site.throttle import may_try
from troth.store import Session

WRONG = "That did not fit. Check both, or ask us for a new access code."
WAIT = "Too many tries. Wait a minute, then try again."
PAGES = ("choices", "held", "register", "order")  # where a sign-in may lead


def show(request: Request) -> Response:
    """The sign-in of a person."""
    company = visit.company_of(request)
    return _person_form(request, company, next=_next(request.query_params.get("next", "")))


def take(request: Request, form: Form) -> Response:
    """Try an address and an access code. Neither time nor answer tells whether the address is known."""
    company = visit.company_of(request)
    visit.must_be_ours(request, form, "sign-in")
    email, code = form.one("email")[:300], form.one("code")[:100]
    next_page = _next(form.one("next"))
    at = visit.site_of(request).now()
    if not may_try(company, email.casefold(), at=at):
        return _person_form(request, company, 429, email=email, problem=WAIT, next=next_page)
    with company.writing() as session:
        person = _who(session, company, email, code)
        token = access.start_for_person(session, person, at=at) if person else ""
        if not person:
            ledger.record(session, "sign-in-refused", {"person": None}, at=at)
    if not token:
        return _person_form(request, company, 422, email=email, problem=WRONG, next=next_page)
    response = RedirectResponse(f"/{company.name}/{next_page}", 303)
    visit.keep_signed_in(response, request, visit.COOKIE, token, f"/{company.name}")
    return response


def leave(request: Request, form: Form) -> Response:
    """A person signs out."""
    company = visit.company_of(request)
    visit.must_be_ours(request, form, "sign-out")
    token = request.cookies.get(visit.COOKIE, "")
    with company.writing() as session:
        access.sign_out(session, token, at=visit.site_of(request).now())
    response = RedirectResponse(f"/{company.name}/privacy", 303)
    response.delete_cookie(visit.COOKIE, path=f"/{company.name}", httponly=True, samesite="lax")
    return response


def _who(session: Session, company: Company, email: str, code: str) -> int | None:
    """The person of this code, if the address is hers too; without an address, the code is enough."""
    person = person_with(session, company.key, code)
    try:
        known = find(session, company.key, "email", email) if email else None
    except (Unknown, Conflict):
        known = None
    if person is None:
        return None
    has_address = any(kind == "email" for kind, _ in identifiers_of(session, person))
    return person if known == person or (not email and not has_address) else None


def _next(name: str) -> str:
    """Only pages of this company: no address from outside is followed."""
    return name if name in PAGES else "choices"


def _person_form(
    request: Request,
    company: Company,
    status: int = 200,
    email: str = "",
    problem: str | None = None,
    next: str = "choices",
) -> Response:
    fields = [
        {
            "name": "email",
            "label": "Your e-mail address",
            "type": "email",
            "value": email,
            "hint": "The one you registered with. Leave it empty if you gave none.",
            "autocomplete": "username",
            "optional": True,
        },
        {
            "name": "code",
            "label": "Your access code",
            "type": "password",
            "hint": "You were shown it when you registered.",
            "autocomplete": "current-password",
        },
    ]
    context: dict[str, Any] = {"fields": fields, "problem": problem, "next": next}
    return visit.page(
        request,
        "sign_in.html",
        company,
        status,
        title="Sign in",
        heading="Sign in",
        intro="To see what is held about you, and to say what may be done with it.",
        action=f"/{company.name}/sign-in",
        token=visit.form_token(request, "sign-in"),
        **context,
    )
