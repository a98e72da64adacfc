"""What was typed into a form, held to what the form asks; what is wrong is said beside its field."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field

from troth.site.body import Form
from troth.site.forms import COUNTRY, CUT, Field

EMAIL = re.compile(r"[^@\s,;<>\"]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})+")
LONGEST = {"textarea": 4000}
LONGEST_LINE = 300
KEPT_DIGITS = 4
SAYS = "says-"  # before the name of a choice that is ticked
CARRIED = ("token", "notice")  # what a form carries without asking
ADDRESSES = ("email", "phone")


@dataclass
class Typed:
    """The values of a form, by field. `kept` is what is stored, `problems` what is wrong, `ticked` the choices."""

    values: dict[str, str] = field(default_factory=dict)
    kept: dict[str, str] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)
    ticked: tuple[str, ...] = ()


def undeclared(form: Form, fields: Iterable[Field], offers: Iterable[str] = ()) -> bool:
    """Whether something was sent that the form does not ask for, or asks for once and got twice."""
    known = {*CARRIED, *(f.name for f in fields), *(SAYS + name for name in offers)}
    names = form.names()
    return bool(set(names) - known) or len(names) > len(set(names))


def typed(form: Form, fields: Iterable[Field], offers: Iterable[str] = ()) -> Typed:
    """Read the fields of a form."""
    found = Typed(ticked=tuple(name for name in offers if form.one(SAYS + name)))
    for asked in fields:
        value = unicodedata.normalize("NFC", form.one(asked.name))
        found.values[asked.name] = value
        problem = _problem(asked, value)
        if problem:
            found.problems[asked.name] = problem
        elif value:
            found.kept[asked.name] = _kept(asked.word, value)
    _void(found, tuple(fields))
    return found


def _void(found: Typed, fields: tuple[Field, ...]) -> None:
    """A form that was left empty, or that is about somebody nobody could find, comes to nothing."""
    own = [f for f in fields if f.name != COUNTRY]
    if (
        own
        and not found.problems
        and not found.ticked
        and not any(f.name in found.kept for f in own)
    ):
        found.problems[own[0].name] = "Nothing was filled in; one field is enough."
    for of in dict.fromkeys(f.of for f in fields if f.of):
        addresses = [f for f in fields if f.of == of and f.word in ADDRESSES]
        missing = not any(f.name in found.values and found.values[f.name] for f in addresses)
        if addresses and missing:
            found.problems[addresses[0].name] = f"Without an address your {of} cannot be reached."


def _problem(asked: Field, value: str) -> str:
    if not value:
        return "This is needed here." if asked.required else ""
    longest = LONGEST.get(asked.type, LONGEST_LINE)
    if len(value) > longest:
        return f"This is too long; {longest} characters are taken."
    if any(unicodedata.category(c) in ("Cc", "Cs") and c not in "\n\t" for c in value):
        return "This holds a character that no text has; type it anew."
    if asked.options and value not in dict(asked.options):
        return "Choose one of the list."
    return _shape(asked.word, value)


def _shape(word: str, value: str) -> str:
    if word == "email" and not EMAIL.fullmatch(value):
        return "This is not a whole address; write it like anna@example.com."
    if word == "phone" and not 5 <= sum(c.isdecimal() for c in value) <= 20:
        return "This is not a telephone number; write its digits."
    if word == "card-number" and not _luhn(value):
        return "This is not a card number; check its digits."
    return ""


def _kept(word: str, value: str) -> str:
    if word in CUT:
        plain = "".join(c for c in value if c.isalnum())
        return f"ending in {plain[-KEPT_DIGITS:]}"
    return value


def _luhn(value: str) -> bool:
    """Whether the last digit of a card number fits the others (ISO/IEC 7812)."""
    digits = [int(c) for c in value if c.isascii() and c.isdigit()]
    doubled = [d * 2 - 9 if d > 4 else d * 2 for d in digits[-2::-2]]
    return 12 <= len(digits) <= 19 and (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0
