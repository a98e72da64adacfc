"""A house whose post runs by hand: people who gave an address, and a worker that does what is due."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from troth.company import Company, House
from troth.corpus import load
from troth.gate import Given
from troth.language.model import Policy
from troth.mail import Post
from troth.people.attributes import set_value
from troth.people.people import add_person
from troth.settings import Relay
from troth.store import Store
from troth.work import Worker

POLICIES = Path(__file__).parents[2] / "policies"
PLACES = {"callminer": "product-registration", "incontact": "sign-up"}
KEY = b"k" * 32
LINK = re.compile(r"http://\S+/link/(\S+)")


@cache
def policies() -> dict[str, Policy]:
    found = load(POLICIES, stories=False).policies
    return {name: found[name] for name in PLACES}


@dataclass
class Posted:
    house: House
    post: Post
    now: datetime = datetime(2015, 3, 2, 12, tzinfo=UTC)

    def company(self, name: str = "callminer") -> Company:
        return self.house.company(name)

    def person(self, email: str, company: str = "callminer", day: str = "2015-01-05") -> int:
        """Somebody who gave her address on a day."""
        one, at = self.company(company), datetime.fromisoformat(day).replace(tzinfo=UTC)
        with one.writing() as session:
            person = add_person(session, one.key, at, {"email": email})
            set_value(session, "person", person, "country", "US", at)
            one.gate.collect(session, Given(PLACES[company], {"email": email}, (person,)), at)
        return person

    def work(self, later: timedelta = timedelta(0)) -> int:
        """Let time pass, then do all that is due."""
        self.now += later
        names = tuple(self.house.policies)
        return Worker(self.house.store, names, self.post.doers, lambda: self.now).all_due()


def posted(store: Store, relay: Relay | None) -> Posted:
    house = House(policies(), store, lambda: made.now, KEY)
    made = Posted(house, Post(house, relay))
    return made
