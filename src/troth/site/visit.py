"""What a page knows of its visit: the company asked about, who is signed in, and how a page is made."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from email.message import EmailMessage
from typing import Any, cast

from jinja2 import Environment
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from troth import access
from troth.access import Visitor
from troth.company import Company, House
from troth.duties import Look
from troth.language.model import Document, Prose
from troth.page.outline import day
from troth.people.identifiers import identifiers_of
from troth.site.body import Form
from troth.site.problems import Problem
from troth.site.seal import Seal
from troth.site.when import today

COOKIE = "troth"  # of a person, for the pages of one company alone
DESK_COOKIE = "troth-desk"


@dataclass
class Site:
    """The service: its companies, its templates, its seal, and what it remembers between visits."""

    house: House
    templates: Environment
    seal: Seal
    footnote: str | None = None
    verified: dict[str, str] = field(default_factory=dict)  # company → what its ledger came to
    looks: dict[tuple[str, date], Look] = field(default_factory=dict)  # at the own pages, of a day
    mail: bool = False  # whether a relay takes our mails
    postbox: Sequence[EmailMessage] | None = None  # of a demo: the mails its own server was given

    def now(self) -> datetime:
        return self.house.clock()


def site_of(request: Request) -> Site:
    return cast(Site, request.app.state.site)


def company_of(request: Request) -> Company:
    """The company the address names."""
    return company_named(site_of(request), request.path_params["company"])


def company_named(site: Site, name: str) -> Company:
    if name not in site.house.policies:
        raise Problem(404)
    return site.house.company(name)


# -- who is there ----------------------------------------------------------------------------------


def person_of(request: Request, company: Company) -> Visitor | None:
    """The person signed in with this company, if there is one."""
    token = request.cookies.get(COOKIE)
    if not token:
        return None
    with company.reading() as session:
        found = access.who(session, token, at=site_of(request).now())
    return found if found is not None and found.person is not None else None


def shown_as(company: Company, person: int) -> str:
    """How a person is called to herself."""
    with company.reading() as session:
        known = dict(reversed(identifiers_of(session, person)))
    return known.get("email") or known.get("phone") or f"person {person}"


def keep_signed_in(response: Response, request: Request, name: str, token: str, path: str) -> None:
    """One random token, out of reach of scripts and of other sites' forms."""
    secure = request.url.scheme == "https"
    response.set_cookie(name, token, path=path, httponly=True, samesite="lax", secure=secure)


# -- the tokens of forms ---------------------------------------------------------------------------


def form_token(request: Request, name: str, cookie: str = COOKIE) -> str:
    """What ties a form to this visit: another visit's, or another form's, does not fit."""
    site = site_of(request)
    return site.seal.make("form", name, _visit(request, cookie), at=site.now())


def must_be_ours(request: Request, form: Form, name: str, cookie: str = COOKIE) -> None:
    site = site_of(request)
    said = site.seal.read(form.one("token"), site.now())
    if said != ("form", name, _visit(request, cookie)):
        raise Problem(403, "The form is too old or not ours; open it again and send it anew.")


def _visit(request: Request, cookie: str) -> str:
    return hashlib.sha256(request.cookies.get(cookie, "").encode()).hexdigest()[:16]


# -- pages -----------------------------------------------------------------------------------------


def page(
    request: Request,
    template: str,
    company: Company | None = None,
    status: int = 200,
    visitor: Visitor | None = None,
    **context: Any,
) -> HTMLResponse:
    """A page in the frame of the site."""
    site = site_of(request)
    frame: dict[str, Any] = {"company": None, "footnote": site.footnote, "person": None}
    if company is not None:
        frame["company"] = {"name": company.name, "display": company.title}
        frame["footnote"] = site.footnote or origin(company.policy.versions[-1])
        frame["nav"] = _menu(company, site.now())
    if visitor is not None and visitor.person is not None and company is not None:
        frame["person"] = shown_as(company, visitor.person)
        frame["leave"] = {
            "action": f"/{company.name}/sign-out",
            "token": form_token(request, "sign-out"),
        }
    html = site.templates.get_template(template).render({**frame, **context})
    return HTMLResponse(html, status)


def _menu(company: Company, at: datetime) -> list[dict[str, str]]:
    entries = [("privacy", "Privacy"), ("choices", "Choices"), ("held", "What you hold about me")]
    entries.append(("you", "Your addresses and receipts"))
    version = company.policy.at(today(company, at))
    if version is not None and company.policy.forms_of(version, today(company, at)) is not None:
        entries.append(("forms", "Forms"))
    return [{"key": k, "label": label, "href": f"/{company.name}/{k}"} for k, label in entries]


def origin(document: Document) -> str | None:
    """What a version says of itself as a reconstruction: it stands at the foot of all pages it speaks on."""
    for part in document.parts:
        if isinstance(part, Prose) and "reconstruction" in part.text:
            paragraph = next(p for p in part.text.split("\n\n") if "reconstruction" in p)
            return " ".join(paragraph.replace("*", "").split())
    return None


def version_link(document: Document) -> dict[str, str]:
    """A version as pages refer to it."""
    name, _, date = document.id.partition("/")
    return {"since": day(document.in_force), "href": f"/{name}/privacy/{date}"}
