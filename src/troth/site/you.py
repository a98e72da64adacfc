"""A person's own page: her addresses, joined and parted, what she gave under which version, her receipts."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from troth import mail
from troth.access import Visitor
from troth.company import Company
from troth.people.identifiers import identifiers_of
from troth.people.join import part
from troth.people.problems import Conflict
from troth.people.same import same
from troth.site import visit
from troth.site.body import Form
from troth.site.given import EMAIL
from troth.site.offered import earlier_versions
from troth.site.problems import Problem
from troth.site.signin import NO_ADDRESS, WAIT_FOR_MAIL, may_send_link
from troth.store import Session

SHOWN = ("email", "phone")
SENT = (
    "If this address is known here, a mail is on its way to it. Open its link in this browser: "
    "then both are one."
)


def show(request: Request) -> Response:
    """The page."""
    company = visit.company_of(request)
    visitor = visit.person_of(request, company)
    if visitor is None or visitor.person is None:
        return RedirectResponse(f"/{company.name}/sign-in?next=you", 303)
    done = SENT if request.query_params.get("sent") else ""
    return _page(request, company, visitor, done=done)


def take(request: Request, form: Form) -> Response:
    """Another address is said to be hers, or one of hers is parted again."""
    company = visit.company_of(request)
    visitor = visit.person_of(request, company)
    if visitor is None or visitor.person is None:
        return RedirectResponse(f"/{company.name}/sign-in?next=you", 303)
    visit.must_be_ours(request, form, "you")
    if form.one("part"):
        _part(request, company, visitor.person, form.one("part"))
        return RedirectResponse(f"/{company.name}/you", 303)
    email = form.one("email")[:300]
    if not EMAIL.fullmatch(email):
        return _page(request, company, visitor, 422, NO_ADDRESS, email)
    if not may_send_link(request, company, email):
        return _page(request, company, visitor, 429, WAIT_FOR_MAIL, email)
    at = visit.site_of(request).now()
    with company.writing() as session:
        mail.ask_for_link(company, session, email, at, joins=visitor.person)
    return RedirectResponse(f"/{company.name}/you?sent=yes", 303)


def receipt(request: Request) -> Response:
    """One receipt, by the number of its entry."""
    company = visit.company_of(request)
    visitor = visit.person_of(request, company)
    if visitor is None or visitor.person is None:
        return RedirectResponse(f"/{company.name}/sign-in?next=you", 303)
    with company.reading() as session:
        found = mail.receipt(company, session, visitor.person, request.path_params["entry"])
    if found is None:
        raise Problem(404)
    return visit.page(
        request,
        "receipt.html",
        company,
        visitor=visitor,
        title="Receipt",
        here="you",
        receipt=found,
    )


def _part(request: Request, company: Company, person: int, written: str) -> None:
    at = visit.site_of(request).now()
    other = int(written) if written.isascii() and written.isdigit() and len(written) < 18 else 0
    with company.writing() as session:
        before = mail.last_entry(session)
        try:
            part(session, person, other, at)
        except Conflict:
            raise Problem(409, "These two are not joined with one another.") from None
        if visit.site_of(request).mail:
            mail.send_receipts(session, person, before, at)


def _page(
    request: Request,
    company: Company,
    visitor: Visitor,
    status: int = 200,
    problem: str = "",
    email: str = "",
    done: str = "",
) -> Response:
    assert visitor.person is not None
    with company.reading() as session:
        addresses = _addresses(session, visitor.person)
        versions = _versions(company, session, visitor.person)
        receipts = mail.receipts(company, session, visitor.person)
    return visit.page(
        request,
        "you.html",
        company,
        status,
        visitor,
        title="Your addresses and receipts",
        here="you",
        action=f"/{company.name}/you",
        token=visit.form_token(request, "you"),
        addresses=addresses,
        may_join=visit.site_of(request).mail,
        versions=versions,
        receipts=receipts,
        email=email,
        problem=problem,
        done=done,
        links=[
            {"label": "What you hold about me", "href": f"/{company.name}/held"},
            {"label": "Your choices", "href": f"/{company.name}/choices"},
        ],
    )


def _addresses(session: Session, person: int) -> list[dict[str, Any]]:
    """Each of her records with its addresses; she may part the others from the one she signed in with."""
    return [
        {
            "person": each,
            "said": [value for kind, value in identifiers_of(session, each) if kind in SHOWN],
            "here": each == person,
        }
        for each in same(session, person)
    ]


def _versions(company: Company, session: Session, person: int) -> list[dict[str, str]]:
    given = earlier_versions(session, person)
    return [visit.version_link(v) for v in company.policy.versions if v.id in given]
