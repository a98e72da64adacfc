"""Choosing: a person says a choice or a consent for some cells, takes it back, or undoes what she just said."""

from __future__ import annotations

from datetime import datetime

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from troth import campaigns, mail
from troth.company import Company
from troth.people import choices as said
from troth.people.choices import Scope
from troth.people.same import same
from troth.site import visit
from troth.site.body import Form
from troth.site.offered import (
    Offered,
    dimensions,
    earlier_versions,
    offered,
    seen,
)
from troth.site.problems import Problem
from troth.site.waiting import answer_clause, behind, waiting_clauses
from troth.site.when import in_force
from troth.store import Session

WAY = "site"


def show(request: Request) -> Response:
    """Every choice with its state; without a person, what could be chosen."""
    company = visit.company_of(request)
    visitor = visit.person_of(request, company)
    person = visitor.person if visitor else None
    at = visit.site_of(request).now()
    with company.reading() as session:
        earlier = earlier_versions(session, person) if person else []
        offers = offered(company, at, earlier)
        listed = [seen(company, o, at, session, person) for o in offers]
        waits = waiting_clauses(company, session, person, at) if person else []
    if waits and person:
        _seen(company, person, at)
    saved = request.query_params.get("saved", "")
    done = next((o.choice for o in offers if o.choice.name == saved), None)
    return visit.page(
        request,
        "choices.html",
        company,
        visitor=visitor,
        title="Your choices",
        here="choices",
        sign_in=f"/{company.name}/sign-in?next=choices",
        action=f"/{company.name}/choices",
        token=visit.form_token(request, "choices") if person else "",
        saved=done.phrase if done else "",
        undo=done.name if done and person else "",
        choices=listed,
        waiting=waits,
        older=behind(waits),
    )


def _seen(company: Company, person: int, at: datetime) -> None:
    """She has before her what a new version would allow: told of it, where telling by the site was promised."""
    version = in_force(company, at).id
    with company.writing() as session:
        for each in same(session, person):
            campaigns.seen(session, each, version, at)


def take(request: Request, form: Form) -> Response:
    """What was ticked is said, what is ticked no more is taken back; or a waiting clause is answered."""
    company = visit.company_of(request)
    visitor = visit.person_of(request, company)
    if visitor is None or visitor.person is None:
        return RedirectResponse(f"/{company.name}/sign-in?next=choices", 303)
    visit.must_be_ours(request, form, "choices")
    site, person, at = visit.site_of(request), visitor.person, visit.site_of(request).now()

    def said_or_answered(session: Session) -> str:
        before, name = mail.last_entry(session), ""
        if form.one("clause"):
            answer_clause(company, session, person, form, at)
        else:
            name = _chosen(company, session, person, form, at)
        if site.mail:
            mail.send_receipts(session, person, before, at)
        return name

    name = company.commit(said_or_answered)
    if not name:
        return RedirectResponse(f"/{company.name}/choices#waiting", 303)
    saved = "" if form.one("undo") else f"?saved={name}"
    return RedirectResponse(f"/{company.name}/choices{saved}#choice-{name}", 303)


def _chosen(company: Company, session: Session, person: int, form: Form, at: datetime) -> str:
    """The choice that was set or undone."""
    offer = _offer(company, session, person, form.one("choice"), at)
    if form.one("undo"):
        _undo(company, session, person, offer, at)
    else:
        _set(company, session, person, offer, form, at)
    return offer.choice.name


def _offer(company: Company, session: Session, person: int, name: str, at: datetime) -> Offered:
    earlier = earlier_versions(session, person)
    found = next((o for o in offered(company, at, earlier) if o.choice.name == name), None)
    if found is None:
        raise Problem(422, "There is no such choice here; open the page again.")
    return found


def _set(
    company: Company, session: Session, person: int, offer: Offered, form: Form, at: datetime
) -> None:
    """Only what changed is said: a cell that stands already keeps its day."""
    every = _every(company, session, offer)
    ticked = {"" if cell == "all" else cell for cell in form.all("cell")}
    if ticked - set(every):
        raise Problem(422, "The choice is not made for that; open the page again.")
    before = _standing(session, person, offer, at)
    _say(company, session, person, offer, [c for c in every if c in ticked - before], True, at)
    if not offer.choice.for_good:
        _say(company, session, person, offer, [c for c in every if c in before - ticked], False, at)


def _undo(company: Company, session: Session, person: int, offer: Offered, at: datetime) -> None:
    """What was said last is turned round."""
    rows = said.history(session, person, offer.choice.name)
    last = [row for row in rows if row.at == rows[-1].at]
    for standing in (True, False):
        cells = [row.cell for row in last if row.standing is not standing]
        if standing or not offer.choice.for_good:
            _say(company, session, person, offer, cells, standing, at)


def _every(company: Company, session: Session, offer: Offered) -> tuple[str, ...]:
    if offer.choice.names:
        return dimensions(company, offer.choice, session)[0]
    return said.cells(offer.choice)


def _standing(session: Session, person: int, offer: Offered, at: datetime) -> set[str]:
    listed = said.standing(session, person, at)
    return {cell for name, cell in listed if name == offer.choice.name}


def _say(
    company: Company,
    session: Session,
    person: int,
    offer: Offered,
    cells: list[str],
    standing: bool,
    at: datetime,
) -> None:
    if not cells:
        return
    choice, text = offer.choice, f"{offer.choice.phrase} ({offer.text.id})"
    if choice.names:  # a consent that names whom it is for: each party is a cell of its own
        for party in cells:
            scope = Scope(party, zone=company.zone)
            said.say(
                session,
                person,
                choice,
                (),
                standing,
                at,
                WAY,
                "person",
                text_shown=text,
                scope=scope,
            )
        return
    items = [] if cells == [""] else cells
    said.say(session, person, choice, items, standing, at, WAY, "person", text_shown=text)
