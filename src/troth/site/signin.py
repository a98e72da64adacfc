"""Signing in and out: a person by a link sent to her address, or with the access code she was given."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from troth import access, ledger, mail
from troth.company import Company
from troth.people.identifiers import find, identifiers_of
from troth.people.problems import Conflict, Unknown
from troth.site import visit
from troth.site.body import Form
from troth.site.codes import person_with
from troth.site.given import EMAIL
from troth.site.signals import note, said_by
from troth.site.throttle import may_try
from troth.store import Session

WRONG = "That did not fit. Check both, or ask us for a new access code."
WAIT = "Too many tries. Wait a minute, then try again."
WAIT_FOR_MAIL = (
    "Several links were asked for already. Look for them, or try again in a quarter of an hour."
)
NO_ADDRESS = "This is not a whole address; write it like anna@example.com."
SENT = (
    "If this address is known here, a mail with a link is on its way to it. "
    "The link works once, for a quarter of an hour."
)
QUARTER = timedelta(minutes=15)
LINKS_EACH, LINKS_ALL = 3, 30  # in a quarter of an hour: for one address, and from one client
PAGES = ("choices", "held", "you", "register", "order")  # where a sign-in may lead


def show(request: Request) -> Response:
    """The sign-in of a person."""
    company = visit.company_of(request)
    sent = SENT if request.query_params.get("sent") else ""
    next_page = _next(request.query_params.get("next", ""))
    return _person_form(request, company, next=next_page, done=sent)


def take(request: Request, form: Form) -> Response:
    """Send a link, or try an address and an access code. Neither time nor answer tells whether the address
    is known."""
    company = visit.company_of(request)
    visit.must_be_ours(request, form, "sign-in")
    if form.one("way") == "link" and _by_mail(request, company):
        return _send(request, company, form)
    email, code = form.one("email")[:300], form.one("code")[:100]
    next_page = _next(form.one("next"))
    at = visit.site_of(request).now()
    if not may_try(company, email.casefold(), at=at):
        return _person_form(request, company, 429, email=email, problem=WAIT, next=next_page)
    with company.writing() as session:
        person = _who(session, company, email, code)
        token = access.start_for_person(session, person, at=at) if person else ""
        if person:
            note(session, company, person, said_by(request))
        else:
            ledger.record(session, "sign-in-refused", {"person": None}, at=at)
    if not token:
        return _person_form(request, company, 422, email=email, problem=WRONG, next=next_page)
    response = RedirectResponse(f"/{company.name}/{next_page}", 303)
    visit.keep_signed_in(response, request, visit.COOKIE, token, f"/{company.name}")
    return response


def _send(request: Request, company: Company, form: Form) -> Response:
    """Whether anybody has the address is looked up later, by a worker: here nothing differs."""
    email, next_page = form.one("email")[:300], _next(form.one("next"))
    if not EMAIL.fullmatch(email):
        return _person_form(request, company, 422, email, NO_ADDRESS, next_page)
    if not may_send_link(request, company, email):
        return _person_form(request, company, 429, email, WAIT_FOR_MAIL, next_page)
    at = visit.site_of(request).now()
    with company.writing() as session:
        mail.ask_for_link(company, session, email, at, next=next_page)
    return RedirectResponse(f"/{company.name}/sign-in?sent=yes&next={next_page}", 303)


def may_send_link(request: Request, company: Company, email: str) -> bool:
    """A few links for one address, and some more for one client, whatever addresses it names."""
    at = visit.site_of(request).now()
    client = request.client.host if request.client else ""
    each = may_try(company, "link", email.casefold(), at=at, tries=LINKS_EACH, window=QUARTER)
    return each and may_try(company, "client", client, at=at, tries=LINKS_ALL, window=QUARTER)


def _by_mail(request: Request, company: Company) -> bool:
    """Whether links are sent here: a relay takes them, and the policy in force speaks of such mails."""
    site = visit.site_of(request)
    return site.mail and mail.could_send(company, mail.ON_REQUEST, site.now())


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
    done: str = "",
) -> Response:
    by_mail = _by_mail(request, company)
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
            "hint": "Only if you were given one and want no mail."
            if by_mail
            else "You were shown it when you registered.",
            "autocomplete": "current-password",
            "optional": by_mail,
            "after_link": True,
        },
    ]
    context: dict[str, Any] = {"fields": fields, "problem": problem, "next": next, "done": done}
    context["mailed"] = "Send me a link" if by_mail else ""
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
