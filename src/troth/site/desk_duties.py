"""The desk's page of duties: each with its figure, whether it is kept, and what an operator notes as done."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from itertools import groupby
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from troth.access import Visitor
from troth.company import Company
from troth.duties import VERDICTS, Ground, Standing, in_force, is_by_hand, note_done, standing
from troth.page.phrases import capital
from troth.refusal import Refused
from troth.site import visit
from troth.site.body import Form
from troth.site.cite import address_of
from troth.site.desk_signin import NAV, operator_of
from troth.site.trial import look_at
from troth.site.when import today

BADGES = {"kept": "yes", "not kept": "no", "needs somebody": "part", "not measured": ""}
KINDS = {
    "version": "The policy",
    "house": "The house rules",
    "law": "The law",
    "contract": "A contract",
}


def show(request: Request) -> Response:
    """Every duty in force, measured now."""
    found = operator_of(request)
    if found is None:
        return RedirectResponse("/desk/sign-in", 303)
    return _page(request, *found)


def take(request: Request, form: Form) -> Response:
    """An operator notes that a duty was done."""
    found = operator_of(request)
    if found is None:
        return RedirectResponse("/desk/sign-in", 303)
    visit.must_be_ours(request, form, "desk duties", visit.DESK_COOKIE)
    company, operator = found
    at, wanted = visit.site_of(request).now(), form.one("duty")
    binding = next(
        (b for b in in_force(company.policy, today(company, at)) if b.id == wanted), None
    )
    if binding is None:
        return _page(request, *found, problem="There is no such duty in force.", status=422)
    try:
        with company.writing() as session:
            note_done(session, company.policy, binding, operator.name, form.one("note"), at)
    except Refused as error:
        return _page(request, *found, problem=error.message, status=422)
    return RedirectResponse(f"/desk/duties#{_anchor(wanted)}", 303)


def measured(request: Request, company: Company, at: datetime) -> tuple[Standing, ...]:
    """The duties with their figures; the own pages are looked at once a day."""
    looks, key = visit.site_of(request).looks, (company.name, today(company, at))
    if key not in looks:
        looks.clear()
        looks[key] = look_at(company, at)
    with company.reading() as session:
        ground = Ground(company, session, at, company.house.lock, looks[key])
        return standing(ground)


def _page(
    request: Request,
    company: Company,
    operator: Visitor,
    problem: str = "",
    status: int = 200,
) -> Response:
    listed = measured(request, company, visit.site_of(request).now())
    counted = Counter(one.figure.verdict for one in listed)
    return visit.page(
        request,
        "desk_duties.html",
        status=status,
        title=f"Duties · {company.title}",
        here="duties",
        nav=NAV,
        firm=company.title,
        operator=operator.name,
        action="/desk/duties",
        token=visit.form_token(request, "desk duties", visit.DESK_COOKIE),
        counted=[(verdict, counted[verdict]) for verdict in VERDICTS],
        texts=[_text(company, text, list(some)) for text, some in groupby(listed, _of)],
        problem=problem,
    )


def _of(one: Standing) -> str:
    return one.binding.text.id


def _anchor(id: str) -> str:
    """A full id as a place of the page: two texts may each have a duty of the same name."""
    return id.replace("/", "-").replace("#", "-")


def _text(company: Company, text: str, listed: list[Standing]) -> dict[str, Any]:
    kind = listed[0].binding.text.kind
    return {
        "id": _anchor(text),
        "heading": f"{KINDS[kind]}: {text}",
        "duties": [_shown(company, one) for one in listed],
    }


def _shown(company: Company, one: Standing) -> dict[str, Any]:
    figure = one.figure
    return {
        "clause": {"id": one.id, "href": address_of(one.id)},
        "anchor": _anchor(one.id),
        "sentence": one.sentence,
        "keeper": one.keeper,
        "effort": one.effort,
        "said": capital(figure.said),
        "verdict": figure.verdict,
        "badge": BADGES[figure.verdict],
        "remedy": capital(figure.remedy),
        "by_hand": is_by_hand(company.policy, one.binding),
    }
