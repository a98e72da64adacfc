"""Made-up people: the same ones each time, in order of the day they first gave something."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random

from faker import Faker

COUNTRIES = ("US", "US", "US", "US", "DE", "FR", "GB", "CA", "CH", "SE")
SERVICES = ("local", "long-distance", "interconnected-voip")
PRODUCTS = ("Miner 1.4", "Miner 2.0", "Analyzer 1.1", "Coach 1.0")
LAST_DAY = date(2016, 6, 30)


@dataclass(frozen=True, slots=True)
class Somebody:
    """One made-up person, and the moment of her first form."""

    name: str
    email: str
    phone: str
    address: str
    employer: str
    product: str
    country: str
    at: datetime

    def value(self, word: str) -> str:
        """What she writes into the field of a data word."""
        said = {
            "name": self.name,
            "email": self.email,
            "phone": self.phone,
            "postal-address": self.address,
            "billing-address": self.address,
            "employer": self.employer,
            "product-info": self.product,
            "card-number": "4111 1111 1111 1111",
            "employer-address": self.address,
            "products-used": f"{self.product}, on Windows",
            "environment": "Two servers with 4 GB each, 40 lines",
            "job-title": "Head of support",
            "survey-answers": "Regular customers, and answering on the same day.",
        }
        return said.get(word, f"{word} of a made-up person")


def somebodies(count: int, first: date, seed: str, last: date = LAST_DAY) -> Iterator[Somebody]:
    """The two of the README, then people by the day they came, from the first version's day to the last."""
    random = Random(seed)
    fake = Faker("en_US")
    fake.seed_instance(seed)
    days = sorted(_day(random, first, last) for _ in range(count - 2))
    made = [_made(fake, random, number, day) for number, day in enumerate(days)]
    known = [
        _known("Anna Park", "anna@example.com", date(2004, 2, 1), first),
        _known("Ben Ode", "ben@example.com", date(2015, 1, 5), first),
    ]
    yield from known  # first, so that they are there at once
    yield from made


def _day(random: Random, first: date, last: date) -> date:
    """More of them in the first years than after, as it goes with old customers."""
    return first + timedelta(days=int((last - first).days * random.random() ** 1.2))


def _made(fake: Faker, random: Random, number: int, day: date) -> Somebody:
    name = fake.name()
    local = ".".join(name.lower().replace(".", "").replace("'", "").split())  # Jr. and Dr. too
    return Somebody(
        name,
        f"{local}.{number}@example.org",
        f"+1-555-{100 + number // 10000:03d}-{number % 10000:04d}",
        fake.street_address(),
        fake.company(),
        random.choice(PRODUCTS),
        random.choice(COUNTRIES),
        _moment(day, random.randrange(8 * 60, 20 * 60)),
    )


def _known(name: str, email: str, day: date, first: date) -> Somebody:
    at = _moment(max(day, first), 12 * 60)
    phone = "+1-555-000-0001" if name.startswith("Anna") else "+1-555-000-0002"
    address = "12 Harbour Street, Springfield"
    return Somebody(name, email, phone, address, "Park & Ode", PRODUCTS[0], "US", at)


def _moment(day: date, minutes: int) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(minutes=minutes)
