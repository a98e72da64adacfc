"""The desk's page of what was only observed: what enforcing would change, counted, with nobody named."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from troth.company import Company
from troth.gate import Counts, Report, report
from troth.page.phrases import capital
from troth.site import visit
from troth.site.cite import Cited, cited
from troth.site.desk_signin import NAV, operator_of
from troth.site.gist import phrase
from troth.site.when import day_said

MOST = 40  # rows of a table


def show(request: Request) -> Response:
    """The page of the company whose operator is signed in."""
    found = operator_of(request)
    if found is None:
        return RedirectResponse("/desk/sign-in", 303)
    company, operator = found
    with company.reading() as session:
        counted = report(session)
    return visit.page(
        request,
        "observed.html",
        title=f"Observed · {company.title}",
        here="observed",
        nav=NAV,
        firm=company.title,
        person=operator.name,
        observing=company.house.observe,
        answers=counted.answers,
        observed=counted.observed,
        between=_between(company, counted),
        tables=_tables(company, counted),
    )


def _between(company: Company, counted: Report) -> str:
    if counted.first is None or counted.last is None:
        return ""
    return f"{day_said(company, counted.first)} to {day_said(company, counted.last)}"


def _tables(company: Company, counted: Report) -> list[dict[str, Any]]:
    known = {said: _clause(company, said) for said, _ in counted.clauses[:MOST]}
    return [
        _table("actions", "What would have been refused", counted.actions, capital),
        _table("purposes", "For which purpose", counted.purposes, partial(_purpose, company)),
        _table("clauses", "By which words of the policy", counted.clauses[:MOST], str, known),
        _table("months", "When", counted.months, str),
    ]


def _table(
    name: str,
    heading: str,
    counts: Counts,
    called: Callable[[str], str],
    known: Mapping[str, Cited | None] | None = None,
) -> dict[str, Any]:
    rows = []
    for said, count in counts:
        clause = (known or {}).get(said)
        shown = clause["sentence"] if clause else called(said)
        rows.append({"said": shown, "clause": clause, "count": count})
    return {"id": name, "heading": heading, "rows": rows}


def _purpose(company: Company, said: str) -> str:
    known = ("purpose", said) in company.policy.words
    return capital(phrase(company, "purpose", said)) if known else capital(said)


def _clause(company: Company, said: str) -> Cited | None:
    return cited(company, said) if "#" in said else None
