"""What a column holds, guessed from its name, its type and a sample of its values; no value leaves this room.

A guess is a category of the public vocabulary (fideslang's keys) and how sure it is, from 0 to 1.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

Sample = Sequence[Any]
WORD = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")
LEAST_VALUES = 3  # fewer say nothing
MOST_OF = 0.6  # of the values must look so

EMAIL = "user.contact.email"
PHONE = "user.contact.phone_number"
NAME = "user.name"
ADDRESS = "user.contact.address"
CARD = "user.payment.card_number"
BANK = "user.payment.bank_account"
BIRTH = "user.demographic.date_of_birth"
GENDER = "user.demographic.gender"
GOVERNMENT = "user.government_id"
IP = "user.device.ip_address"
COOKIE = "user.device.cookie_id"
DEVICE = "user.device"
PASSWORD = "user.authorization.password"
CONTENT = "user.content"
LOCATION = "user.location"
WORKPLACE = "user.workplace"
HEALTH = "user.health_and_medical"
PURCHASES = "user.behavior.purchase_history"
BROWSING = "user.behavior.browsing_history"


@dataclass(frozen=True, slots=True)
class Guess:
    """`always`: personal whatever the table; otherwise only where the rows are people or theirs."""

    category: str
    confidence: float
    why: str
    always: bool = True


# -- names -------------------------------------------------------------------------------------------


def words_of(name: str) -> tuple[str, ...]:
    """`BillingPostalCode`, `billing_postal_code` → billing, postal, code."""
    return tuple(word.lower() for word in WORD.findall(name))


# category, the words of a name one after the other (a bar between alternatives), how sure, always
NAMES: tuple[tuple[str, str, float, bool], ...] = (
    (EMAIL, "email|mail address|e mail|emailaddress|email address|mail", 0.95, True),
    (PHONE, "phone|telephone|mobile|cell|fax|tel|msisdn|phonenumber|whatsapp", 0.9, True),
    (NAME, "first name|last name|middle name|given name|family name|surname|forename", 0.95, True),
    (NAME, "firstname|lastname|full name|fullname|maiden name|nickname|display name", 0.9, True),
    (NAME, "fname|lname|username|user name|login|screen name|salutation|initials", 0.8, True),
    (NAME, "customer name|contact name|employee name|patient name|recipient name", 0.9, True),
    (NAME, "cardholder|card holder|billing name|shipping name|guest name|ship name", 0.9, True),
    (NAME, "name", 0.75, False),
    (ADDRESS, "address|street|addr|postal code|postcode|zip|zipcode|zip code", 0.85, True),
    (ADDRESS, "address1|address2|house number|city|town|county|region|state", 0.6, False),
    (ADDRESS, "country|district|suburb|province", 0.6, False),
    (CARD, "card number|cardnumber|credit card|creditcard|pan|ccnumber|card no|ccnum", 0.95, True),
    (CARD, "cvv|cvc|card code|card expiry|security code", 0.9, True),
    (BANK, "iban|bic|account number|bank account|routing number|sort code|swift", 0.9, True),
    (BIRTH, "birth|dob|birthday|birthdate|date of birth|born|birthyear|birth year|age", 0.9, True),
    (GENDER, "gender|sex|pronouns|marital status|ethnicity|race|nationality|religion", 0.85, True),
    (
        GOVERNMENT,
        "ssn|passport|national id|tax id|nin|social security|driver licen[cs]e",
        0.95,
        True,
    ),
    (GOVERNMENT, "licen[cs]e plate|vat id|personal number|tin|nino|aadhaar", 0.8, True),
    (IP, "ip|ip address|ipaddress|remote addr|client ip", 0.95, True),
    (COOKIE, "cookie|cookie id|visitor id|session id|tracking id|session token", 0.85, True),
    (DEVICE, "user agent|useragent|device id|imei|mac address|device|browser", 0.75, True),
    (PASSWORD, "password|passwd|pwd|password hash|secret|pin|salt|security answer", 0.9, True),
    (LOCATION, "latitude|longitude|lat|lng|lon|geo|gps|location", 0.6, False),
    (WORKPLACE, "company|employer|organi[sz]ation|job title|occupation|salary|wage", 0.7, False),
    (WORKPLACE, "department|title|hire date|hired|hired at|termination date", 0.55, False),
    (HEALTH, "diagnosis|allerg(y|ies)|blood type|medication|disability|symptoms", 0.9, True),
    (CONTENT, "body|message|comment|note|notes|remark|remarks|feedback|bio|content", 0.65, False),
    (CONTENT, "review|transcript|subject|text|question|reason|about|reply", 0.5, False),
    (BROWSING, "referrer|referer|landing page|url visited|page|last seen|last login", 0.55, False),
    (PURCHASES, "item|product|total|amount|price|quantity|sku|plan|paid", 0.4, False),
)
_COMPILED = [
    (category, re.compile(rf"(?:^|.* )(?:{said})s?(?: .*|$)"), sure, always)
    for category, said, sure, always in NAMES
]
# what turns a name into something else: `email_sent` is no address
OTHERWISE = {"count", "sent", "verified", "opt", "enabled", "flag", "type", "format", "status"}
OTHERWISE |= {"is", "has", "num", "template", "length", "confirmed", "valid", "bounced", "file"}


def by_name(column: str) -> Guess | None:
    """The surest category of a name, or none."""
    words = words_of(column)
    if (
        not words
        or OTHERWISE & set(words)
        or (
            words[-1] in ("id", "at", "key")
            and len(words) > 1
            and words[0]
            not in ("device", "cookie", "session", "visitor", "national", "tax", "tracking", "vat")
        )
    ):
        return None
    said = " ".join(words)
    found = [
        Guess(category, sure, "its name", always)
        for category, pattern, sure, always in _COMPILED
        if pattern.fullmatch(said)
    ]
    return max(found, key=lambda one: one.confidence, default=None)


# -- values ------------------------------------------------------------------------------------------


def luhn(digits: str) -> bool:
    """The check digit of card numbers."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        number = int(digit) * (2 if place % 2 else 1)
        total += number - 9 if number > 9 else number
    return total % 10 == 0


def _is_card(value: str) -> bool:
    digits = re.sub(r"[ -]", "", value)
    return bool(re.fullmatch(r"[2-6]\d{12,18}", digits)) and luhn(digits)


def _is_phone(value: str) -> bool:
    digits = re.sub(r"\D", "", value)
    shaped = re.fullmatch(r"(\+|00)?[\d ()./-]{7,22}(\s?(x|ext)\.?\s?\d+)?", value.strip())
    marked = value.strip().startswith(("+", "00", "(")) or len(re.findall(r"[ ().-]", value)) >= 2
    dated = re.match(r"\d{4}-\d\d-\d\d|\d\d?[./]\d\d?[./]\d{2,4}|\d+\.\d+$", value.strip())
    return bool(shaped) and marked and not dated and 7 <= len(digits) <= 15


def _matches(pattern: str) -> Callable[[str], bool]:
    compiled = re.compile(pattern)
    return lambda value: compiled.fullmatch(value.strip()) is not None


_OCTET = r"(25[0-5]|2[0-4]\d|1?\d?\d)"
VALUES: tuple[tuple[str, Callable[[str], bool], float], ...] = (
    (EMAIL, _matches(r"[^@\s]+@[^@\s]+\.[A-Za-z]{2,}"), 0.98),
    (
        IP,
        _matches(rf"({_OCTET}\.){{3}}{_OCTET}|([0-9a-fA-F]{{0,4}}:){{3,7}}[0-9a-fA-F]{{0,4}}"),
        0.95,
    ),
    (CARD, _is_card, 0.97),
    (BANK, _matches(r"[A-Z]{2}\d{2}[ ]?([A-Z0-9]{4}[ ]?){2,7}[A-Z0-9]{0,4}"), 0.9),
    (GOVERNMENT, _matches(r"\d{3}-\d{2}-\d{4}"), 0.85),
    (PASSWORD, _matches(r"\$(2[aby]|argon2\w*|pbkdf2\w*|scrypt)\$.+"), 0.95),
    (PHONE, _is_phone, 0.85),
    (
        ADDRESS,
        _matches(r"\d+[A-Za-z]? [\w .'-]+ (street|st|road|rd|avenue|ave|lane|drive|blvd)\.?"),
        0.8,
    ),
)


def by_values(sample: Iterable[Any]) -> Guess | None:
    """What most of the values look like, or none."""
    values = [str(v) for v in sample if v is not None and str(v).strip()]
    if len(values) < LEAST_VALUES:
        return None
    for category, looks, sure in VALUES:
        share = sum(looks(value) for value in values) / len(values)
        if share >= MOST_OF:
            return Guess(category, round(sure * share, 2), "its values")
    return None


def guess(column: str, type: str, sample: Iterable[Any] = ()) -> Guess | None:
    """Name and values together: where they agree it is the surer, where they differ the values count."""
    if re.match(r"(?i)bool|bit$", type):
        return None
    named, valued = by_name(column), by_values(sample)
    if named is not None and valued is not None and named.category == valued.category:
        return Guess(named.category, 0.99, "its name and its values")
    if valued is not None:
        return valued
    counted = re.match(r"(?i)(tiny|small|big)?int|numeric|decimal|real|double|float|money", type)
    if named is not None and counted and named.category in (EMAIL, NAME, CONTENT, ADDRESS):
        return None  # a number is no name
    return named
