"""The service: every address with what answers it, and what is said when something goes wrong."""

from __future__ import annotations

from collections.abc import Sequence
from email.message import EmailMessage
from pathlib import Path

import msgspec
from jinja2 import Environment, PackageLoader, select_autoescape
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from troth.company import House, PolicyWrong
from troth.language.check_intake import check_forms
from troth.language.check_scope import Scope
from troth.people.problems import Conflict, Unknown
from troth.refusal import Refused
from troth.site import (
    api,
    bodies,
    choices,
    desk,
    desk_cases,
    desk_duties,
    desk_findings,
    desk_mail,
    desk_notices,
    desk_observed,
    desk_parties,
    desk_signin,
    held,
    leaving,
    ledger,
    letters,
    link,
    listed,
    openapi,
    pages,
    postbox,
    register,
    signals,
    signin,
    visit,
    you,
)
from troth.site.body import posted
from troth.site.headers import Headers
from troth.site.problems import Problem, refused
from troth.site.seal import Seal

GET, POST = ["GET"], ["POST"]
DESK = [
    one.PAGE
    for one in (desk_duties, desk_cases, desk_parties, desk_findings, desk_notices, desk_mail)
]


def create_app(
    house: House,
    footnote: str | None = None,
    mail: bool = False,
    received: Sequence[EmailMessage] | None = None,
) -> Starlette:
    """The service over all companies of a house. `footnote` stands at the foot of every page; `mail` says
    that a relay takes our mails; `received` are those a demo's own server was given, to be shown.

    Raises `PolicyWrong` where a form asks for what its version does not allow.
    """
    wrong = [p for policy in house.policies.values() for p in check_forms(Scope(policy, {}))]
    if wrong:
        raise PolicyWrong(wrong, {})
    app = Starlette(
        routes=_routes(),
        middleware=[Middleware(Headers, shown=shown)],
        exception_handlers={
            Problem: _problem,
            Refused: _refused,
            HTTPException: _http,
            Unknown: _unknown,
            Conflict: _conflict,
        },
    )
    app.state.site = visit.Site(
        house, _templates(), Seal(house.key), footnote, mail=mail, postbox=received
    )
    for company in house.companies():  # entered in the store before anybody asks
        _ = company.sentences
    return app


def _routes() -> list[Route | Mount]:
    """First the addresses of no company, then those below a company's name."""
    return [
        Route("/", pages.home),
        Mount("/static", StaticFiles(directory=Path(__file__).parent / "static")),
        Route("/favicon.ico", pages.icon),
        Route("/problems", pages.problems),
        Route("/postbox", postbox.show, methods=GET),
        Route("/.well-known/gpc.json", signals.support),
        Route("/law/{name}", pages.law),
        *_desk_routes(),
        Route("/api/openapi.json", openapi.show, methods=GET),
        Route("/api/{company}/asks", listed.asks, methods=POST),
        Route("/api/{company}/ask", api.door("ask", bodies.AskBody, api.ask), methods=POST),
        Route(
            "/api/{company}/collect",
            api.door("collect", bodies.CollectBody, api.collect),
            methods=POST,
        ),
        Route(
            "/api/{company}/choices",
            api.door("choices", bodies.ChoiceBody, api.choose),
            methods=POST,
        ),
        Route("/api/{company}/ledger/checkpoint", ledger.checkpoint, methods=GET),
        Route("/api/{company}/ledger/proof/{entry}", ledger.proof, methods=GET),
        Route("/api/{company}/ledger/consistency", ledger.consistency, methods=GET),
        Route("/{company}/privacy", pages.privacy),
        Route("/{company}/privacy/{date}", pages.version),
        Route("/{company}/notices/{name}", pages.notice),
        Route("/{company}/choices", choices.show, methods=GET),
        Route("/{company}/choices", posted(choices.take), methods=POST),
        Route("/{company}/held", held.show, methods=GET),
        Route("/{company}/sign-in", signin.show, methods=GET),
        Route("/{company}/sign-in", posted(signin.take), methods=POST),
        Route("/{company}/link/{token}", link.show, methods=GET),
        Route("/{company}/link/{token}", posted(link.take), methods=POST),
        Route("/{company}/you", you.show, methods=GET),
        Route("/{company}/you", posted(you.take), methods=POST),
        Route("/{company}/receipts/{entry:int}", you.receipt, methods=GET),
        Route("/{company}/unsubscribe/{token}", leaving.show, methods=GET),
        Route("/{company}/unsubscribe/{token}", leaving.take, methods=POST),
        Route("/{company}/sign-out", posted(signin.leave), methods=POST),
        Route("/{company}/forms", register.all_forms, methods=GET),
        Route("/{company}/{form}", register.show, methods=GET),
        Route("/{company}/{form}", posted(register.take, anywhere=True), methods=POST),
        Route("/{company}/{form}/embed", register.snippet, methods=GET),
    ]


def _desk_routes() -> list[Route]:
    return [
        Route("/desk", desk.show, methods=GET),
        Route("/desk", posted(desk.take), methods=POST),
        Route("/desk/observed", desk_observed.show, methods=GET),
        Route("/desk/letters", letters.show, methods=GET),
        Route("/desk/letters", posted(letters.take), methods=POST),
        Route("/desk/verify", posted(desk.verify), methods=POST),
        Route("/desk/sign-in", desk_signin.show, methods=GET),
        Route("/desk/sign-in", posted(desk_signin.take), methods=POST),
        Route("/desk/sign-out", posted(desk_signin.leave), methods=POST),
        *(
            Route(f"/desk/{page.name}", endpoint, methods=method)
            for page in DESK
            for endpoint, method in ((page.show, GET), (posted(page.take), POST))
        ),
    ]


def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("troth.site"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        trim_blocks=True,
        lstrip_blocks=True,
    )


# -- when something goes wrong ---------------------------------------------------------------------


def shown(request: Request, problem: Problem) -> Response:
    """A problem: JSON for a program, a page for everybody else."""
    headers = {"allow": problem.allow} if problem.allow else {}
    if problem.status == 401:
        headers["www-authenticate"] = "Bearer"
    if request.url.path.startswith("/api/"):
        body = msgspec.json.encode(problem.body())
        return Response(body, problem.status, headers, "application/problem+json")
    said = problem.body()
    page = visit.page(
        request,
        "problem.html",
        status=problem.status,
        title=problem.heading,
        heading=problem.heading,
        detail=said.get("detail", ""),
        code=problem.code,
        reference=problem.reference,
        links=[{"label": "All companies", "href": "/"}],
    )
    page.headers.update(headers)
    return page


def _problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)
    return shown(request, error)


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)
    return shown(request, refused(error))


def _http(request: Request, error: Exception) -> Response:
    """What the framework found: no such page, another method."""
    assert isinstance(error, HTTPException)
    return shown(request, Problem(error.status_code, allow=(error.headers or {}).get("Allow", "")))


def _unknown(request: Request, error: Exception) -> Response:  # noqa: ARG001
    return shown(request, Problem(422, "It names something that is not known here.", "G506"))


def _conflict(request: Request, error: Exception) -> Response:  # noqa: ARG001
    return shown(request, Problem(409, "It cannot stand beside what is held already."))
