"""A page of the desk: who sits there, for which company and when; what was done, or why it was not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from troth import ledger
from troth.access import Visitor
from troth.company import Company
from troth.people.problems import Conflict, Unknown
from troth.refusal import Refused
from troth.site import visit
from troth.site.body import Form
from troth.site.desk_signin import NAV, operator_of
from troth.store import Session


@dataclass(frozen=True)
class Sitting:
    """An operator at the desk of a company, at a moment."""

    request: Request
    company: Company
    operator: Visitor
    at: datetime


IN_CHARGE = ("privacy-officer", "counsel", "management")


def must_be_in_charge(sitting: Sitting) -> None:
    """What widens what may be done is recorded by somebody in charge alone."""
    if not any(sitting.operator.has_role(role) for role in IN_CHARGE):
        raise Wrong(f"this is recorded by {', '.join(IN_CHARGE)}; let one of them do it")


class Wrong(ValueError):
    """What was typed cannot be done as it stands; the message says what and what to do."""


Does = Callable[[Sitting, Session, Form], str | Response]
Shows = Callable[[Sitting, Session], dict[str, Any]]


@dataclass(frozen=True)
class DeskPage:
    """One page: what it shows, and what its forms do, in one transaction: said in words, or an answer of its
    own, such as a file to take along. `name` is its place under /desk."""

    name: str
    title: str
    shows: Shows
    does: Does

    def show(self, request: Request) -> Response:
        """The page."""
        found = _sitting(request)
        return _sign_in() if found is None else self._page(found)

    def take(self, request: Request, form: Form) -> Response:
        """Do what a form of the page says: all of it, or nothing with the reason."""
        found = _sitting(request)
        if found is None:
            return _sign_in()
        visit.must_be_ours(request, form, self._seal, visit.DESK_COOKIE)
        try:
            with found.company.writing() as session:
                done = self.does(found, session, form)
                used = {
                    "page": self.name,
                    "do": form.one("do")[:40],
                    "operator": found.operator.operator,
                }
                ledger.record(session, "desk-used", used, at=found.at)
        except (Conflict, Unknown, Wrong) as error:
            return self._page(found, problem=str(error), typed=form, status=422)
        except Refused as error:
            return self._page(found, problem=error.message, typed=form, status=422)
        return done if isinstance(done, Response) else self._page(found, done=done)

    @property
    def _seal(self) -> str:
        return f"desk {self.name}"

    def _page(
        self,
        sitting: Sitting,
        done: str = "",
        problem: str = "",
        typed: Form | None = None,
        status: int = 200,
    ) -> Response:
        with sitting.company.reading() as session:
            shown = self.shows(sitting, session)
        return visit.page(
            sitting.request,
            f"desk_{self.name}.html",
            status=status,
            title=self.title,
            here=self.name,
            nav=NAV,
            firm=sitting.company.title,
            operator=sitting.operator.name,
            action=f"/desk/{self.name}",
            token=visit.form_token(sitting.request, self._seal, visit.DESK_COOKIE),
            typed=typed or Form([]),
            done=done,
            problem=problem,
            **shown,
        )


def _sitting(request: Request) -> Sitting | None:
    found = operator_of(request)
    return None if found is None else Sitting(request, *found, visit.site_of(request).now())


def _sign_in() -> Response:
    return RedirectResponse("/desk/sign-in", 303)
