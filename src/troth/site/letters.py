"""The desk's letters: an operator types in what came by post, mail or telephone, and the choice it holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from troth.access import Visitor
from troth.company import Company
from troth.facts.calendar import start_of
from troth.page.outline import day
from troth.page.phrases import capital
from troth.people.identifiers import find
from troth.people.problems import Conflict, Unknown, must_know_people
from troth.refusal import Refused
from troth.site import visit
from troth.site.body import Form
from troth.site.cite import all_cited
from troth.site.desk_signin import NAV, operator_of
from troth.site.forms import Field, Opened, declared, opened
from troth.site.gist import phrase
from troth.site.given import Typed, typed, undeclared
from troth.site.intake import ADDRESSES, Kept, Sender, keep
from troth.site.problems import Problem
from troth.site.register import UNDECLARED, fields_shown, offers_shown
from troth.site.when import in_force, today

SIGN_IN = "/desk/sign-in"
OWN = ("received", "way", "whose")  # what the desk asks beside the declared fields
SEVERAL = "Several people have this; name the one by number."
NOBODY = "Nobody is known by this. Leave it empty, and the sender is entered as somebody new."


def show(request: Request) -> Response:
    """The form for a letter of the operator's company."""
    signed_in = operator_of(request)
    if signed_in is None:
        return RedirectResponse(SIGN_IN, 303)
    company, operator = signed_in
    found = _opened(company, request)
    return _page(request, company, operator, found, Typed(), dict.fromkeys(OWN, ""))


def take(request: Request, form: Form) -> Response:
    """Keep what the letter says, as of the day it came."""
    signed_in = operator_of(request)
    if signed_in is None:
        return RedirectResponse(SIGN_IN, 303)
    visit.must_be_ours(request, form, "letter", visit.DESK_COOKIE)
    company, operator = signed_in
    found = _opened(company, request)
    offers = [choice.name for choice in found.offers]
    asked = (*found.fields, *(Field(name, name, name, "", False) for name in OWN))
    if undeclared(form, asked, offers):
        raise Problem(422, UNDECLARED)
    given, said = typed(form, found.fields, offers), {name: form.one(name)[:300] for name in OWN}
    at = visit.site_of(request).now()
    received = _received(company, said["received"], today(company, at), given)
    if said["way"] not in found.form.ways:
        given.problems["way"] = "Say by which way it came."
    if not given.ticked:
        given.problems["choices"] = "Mark what the letter refuses."
    person = _whose(company, found, given, said["whose"])
    if given.problems or received is None:
        return _page(request, company, operator, found, given, said, 422)
    version = company.policy.at(received) or found.version
    sender = Sender(
        at,
        person,
        way=said["way"],
        by=operator.name or "operator",
        said_at=min(start_of(received, company.zone), at),
        mails=visit.site_of(request).mail,
    )
    try:
        kept = keep(replace(found, version=version), given, sender)
    except (Conflict, Refused) as error:
        return _refused(request, company, operator, found, given, said, error)
    done = _done(company, found, given, kept, received, said["way"], operator)
    return _page(request, company, operator, found, Typed(), dict.fromkeys(OWN, ""), done=done)


def _opened(company: Company, request: Request) -> Opened:
    at = visit.site_of(request).now()
    version = in_force(company, at)
    forms = declared(company, version, at, desk=True)
    found = opened(company, version, forms[0].name, at) if forms else None
    if found is None:
        raise Problem(404, "No form for letters is declared under this version.")
    return found


# -- what the desk asks ----------------------------------------------------------------------------


def _received(company: Company, said: str, now: date, given: Typed) -> date | None:
    """The day it came: of the calendar, not still to come, and not before the first version."""
    first = company.policy.versions[0].in_force
    try:
        day = date.fromisoformat(said)
    except ValueError:
        given.problems["received"] = "Write the day it came as 2015-03-02."
        return None
    if day > now:
        given.problems["received"] = "This day is still to come."
    elif first is not None and day < first:
        given.problems["received"] = "No version of the policy was in force on that day."
    return day


def _whose(company: Company, found: Opened, given: Typed, said: str) -> int | None:
    """Who wrote it: named by the operator, or found by an address in the letter. None: somebody new."""
    with company.reading() as session:
        try:
            if said:
                if not (said.isdecimal() and len(said) < 10):
                    return company.person(session, said)
                must_know_people(session, (int(said),))
                return int(said)
            words = {f.word: given.kept[f.name] for f in found.fields if f.name in given.kept}
            for kind in ADDRESSES:
                known = find(session, company.key, kind, words[kind]) if kind in words else None
                if known is not None:
                    return known
        except Conflict:
            given.problems["whose"] = SEVERAL
        except (Refused, Unknown):
            given.problems["whose"] = NOBODY
    return None


# -- showing ---------------------------------------------------------------------------------------


def _page(
    request: Request,
    company: Company,
    operator: Visitor,
    found: Opened,
    given: Typed,
    said: dict[str, str],
    status: int = 200,
    **more: Any,
) -> Response:
    labels = {"received": "Received on", "way": "By", "whose": "Whose it is", "choices": "Refused"}
    labels |= {field.name: field.label for field in found.fields}
    context = {
        "title": f"{found.form.phrase} · {company.title}",
        "here": "letters",
        "nav": [
            *NAV,
            {"key": "privacy", "label": company.title, "href": f"/{company.name}/privacy"},
        ],
        "heading": found.form.phrase,
        "firm": company.title,
        "intro": found.intro,
        "action": "/desk/letters",
        "token": visit.form_token(request, "letter", visit.DESK_COOKIE),
        "leave": {
            "action": "/desk/sign-out",
            "token": visit.form_token(request, "desk sign-out", visit.DESK_COOKIE),
        },
        "person": f"{operator.name} for {company.title}",
        "said": {**said, "way": said["way"] or found.form.ways[0]},
        "wrong": given.problems,
        "today": today(company, visit.site_of(request).now()).isoformat(),
        "ways": [(way, phrase(company, "way", way)) for way in found.form.ways],
        "fields": [
            {**field, "label": capital(field["label"].removeprefix("Your ")), "uses": ()}
            for field in fields_shown(found.fields, given)
        ],
        "offers": offers_shown(found, given),
        "problems": [(name, labels.get(name, ""), text) for name, text in given.problems.items()],
    }
    return visit.page(request, "letter.html", status=status, **{**context, **more})


def _refused(
    request: Request,
    company: Company,
    operator: Visitor,
    found: Opened,
    given: Typed,
    said: dict[str, str],
    error: Conflict | Refused,
) -> Response:
    clauses = all_cited(company, error.clauses) if isinstance(error, Refused) else []
    detail = error.message if isinstance(error, Refused) else "This address is of somebody else."
    refused = {"detail": detail, "clauses": clauses}
    return _page(request, company, operator, found, given, said, 422, refused=refused)


def _done(
    company: Company,
    found: Opened,
    given: Typed,
    kept: Kept,
    received: date,
    way: str,
    operator: Visitor,
) -> dict[str, Any]:
    return {
        "person": kept.person,
        "choices": [c.phrase for c in found.offers if c.name in given.ticked],
        "received": day(received),
        "way": phrase(company, "way", way),
        "by": operator.name,
        "matter": kept.matter,
        "mailed": kept.mailed,
    }
