"""The forms at which people give data: shown from the version in force, kept by the gate or refused whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from troth import access
from troth.access import Visitor
from troth.company import Company
from troth.gate import Given
from troth.language.model import Document
from troth.people.attributes import set_value
from troth.people.identifiers import Kind, find
from troth.people.people import add_person, identify
from troth.people.problems import Conflict
from troth.refusal import Refused
from troth.site import visit
from troth.site.body import Form
from troth.site.cite import all_cited, to_her
from troth.site.codes import new_code, set_access_code
from troth.site.forms import Field, FormKind, fields_of, forms_of, notice_of, place_of
from troth.site.given import Typed, typed
from troth.site.problems import Problem, refused
from troth.site.when import in_force
from troth.store import Session

LOCAL = ("127.0.0.1", "localhost", "[::1]")
ADDRESSES: tuple[Kind, ...] = ("email", "phone")
KNOWN = (
    "This address is registered already. Sign in with it first, and what you give here is added "
    "to what is held."
)


@dataclass(frozen=True)
class Opened:
    """A form as it stands open before somebody: whose, under which version, with which fields."""

    company: Company
    kind: FormKind
    version: Document
    place: str
    fields: list[Field]


def show(request: Request) -> Response:
    """The form of the version in force."""
    company = visit.company_of(request)
    opened = _opened(request, in_force(company, visit.site_of(request).now()))
    return _form(request, opened, visit.person_of(request, company), Typed())


def take(request: Request, form: Form) -> Response:
    """What was sent, under the version whose notice stood over the form."""
    company = visit.company_of(request)
    visit.must_be_ours(request, form, f"{company.name} {request.path_params['form']}")
    opened = _opened(request, _version_shown(request, form))
    visitor = visit.person_of(request, company)
    found = typed(form, opened.fields)
    if found.problems:
        return _form(request, opened, visitor, found, status=422)
    try:
        code, token = _keep(request, opened, visitor, found)
    except Conflict:
        found.problems["email"] = KNOWN
        return _form(request, opened, visitor, found, status=409)
    except Refused as error:
        return _refused(request, opened, visitor, found, error)
    return _thanks(request, opened, found, code, token)


def _opened(request: Request, version: Document) -> Opened:
    company = visit.company_of(request)
    key = request.path_params["form"]
    kind = next((form for form in forms_of(company, version) if form.key == key), None)
    if kind is None:
        raise Problem(404)
    place = place_of(company, version, kind)
    return Opened(company, kind, version, place, fields_of(company, version, place))


def _version_shown(request: Request, form: Form) -> Document:
    """The notice token decides the version given under, not the clock (Meaning, point 7)."""
    company = visit.company_of(request)
    site = visit.site_of(request)
    said = site.seal.read(form.one("notice"), site.now())
    for version in company.policy.versions:
        if said == ("notice", request.path_params["form"], version.id):
            return version
    raise Problem(403, "The notice of this form is too old or not ours; open the form again.")


# -- keeping ---------------------------------------------------------------------------------------


def _keep(
    request: Request, opened: Opened, visitor: Visitor | None, found: Typed
) -> tuple[str, str]:
    """Keep all of it in one transaction, or nothing: her access code and her session."""
    company, at = opened.company, visit.site_of(request).now()
    values = dict(found.kept)
    country = values.pop("country", "")
    with company.writing() as session:
        person, code = _giver(session, company, visitor, values, request)
        if country:
            set_value(session, "person", person, "country", country, at)
        given = Given(
            opened.place,
            values,
            (person,),
            version=opened.version.id,
            host=host_of(request, opened.version),
        )
        company.keep(session, given, at)
        token = "" if visitor else access.start_for_person(session, person, at=at)
    return code, token


def _giver(
    session: Session,
    company: Company,
    visitor: Visitor | None,
    values: dict[str, str],
    request: Request,
) -> tuple[int, str]:
    """Who gives it, and the access code of somebody new. An address of somebody else's is a Conflict:
    without her code nobody adds to what is held about her."""
    at = visit.site_of(request).now()
    addresses: dict[Kind, str] = {kind: values[kind] for kind in ADDRESSES if kind in values}
    if visitor is not None and visitor.person is not None:
        for kind, value in addresses.items():
            identify(session, company.key, visitor.person, kind, value, at)
        return visitor.person, ""
    if "email" in addresses and find(session, company.key, "email", addresses["email"]):
        raise Conflict(KNOWN)
    person, code = add_person(session, company.key, at, addresses), new_code()
    set_access_code(session, company.key, person, code, at)
    return person, code


def host_of(request: Request, version: Document) -> str:
    """The host the form is on. On this very machine it stands for the policy's first covered host."""
    host = request.headers.get("host", "")
    name = host if host in LOCAL else host.rpartition(":")[0] or host
    covered = [entry.split(" from ")[0].strip() for entry in version.listed("covers")]
    hosts = [entry for entry in covered if "." in entry]
    return hosts[0] if name in LOCAL and hosts else name


# -- showing ---------------------------------------------------------------------------------------


def _form(
    request: Request,
    opened: Opened,
    visitor: Visitor | None,
    found: Typed,
    status: int = 200,
    **more: Any,
) -> Response:
    company, kind = opened.company, opened.kind
    site = visit.site_of(request)
    labels = {field.name: field.label for field in opened.fields}
    shown = {
        "heading": kind.heading,
        "intro": kind.intro,
        "action": f"/{company.name}/{kind.key}",
        "token": visit.form_token(request, f"{company.name} {kind.key}"),
        "notice_token": site.seal.make("notice", kind.key, opened.version.id, at=site.now()),
        "version": visit.version_link(opened.version),
        "notice": notice_of(company, opened.version, opened.place, opened.fields),
        "fields": [_shown(field, found) for field in opened.fields],
        "problems": [f"{labels[name]}: {said}" for name, said in found.problems.items()],
        "submit": kind.submit,
    }
    context = {"title": kind.heading, "here": kind.key, **shown, **more}
    return visit.page(request, "register.html", company, status, visitor, **context)


def _shown(field: Field, found: Typed) -> dict[str, Any]:
    return {
        **{name: getattr(field, name) for name in Field.__dataclass_fields__},
        "value": found.values.get(field.name, ""),
        "problem": found.problems.get(field.name, ""),
    }


def _refused(
    request: Request, opened: Opened, visitor: Visitor | None, found: Typed, error: Refused
) -> Response:
    """The form again, with the clauses that refuse and what would help; what was typed is kept."""
    said = {
        "detail": "The policy does not allow us to take this here."
        if error.clauses
        else error.message,
        "code": error.code,
        "clauses": all_cited(opened.company, error.clauses),
        "would_allow": [to_her(opened.company, way) for way in error.would_allow],
    }
    status = refused(error).status
    return _form(request, opened, visitor, found, status, refused=said)


def _thanks(request: Request, opened: Opened, found: Typed, code: str, token: str) -> Response:
    company = opened.company
    labels = {field.name: field.label for field in opened.fields}
    listed = dict(next(f for f in opened.fields if f.name == "country").options)
    given = [
        {"label": labels[name], "value": listed[value] if name == "country" else value}
        for name, value in found.kept.items()
    ]
    response = visit.page(
        request,
        "thanks.html",
        company,
        title=opened.kind.done,
        heading=opened.kind.done,
        message="What you gave is held under the words you saw, and under no wider ones without you.",
        code=code,
        given=given,
        version=visit.version_link(opened.version),
        links=[
            {"label": "What you hold about me", "href": f"/{company.name}/held"},
            {"label": "Your choices", "href": f"/{company.name}/choices"},
        ],
    )
    if token:
        visit.keep_signed_in(response, request, visit.COOKIE, token, f"/{company.name}")
    return response
