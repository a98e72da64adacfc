"""The way out at the foot of a mail: a button for whoever opens it, and one click of her mail program."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from troth import mail
from troth.company import Company
from troth.site import visit
from troth.site.body import read_body
from troth.site.problems import Problem


def show(request: Request) -> Response:
    """The button; to open the page alone changes nothing."""
    company = visit.company_of(request)
    return visit.page(
        request,
        "act.html",
        company,
        title="No more of this",
        heading="No more mails of this kind",
        message=f"{company.title} will write to you about this no more, from now on.",
        action=f"/{company.name}/unsubscribe/{_token(request)}",
        token="",  # what the address ends in is proof enough, as RFC 8058 wants it
        submit="Stop these mails",
        links=[],
    )


async def take(request: Request) -> Response:
    """The click. Mail programs send it without cookies, in either encoding of a form; both say enough."""
    await read_body(request)
    return await run_in_threadpool(_leave, request)


def _leave(request: Request) -> Response:
    company = visit.company_of(request)
    with company.writing() as session:
        left = mail.unsubscribe(company, session, _token(request), visit.site_of(request).now())
    if not left:
        raise Problem(404, "The address is not whole; copy all of it from the mail.")
    return _done(request, company)


def _done(request: Request, company: Company) -> Response:
    return visit.page(
        request,
        "act.html",
        company,
        title="No more of this",
        heading="You get no more mails of this kind",
        message="It holds from now on, and a later policy cannot undo it.",
        action="",
        token="",
        submit="",
        links=[{"label": "All your choices", "href": f"/{company.name}/choices"}],
    )


def _token(request: Request) -> str:
    return str(request.path_params["token"])[:200]
