"""The forms at which people give data: shown as declared, kept by the gate or refused whole."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from troth.access import Visitor
from troth.language.model import Document
from troth.people.problems import Conflict
from troth.refusal import Refused
from troth.site import embed, visit
from troth.site.body import ELSEWHERE, Form, from_here
from troth.site.cite import all_cited, to_her
from troth.site.forms import COUNTRY, Field, Opened, declared, opened
from troth.site.gist import effect, phrase
from troth.site.given import SAYS, Typed, typed, undeclared
from troth.site.intake import KNOWN, Kept, Sender, keep
from troth.site.notice import notice_of
from troth.site.problems import Problem, refused
from troth.site.signals import said_by
from troth.site.when import in_force

LOCAL = ("127.0.0.1", "localhost", "[::1]")
UNDECLARED = (
    "Something was sent that this form does not ask for. Nothing was saved; open the form again and "
    "fill in what it asks for."
)
TOO_OLD = "The notice of this form is too old or not ours; open the form again."


def all_forms(request: Request) -> Response:
    """Every form of the version in force."""
    company = visit.company_of(request)
    at = visit.site_of(request).now()
    version = in_force(company, at)
    return visit.page(
        request,
        "forms.html",
        company,
        visitor=visit.person_of(request, company),
        title="Forms",
        here="forms",
        version=visit.version_link(version),
        forms=[
            {
                "name": each.form.name,
                "href": f"/{company.name}/{each.form.name}",
                "heading": each.form.phrase,
                "intro": each.intro,
                "place": phrase(company, "place", each.form.place),
                "fields": [field.label for field in each.fields],
            }
            for form in declared(company, version, at)
            if (each := opened(company, version, form.name, at)) is not None
        ],
    )


def show(request: Request) -> Response:
    """The form of the version in force."""
    company = visit.company_of(request)
    found = _opened(request, in_force(company, visit.site_of(request).now()))
    return _form(request, found, visit.person_of(request, company), Typed())


def snippet(request: Request) -> Response:
    """The form as plain HTML for a page of the company's own site."""
    company = visit.company_of(request)
    at = visit.site_of(request).now()
    found = _opened(request, in_force(company, at))
    return visit.page(
        request,
        "embed.html",
        company,
        title=f"{found.form.phrase}: for your own page",
        here="forms",
        heading=found.form.phrase,
        hosts=embed.hosts(company, found.version, at),
        snippet=embed.snippet(visit.site_of(request).templates, found, str(request.base_url)),
        script=embed.script(str(request.base_url)),
        back=f"/{company.name}/{found.form.name}",
    )


def take(request: Request, form: Form) -> Response:
    """What was sent, under the version whose notice stood over the form."""
    company, site = visit.company_of(request), visit.site_of(request)
    name = request.path_params["form"]
    if from_here(request):
        visit.must_be_ours(request, form, f"{company.name} {name}")
        found, host = _opened(request, _version_shown(request, form)), None
        visitor = visit.person_of(request, company)
    else:
        found = _opened(request, in_force(company, site.now()))
        host, visitor = embed.host_of(request, company, found.version, site.now()), None
        if not host:
            raise Problem(403, ELSEWHERE)
    answer = _taken(request, found, visitor, form, host)
    return embed.allow(answer, request) if host else answer


def _taken(
    request: Request, found: Opened, visitor: Visitor | None, form: Form, host: str | None
) -> Response:
    offers = [choice.name for choice in found.offers]
    if undeclared(form, found.fields, offers):
        raise Problem(422, UNDECLARED)
    given = typed(form, found.fields, offers)
    if host and form.one("notice") != embed.mark(found):
        return _wrong(request, found, visitor, given, 409, embed.CHANGED)
    if given.problems:
        return _wrong(request, found, visitor, given, 422)
    person = visitor.person if visitor else None
    host = host or _host(request, found.version)
    try:
        site, signals = visit.site_of(request), said_by(request)
        kept = keep(
            found, given, Sender(site.now(), person, host, signals=signals, mails=site.mail)
        )
    except Conflict:
        given.problems["email"] = KNOWN
        return _wrong(request, found, visitor, given, 409)
    except Refused as error:
        return _refused(request, found, visitor, given, error)
    return _thanks(request, found, given, kept)


def _opened(request: Request, version: Document) -> Opened:
    """A form of the site; those an operator types in stand at the desk alone."""
    company, at = visit.company_of(request), visit.site_of(request).now()
    found = opened(company, version, request.path_params["form"], at)
    if found is None or found.form.ways:
        raise Problem(404)
    return found


def _version_shown(request: Request, form: Form) -> Document:
    """The notice token decides the version given under, not the clock (Meaning, point 7)."""
    company = visit.company_of(request)
    site = visit.site_of(request)
    said = site.seal.read(form.one("notice"), site.now())
    for version in company.policy.versions:
        if said == ("notice", request.path_params["form"], version.id):
            return version
    raise Problem(403, TOO_OLD)


def _host(request: Request, version: Document) -> str:
    """The host the form is on. On this very machine it stands for the policy's first covered host."""
    host = request.headers.get("host", "")
    name = host if host in LOCAL else host.rpartition(":")[0] or host
    hosts = [entry for entry in version.covered() if "." in entry]
    return hosts[0] if name in LOCAL and hosts else name


# -- showing ---------------------------------------------------------------------------------------


def _form(
    request: Request,
    found: Opened,
    visitor: Visitor | None,
    given: Typed,
    status: int = 200,
    **more: Any,
) -> Response:
    company, form = found.company, found.form
    site = visit.site_of(request)
    labels = {field.name: field.label for field in found.fields}
    context = {
        "title": form.phrase,
        "here": "forms",
        "heading": form.phrase,
        "intro": found.intro,
        "action": f"/{company.name}/{form.name}",
        "token": visit.form_token(request, f"{company.name} {form.name}"),
        "notice_token": site.seal.make("notice", form.name, found.version.id, at=site.now()),
        "version": visit.version_link(found.version),
        "notice": notice_of(found),
        "fields": fields_shown(found.fields, given),
        "offers": offers_shown(found, given),
        "problems": [(name, labels.get(name, ""), said) for name, said in given.problems.items()],
        "submit": form.button or "Send",
        "embedded": f"/{company.name}/{form.name}/embed",
    }
    return visit.page(request, "register.html", company, status, visitor, **{**context, **more})


def fields_shown(fields: tuple[Field, ...], given: Typed) -> list[dict[str, Any]]:
    """Fields as the templates take them, with what was typed and what is wrong with it."""
    return [
        {
            **{name: getattr(field, name) for name in Field.__dataclass_fields__},
            "value": given.values.get(field.name, ""),
            "problem": given.problems.get(field.name, ""),
        }
        for field in fields
    ]


def offers_shown(found: Opened, given: Typed) -> list[dict[str, Any]]:
    """The choices that may be ticked, with what each stops or allows."""
    house = [found.company.policy.house] if found.company.policy.house else []
    return [
        {
            "name": f"{SAYS}{choice.name}",
            "label": choice.phrase,
            "effect": effect(found.company, choice, [found.version, *house]),
            "checked": choice.name in given.ticked,
        }
        for choice in found.offers
    ]


def _wrong(
    request: Request,
    found: Opened,
    visitor: Visitor | None,
    given: Typed,
    status: int,
    detail: str = "",
) -> Response:
    """The form again, with what is wrong beside each field; what was typed is kept."""
    if embed.wants_json(request):
        said = {"detail": detail or "Nothing was saved.", "problems": given.problems}
        return JSONResponse(said, status)
    return _form(request, found, visitor, given, status, detail=detail)


def _refused(
    request: Request, found: Opened, visitor: Visitor | None, given: Typed, error: Refused
) -> Response:
    """The form again, with the clauses that refuse and what would help; what was typed is kept."""
    said = {
        "detail": "The policy does not allow us to take this here."
        if error.clauses
        else error.message,
        "code": error.code,
        "clauses": all_cited(found.company, error.clauses),
        "would_allow": [to_her(found.company, way) for way in error.would_allow],
    }
    status = refused(error).status
    if embed.wants_json(request):
        return JSONResponse({"detail": said["detail"], "code": error.code, "problems": {}}, status)
    return _form(request, found, visitor, given, status, refused=said)


def _thanks(request: Request, found: Opened, given: Typed, kept: Kept) -> Response:
    company, heading = found.company, found.form.thanks or "Thank you"
    kind, _, number = kept.matter.partition(":")
    matter = {"kind": phrase(company, "matter", kind), "number": number} if number else None
    if embed.wants_json(request):
        return JSONResponse({"heading": heading, "matter": matter, "mailed": bool(kept.mailed)})
    response = visit.page(
        request,
        "thanks.html",
        company,
        title=heading,
        here="forms",
        heading=heading,
        message="What you gave is held under the words you saw, and under no wider ones without you.",
        matter=matter,
        code=kept.code,
        mailed=kept.mailed,
        receipts=kept.receipts,
        given=[
            _line(field, given.kept[field.name])
            for field in found.fields
            if field.name in given.kept
        ],
        ticked=[choice.phrase for choice in found.offers if choice.name in given.ticked],
        version=visit.version_link(found.version),
        links=[
            {"label": "What you hold about me", "href": f"/{company.name}/held"},
            {"label": "Your choices", "href": f"/{company.name}/choices"},
        ],
    )
    if kept.token:
        visit.keep_signed_in(response, request, visit.COOKIE, kept.token, f"/{company.name}")
    return response


def _line(field: Field, value: str) -> dict[str, str]:
    said = dict(field.options).get(value, value) if field.name == COUNTRY else value
    return {"label": field.label, "value": said}
