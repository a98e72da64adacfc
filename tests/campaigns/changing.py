"""A company that changes its policy, in each of the five ways a version can promise."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from troth import campaigns, mail
from troth.campaigns import Campaign, Counts
from troth.company import Company, House
from troth.corpus import load
from troth.gate import Given
from troth.mail import Post
from troth.people.people import add_person
from troth.settings import Relay
from troth.store import Store
from troth.work import Worker

WORDS = """# Words

```words
data name "your name"
data email "your e-mail address"
data phone "your telephone number"
data postal-address "your postal address"
data hobby "what you like"
purpose orders "your orders" basic
purpose policy-updates "telling you of changes"
purpose news "our news"
purpose ads "advertisements"
place shop "our shop"
party partner "a partner"
way email "e-mail"
way phone "telephone"
way letter "letter"
way site "the site"
```
"""
FIRST = """---
policy: acme
company: Acme, Inc.
in force: 2010-01-01
zone: UTC
contact: privacy@acme.example
covers: www.acme.example
changes: {changes}
reading: {reading}
---

# Privacy {{#privacy}}

```policy
form: may collect name, email, phone, postal-address, hobby at shop
serve: may use name, email, phone, postal-address, hobby for orders, policy-updates
{more}
```
"""
SECOND = """---
policy: acme
company: Acme, Inc.
in force: 2015-01-01
zone: UTC
contact: privacy@acme.example
covers: www.acme.example
changes: told
---

# Privacy {#privacy}

```policy
form: may collect name, email, phone, postal-address, hobby at shop
serve: may use name, email, phone, postal-address, hobby for orders, policy-updates
news: may use email for news
ads: may use hobby for ads
partners: may share hobby with partner for ads
```
"""
# mode → (changes, reading, the first version's own promise)
MODES = {
    "check back": ("check back", "strict", ""),
    "posted": ("posted", "strict", "post: must post changes 7 days ahead"),
    "told": (
        "told",
        "strict",
        "tell: must tell people by email, phone, letter before wider use of earlier data\n"
        "    silence is yes after 10 days",
    ),
    "opt-out first": (
        "opt-out first",
        "strict",
        "no-news: never use email for news\n"
        "tell: must tell people by email, phone, letter before wider use of earlier data\n"
        "    silence is yes after 30 days\n    nevers too",
    ),
    "consent": (
        "told",
        "strict",
        "tell: must tell people by email, phone before wider use of earlier data\n"
        "    silence is no",
    ),
}
KEY = b"k" * 32


@dataclass
class Changing:
    """The company, its post, and a clock turned by hand."""

    house: House
    post: Post
    now: datetime

    @property
    def acme(self) -> Company:
        return self.house.company("acme")

    def person(self, number: int, *also: str, day: str = "2012-01-01") -> int:
        """Somebody who gave her hobby and what else is named, and is found by it."""
        values = {
            "name": f"Person {number}",
            "email": f"p{number}@example.com",
            "phone": f"+1 555 010 {number:04}",
            "postal-address": f"Elm Street {number}, Springfield",
            "hobby": "chess",
        }
        given = {word: values[word] for word in ("name", *also, "hobby")}
        known = {kind: values[kind] for kind in ("email", "phone") if kind in also}
        at = datetime.fromisoformat(day).replace(tzinfo=UTC)
        with self.acme.writing() as session:
            person = add_person(session, self.acme.key, at, known)  # type: ignore[arg-type]
            self.acme.gate.collect(session, Given("shop", given, (person,)), at)
        return person

    def publish(self) -> Campaign:
        with self.acme.writing() as session:
            return campaigns.open_campaign(session, self.acme.gate, "acme/2015-01-01", self.now)

    def work(self, later: timedelta = timedelta(0)) -> None:
        self.now += later
        doers = {**self.post.doers, **campaigns.doers(self.house)}
        Worker(self.house.store, ("acme",), doers, lambda: self.now).all_due()

    def counts(self, campaign: Campaign) -> Counts:
        with self.acme.reading() as session:
            found = campaigns.counts(session, campaign)
        assert found.told + found.bounced + found.unreachable + found.waiting == found.people
        return found

    def may(self, person: int, data: str, purpose: str, party: str | None = None) -> str:
        action = "share" if party else "use"
        return self.acme.ask(action, data, person=person, purpose=purpose, party=party).verdict


def changing(
    folder: Path,
    store: Store,
    mode: str,
    relay: Relay | None,
    ways: str = "",
    promise: str = "",
    second: str = SECOND,
) -> Changing:
    """The company with a first version of this mode, in March 2015, when its second is in force."""
    changes, reading, more = MODES[mode]
    more = promise or more
    if ways:
        more = more.replace("email, phone, letter", ways)
    texts = folder / "policies" / "acme"
    texts.mkdir(parents=True)
    (folder / "policies" / "words.md").write_text(WORDS)
    (texts / "2010-01-01.md").write_text(FIRST.format(changes=changes, reading=reading, more=more))
    (texts / "2015-01-01.md").write_text(second)
    found = load(folder / "policies", stories=False)
    assert not found.problems, found.problems
    house = House(found.policies, store, lambda: made.now, KEY)
    made = Changing(
        house,
        Post(house, relay, {**mail.KINDS, **campaigns.KINDS}),
        datetime(2015, 3, 2, 12, tzinfo=UTC),
    )
    return made
