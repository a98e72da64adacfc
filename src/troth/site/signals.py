"""What a browser says by itself: the Global Privacy Control and do-not-track, noted for whoever is known."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from troth.company import Company
from troth.duties import SIGNALS
from troth.people.happenings import asserted, signalled
from troth.site import visit
from troth.site.when import today
from troth.store import Session


def said_by(request: Request) -> tuple[str, ...]:
    """The signals that this browser sends with the request, by their words."""
    return tuple(name for name, header in SIGNALS.items() if request.headers.get(header) == "1")


def note(session: Session, company: Company, person: int, signals: tuple[str, ...]) -> None:
    """Her browser says these, as far as the company honours them. A visit without them takes nothing back:
    another browser of hers may be silent."""
    at = company.clock()
    for name in signals:
        if name in honoured(company) and not asserted(session, name, "person", person, at):
            signalled(session, person, company.policy.words["signal", name], at)


def honoured(company: Company) -> set[str]:
    """The signals that the version in force or the operator's file honours."""
    policy = company.policy
    texts = (policy.at(today(company, company.clock())), policy.house)
    duties = (duty for text in texts if text is not None for duty in text.duties)
    kept = (d for d in duties if d.form == "honour" and not d.denied)
    return {signal for duty in kept for signal in duty.slot("signals")}


def support(request: Request) -> Response:
    """`/.well-known/gpc.json`: true where every company served here honours it."""
    companies = visit.site_of(request).house.companies()
    return JSONResponse({"gpc": all("gpc" in honoured(one) for one in companies)})
