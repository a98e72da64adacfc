"""The desk's page of duties: each with its figure, whether it is kept, and what an operator notes as done."""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from typing import Any

from starlette.responses import RedirectResponse, Response

from troth.company import Company
from troth.duties import VERDICTS, Ground, Standing, in_force, is_by_hand, note_done, standing
from troth.page.phrases import capital
from troth.site import visit
from troth.site.body import Form
from troth.site.cite import address_of
from troth.site.desk_page import DeskPage, Sitting, Wrong
from troth.site.trial import look_at
from troth.site.when import today
from troth.store import Session

BADGES = {"kept": "yes", "not kept": "no", "needs somebody": "part", "not measured": ""}
KINDS = {
    "version": "The policy",
    "house": "The house rules",
    "law": "The law",
    "contract": "A contract",
}


def _does(sitting: Sitting, session: Session, form: Form) -> Response:
    """An operator notes that a duty was done."""
    policy, wanted = sitting.company.policy, form.one("duty")
    duties = in_force(policy, today(sitting.company, sitting.at))
    binding = next((one for one in duties if one.id == wanted), None)
    if binding is None:
        raise Wrong("there is no such duty in force")
    note_done(session, policy, binding, sitting.operator.name, form.one("note"), sitting.at)
    return RedirectResponse(f"/desk/duties#{_anchor(wanted)}", 303)


def _shows(sitting: Sitting, session: Session) -> dict[str, Any]:
    company = sitting.company
    listed = measured(sitting, session)
    counted = Counter(one.figure.verdict for one in listed)
    return {
        "counted": [(verdict, counted[verdict]) for verdict in VERDICTS],
        "texts": [_text(company, text, list(some)) for text, some in groupby(listed, _of)],
    }


def measured(sitting: Sitting, session: Session) -> tuple[Standing, ...]:
    """The duties with their figures; the own pages are looked at once a day."""
    company, at = sitting.company, sitting.at
    looks, key = visit.site_of(sitting.request).looks, (company.name, today(company, at))
    if key not in looks:
        looks.clear()
        looks[key] = look_at(company, at)
    return standing(Ground(company, session, at, company.house.lock, looks[key]))


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


PAGE = DeskPage("duties", "Duties", _shows, _does)
