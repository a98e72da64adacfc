"""The service as the tests of its doors use it: real policies, a real store, a clock one can set."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import httpx
from starlette.testclient import TestClient

from troth import access, parties
from troth.company import Company, House, open_house
from troth.gate import Given
from troth.people.people import add_person
from troth.site import create_app, set_access_code

POLICIES = Path(__file__).parents[2] / "policies"
HERE = "http://127.0.0.1:8000"
PASSWORD = "a horse in the rain"
EARLY = datetime(2003, 6, 6, 12, tzinfo=UTC)
_numbers = count(1)


class Clock:
    """The time of the house, set by the test."""

    def __init__(self) -> None:
        self.moment = EARLY

    def set(self, written: str) -> None:
        self.moment = datetime.fromisoformat(written).replace(tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment


@dataclass
class Served:
    """The house, its service, and a key that may do everything at each company."""

    house: House
    clock: Clock
    app: Any
    keys: dict[str, str] = field(default_factory=dict)

    def company(self, name: str = "callminer") -> Company:
        return self.house.company(name)

    def browser(self, base: str = HERE) -> TestClient:
        """A visitor with a cookie jar of her own, who follows redirects."""
        return TestClient(self.app, base_url=base)

    def anna(self, day: str = "2003-07-01 12:00", **more: str) -> tuple[int, str, str]:
        """Somebody who registered a product in the time of a version: number, address, access code."""
        company, number = self.company(), next(_numbers)
        email, code = f"anna{number}@example.com", f"CODE-{number:04}"
        at = datetime.fromisoformat(day).replace(tzinfo=UTC)
        values = {"name": "Anna Berg", "email": email, "postal-address": "Elm Street 1", **more}
        with company.writing() as session:
            person = add_person(session, company.key, at, {"email": email})
            given = Given("product-registration", values, (person,))
            company.gate.collect(session, given, at)
            set_access_code(session, company.key, person, code, at)
        return person, email, code

    def key(self, company: str = "callminer", **said: Any) -> str:
        """A key with these purposes and doors; all of them where nothing is said."""
        opens = {"purposes": ["*"], "may": ["ask", "collect", "choices"], "role": "crm", **said}
        with self.company(company).writing() as session:
            return access.issue_key(
                session, "crm", opens["role"], opens["purposes"], opens["may"], at=EARLY
            )

    def own_key(self, company: str = "callminer") -> str:
        """The key of the tests themselves, issued once."""
        if company not in self.keys:
            self.keys[company] = self.key(company)
        return self.keys[company]

    def api(
        self, door: str, body: Any, company: str = "callminer", key: str = ""
    ) -> httpx.Response:
        headers = {"authorization": f"Bearer {key or self.own_key(company)}"}
        answer: httpx.Response = self.browser().post(
            f"/api/{company}/{door}", json=body, headers=headers
        )
        return answer

    def count(self, table: Any, company: str = "callminer") -> int:
        with self.company(company).reading() as session:
            return session.count(table)


def serve(database: str) -> Served:
    clock = Clock()
    house = open_house(POLICIES, database, clock, b"k" * 32)
    for company in house.companies():
        with company.writing() as session:
            access.add_operator(session, "Kim", PASSWORD, ["privacy-officer"], at=EARLY)
    callminer = house.company("callminer")
    with callminer.writing() as session:
        word = callminer.policy.words["party", "marketing-partner"]
        parties.register(session, "acme", word, "Acme", EARLY)
    return Served(house, clock, create_app(house))


# -- forms -----------------------------------------------------------------------------------------


def fields(html: str, action: str) -> dict[str, str]:
    """The hidden fields of the first form with this action."""
    form = next(f for f in html.split("<form")[1:] if f'action="{action}"' in f.split(">")[0])
    hidden = re.findall(r'type="hidden" name="([^"]*)" value="([^"]*)"', form.split("</form>")[0])
    return dict(hidden)


def fill(
    browser: TestClient, page: str, values: Mapping[str, Any], action: str = "", **params: Any
) -> httpx.Response:
    """Open a page and send its form as a browser would."""
    action = action or page
    shown = browser.get(page)
    sent: dict[str, Any] = {**fields(shown.text, action), **values}
    headers = {"origin": str(browser.base_url)}
    answer: httpx.Response = browser.post(action, data=sent, headers=headers, **params)
    return answer


def someone() -> str:
    return f"someone{next(_numbers)}@example.com"


def registration(**more: str) -> dict[str, str]:
    """All that the registration of 2014 asks for."""
    known = {
        "name": "Ben Hill",
        "email": someone(),
        "phone": "+1 617 555 0100",
        "postal-address": "1 Main St",
        "country": "US",
    }
    return {**known, **more}


def sign_in(
    browser: TestClient, email: str, code: str, company: str = "callminer"
) -> httpx.Response:
    return fill(browser, f"/{company}/sign-in", {"email": email, "code": code})


def at_the_desk(browser: TestClient, company: str = "callminer") -> httpx.Response:
    known = {"company": company, "name": "Kim", "password": PASSWORD}
    return fill(browser, "/desk/sign-in", known)
