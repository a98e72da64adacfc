"""Filling a company: each person's forms, choices and cases, in one transaction for ten people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, time, timedelta
from itertools import islice
from random import Random
from time import sleep

from troth import access, matters
from troth.company import Company
from troth.facts.calendar import day_of
from troth.gate import Given
from troth.language.model import Choice
from troth.people import attributes, choices, happenings, notices
from troth.people.people import add_person
from troth.site import set_access_code
from troth.store import Session
from troth.store import tables as t

from .parties import enter_parties
from .people import SERVICES, Somebody, somebodies

OPERATOR, PASSWORD = "officer", "a demo, not a secret"
ROLES = ("privacy-officer", "counsel", "management", "sales", "marketing")
CODES = {"anna@example.com": "ANNA-2004", "ben@example.com": "BEN-2015"}  # to sign in with
TOGETHER = 10  # people in one transaction: a visitor does not wait long for the next
# where people of each company hand in what, by the words of its policy
FORMS: dict[str, tuple[tuple[str, tuple[str, ...]], ...]] = {
    "callminer": (
        ("product-registration", ("name", "email", "phone", "postal-address")),
        ("purchase", ("name", "email", "postal-address")),
        ("trial-download", ("name", "email")),
    ),
    "incontact": (
        ("sign-up", ("name", "email", "phone", "employer")),
        ("order-form", ("name", "email", "postal-address", "billing-address", "card-number")),
    ),
    "interactive-intelligence": (
        ("request-form", ("name", "email", "postal-address", "employer")),
        ("support-form", ("name", "email", "phone", "products-used", "environment")),
        ("webinar-form", ("name", "email", "employer", "employer-address")),
        ("product-download", ("name", "email", "phone", "products-used")),
    ),
    "infusionsoft": (
        ("ebook-download", ("name", "email", "job-title")),
        ("purchase", ("name", "email", "postal-address", "card-number")),
        ("platform-registration", ("name", "email", "phone", "job-title")),
        ("survey", ("name", "email", "survey-answers")),
    ),
}
EARLY = {"callminer": ("employer", "product-info")}  # what only the first version's forms ask


def fill(company: Company, count: int, pause: float = 0) -> Iterator[int]:
    """Enter `count` people, one number yielded for each. What an earlier run entered is not entered again.

    After each transaction others may write for `pause` seconds: one writes at a time, and a visitor's form
    looks for its turn each tenth of a second.
    """
    first = company.policy.versions[0].in_force
    assert first is not None
    with company.writing() as session:
        already = session.count(t.people)
        if not session.count(t.operators):
            enter_parties(session, company, first)
            at = datetime.combine(first, time(), tzinfo=UTC)
            access.add_operator(session, OPERATOR, PASSWORD, ROLES, at=at)
    people = islice(somebodies(count, first, f"troth {company.name}"), already, None)
    filler = _Filler(company)
    while batch := list(islice(people, TOGETHER)):
        with company.writing() as session:
            entered = [filler.enter(session, somebody) for somebody in batch]
        yield from entered
        sleep(pause)


class _Filler:
    """What happens to each person is drawn from one seeded source, so a demo is the same each time."""

    def __init__(self, company: Company) -> None:
        self.company = company
        self.gate = company.gate
        self.random = Random(company.name)

    def enter(self, session: Session, somebody: Somebody) -> int:
        at = somebody.at
        addresses = {"email": somebody.email, "phone": somebody.phone}
        person = add_person(session, self.company.key, at, addresses)  # type: ignore[arg-type]
        attributes.set_value(session, "person", person, "country", somebody.country, at)
        self._forms(session, person, somebody)
        if self.company.name == "incontact":
            self._services(session, person, at)
        if somebody.email in CODES:  # the README's two chose nothing
            set_access_code(session, self.company.key, person, CODES[somebody.email], at)
        else:
            self._choose(session, person, at + timedelta(days=40))
            self._case(session, person, at + timedelta(days=60))
            self._told(session, person, at)
        return person

    def _forms(self, session: Session, person: int, somebody: Somebody) -> None:
        forms = FORMS.get(self.company.name, ())
        place, words = forms[0] if somebody.name == "Anna Park" else self.random.choice(forms)
        version = self.company.policy.at(day_of(somebody.at, self.company.zone))
        if version is self.company.policy.versions[0]:
            words += EARLY.get(self.company.name, ())
        values = {word: somebody.value(word) for word in words}
        self.gate.collect(session, Given(place, values, (person,)), somebody.at)

    def _services(self, session: Session, person: int, at: datetime) -> None:
        """A telephone customer: her services, the notice, and what only her carrier knows."""
        attributes.add_value(
            session, "person", person, "services", self.random.choice(SERVICES), at
        )
        happenings.happened(session, person, "service-start", at)
        if self.random.random() < 0.9:
            happenings.happened(session, person, "cpni-notice", at)
        minutes = str(self.random.randrange(20, 4000))
        values = {"service-usage": f"{minutes} minutes", "telecom-bills": f"${minutes}.00"}
        given = Given("telephone-network", values, (person,))
        self.gate.collect(session, given, at + timedelta(days=30))

    def _choose(self, session: Session, person: int, at: datetime) -> None:
        """About one in five refuses something, for everything or for some of it."""
        if self.random.random() > 0.2:
            return
        choice = self.random.choice(self._offered(at))
        items: Iterable[str] = ()
        if choice.for_each and self.random.random() < 0.5:
            items = (self.random.choice(choice.for_each[0]),)
        way = self.random.choice(choice.ways or ("site",))
        choices.say(
            session, person, choice, items, True, at, way, "person", text_shown=choice.phrase
        )

    def _offered(self, at: datetime) -> list[Choice]:
        version = self.company.policy.at(day_of(at, self.company.zone))
        texts = [d for d in (version, self.company.policy.house) if d is not None]
        return [c for d in texts for c in d.choices if not c.names]

    def _case(self, session: Session, person: int, at: datetime) -> None:
        word = self.company.policy.words.get(("matter", "support-case"))
        if word is None or self.random.random() > 0.1:
            return
        known = f"support-case:{person}"
        matters.open_matter(session, known, word, at, "person", people=(person,))
        if self.random.random() < 0.7:
            matters.close(session, known, at + timedelta(days=9))

    def _told(self, session: Session, person: int, at: datetime) -> None:
        """Of later versions most were told, some by a mail that came back, and a few answered."""
        meaning = self.gate.decider.meaning
        for version in self.company.policy.versions[1:]:
            day = version.in_force
            if day is None or day <= day_of(at, self.company.zone) or self.random.random() > 0.5:
                continue
            when = at.replace(year=day.year, month=day.month, day=min(day.day, 28))
            bounced = self.random.random() < 0.03
            outcome: notices.Outcome = "bounced" if bounced else "delivered"
            notices.tell(session, person, version.id, "email", outcome, when)
            mays = [c for c in version.clauses if c.modal == "may" and c.action == "share"]
            if bounced or not mays or self.random.random() > 0.1:
                continue
            clause = self.random.choice(mays)
            digest = meaning.digest(version, clause)
            answer = notices.agree if self.random.random() < 0.6 else notices.refuse
            answer(
                session, person, clause.name, version.id, digest, when + timedelta(days=3), "site"
            )
