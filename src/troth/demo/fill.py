"""Filling a company: each person's forms, choices and cases, in one transaction for ten people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from random import Random
from time import sleep

from troth import access, matters
from troth.company import Company
from troth.facts.calendar import day_of
from troth.gate import Given
from troth.language.model import Choice
from troth.people import attributes, choices, happenings
from troth.people.people import add_person
from troth.site import set_access_code
from troth.store import Session
from troth.store import tables as t

from .parties import enter_parties
from .people import LAST_DAY, SERVICES, Somebody, somebodies

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
BY_PHONE = {"callminer": ("purchase", ("name", "phone"))}  # of a few no other address is known
FEW = 0.03
# their change is played: all but Ben came before it
BEFORE_THE_CHANGE = {"callminer": date(2013, 12, 31)}


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
    last, several = BEFORE_THE_CHANGE.get(company.name), count > len(CODES)
    wanted = count + 1 if last is not None and several else count  # Ben comes on top
    made = somebodies(wanted, first, f"troth {company.name}", last or LAST_DAY)
    people = islice(made, already, None)
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
        known = somebody.email in CODES
        by_phone = not known and self.company.name in BY_PHONE and self.random.random() < FEW
        addresses = {"phone": somebody.phone} | ({} if by_phone else {"email": somebody.email})
        person = add_person(session, self.company.key, at, addresses)  # type: ignore[arg-type]
        attributes.set_value(session, "person", person, "country", somebody.country, at)
        self._forms(session, person, somebody, by_phone)
        if self.company.name == "incontact":
            self._services(session, person, at)
        if known:  # the README's two chose nothing
            set_access_code(session, self.company.key, person, CODES[somebody.email], at)
        else:
            self._choose(session, person, at + timedelta(days=40))
            self._case(session, person, at + timedelta(days=60))
        return person

    def _forms(self, session: Session, person: int, somebody: Somebody, by_phone: bool) -> None:
        forms = FORMS.get(self.company.name, ())
        place, words = forms[0] if somebody.name == "Anna Park" else self.random.choice(forms)
        if by_phone:
            place, words = BY_PHONE[self.company.name]
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
