"""What everyone may read: the companies, their policies in every version, what changed, and the laws."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from troth.company import Company
from troth.language.model import Document
from troth.page import article, difference, difference_article
from troth.page.outline import address, day
from troth.refusal import TITLES
from troth.site.forms import declared
from troth.site.problems import Problem
from troth.site.visit import company_of, origin, page, site_of
from troth.site.when import in_force, today

OPEN = "public, max-age=300"


def home(request: Request) -> Response:
    """All companies."""
    site = site_of(request)
    listed = []
    for company in site.house.companies():
        version = company.policy.at(today(company, site.now()))
        if version is None:  # its first version is still to come, or its last has ended
            continue
        hosts = ", ".join(h for h in version.covered(today(company, site.now())) if "." in h)
        listed.append(
            {
                "name": company.name,
                "display": company.title,
                "since": day(version.in_force),
                "versions": len(company.policy.versions),
                "covers": hosts,
                "forms": [
                    {"label": form.phrase, "href": f"/{company.name}/{form.name}"}
                    for form in declared(company, version, site.now())
                ],
            }
        )
    note = origin_of_all(site.house.companies())
    return _open(page(request, "home.html", title="Companies", companies=listed, footnote=note))


def icon(request: Request) -> Response:  # noqa: ARG001
    """The icon, for whoever looks where icons were of old."""
    return RedirectResponse("/static/favicon.svg", 301)


def origin_of_all(companies: tuple[Company, ...]) -> str | None:
    if any(origin(c.policy.versions[-1]) for c in companies):
        return (
            "The policies are reconstructions in our own words of archived texts; "
            "none is published or endorsed by the company it names."
        )
    return None


def privacy(request: Request) -> Response:
    """The version in force; or, of the day that is asked for (`?on=2012-05-01`), the one in force then."""
    company = company_of(request)
    if "on" in request.query_params:
        return RedirectResponse(address(_on(company, request.query_params["on"])), 303)
    return _version(request, company, in_force(company, site_of(request).now()))


def version(request: Request) -> Response:
    """One version by its date, or the plain difference of two (`2003-06-05..2014-11-21`)."""
    company = company_of(request)
    first, between, second = request.path_params["date"].partition("..")
    old = _dated(company, first)
    if not between:
        return _version(request, company, old)
    new = _dated(company, second)
    title = f"What changed on {day(new.in_force)}"
    body = _difference(company, old.id, new.id)
    return _open(page(request, "policy.html", company, title=title, here="privacy", body=body))


def law(request: Request) -> Response:
    """A law the policies lean on, as it was read."""
    name = f"law/{request.path_params['name']}"
    for company in site_of(request).house.companies():
        for text in company.policy.laws:
            if text.id == name:
                body = article(text, company.policy.words)
                note = "A reading in our own words; this is not legal advice."
                title = text.setting("law", name)
                return _open(page(request, "policy.html", title=title, body=body, footnote=note))
    raise Problem(404)


def notice(request: Request) -> Response:
    """A form's notice."""
    company = company_of(request)
    name = f"{company.name}/notices/{request.path_params['name']}"
    text = next((n for n in company.policy.notices if n.id == name), None)
    if text is None:
        raise Problem(404)
    body = article(text, company.policy.words)
    return _open(page(request, "policy.html", company, title="Notice", body=body))


def problems(request: Request) -> Response:
    """What the codes of the API's problems mean."""
    rows = Markup("").join(
        Markup('<div id="{0}"><dt>{0}</dt><dd>{1}</dd></div>').format(code, title)
        for code, title in TITLES.items()
    )
    body = Markup(
        '<header class="lead"><h1>Problems</h1><p class="intro">What an answer of the API means when '
        'it is no.</p></header><dl class="words">{}</dl>'
    ).format(rows)
    return _open(page(request, "policy.html", title="Problems", body=body))


def _version(request: Request, company: Company, document: Document) -> Response:
    current = in_force(company, site_of(request).now())
    body = _article(company, document.id, current.id)
    title = f"Privacy, {day(document.in_force)}"
    return _open(page(request, "policy.html", company, title=title, here="privacy", body=body))


def _on(company: Company, written: str) -> Document:
    """The version in force on a day."""
    try:
        found = company.policy.at(date.fromisoformat(written))
    except ValueError:
        raise Problem(422, "Write the day as 2012-05-01.") from None
    if found is None:
        raise Problem(404, "No version of this policy was in force on that day.")
    return found


def _dated(company: Company, date: str) -> Document:
    try:
        return company.policy.version(date)
    except KeyError:
        raise Problem(404, "There is no version of that date; the policy lists all.") from None


@lru_cache(maxsize=256)
def _article(company: Company, document: str, current: str) -> Markup:
    versions = {v.id: v for v in company.policy.versions}
    words = company.policy.words
    return article(versions[document], words, company.policy.versions, versions[current])


@lru_cache(maxsize=256)
def _difference(company: Company, old: str, new: str) -> Markup:
    versions = {v.id: v for v in company.policy.versions}
    before, after = versions[old], versions[new]
    return difference_article(
        difference(before, after, company.policy.words), _earlier(company, before, after)
    )


def _earlier(
    company: Company, before: Document, after: Document
) -> list[tuple[str, tuple[tuple[str, str], ...]]]:
    """What the later version does to what was given under the earlier one; nothing when read backwards."""
    if str(before.in_force) >= str(after.in_force):
        return []
    from troth.change import compare, consequences  # loaded for the first difference that is read
    from troth.prove import Prover

    prover = Prover(company.policy)
    found = consequences(compare(prover, before, after), prover.words)
    return [(one.title, one.clauses) for one in found]


def _open(response: Response) -> Response:
    """Anybody's to keep for a while: it names nobody and sets no cookie."""
    response.headers["cache-control"] = OPEN
    return response
