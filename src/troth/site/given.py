"""What was typed into a form, held to what the form asks; what is wrong is said beside its field."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

from troth.site.body import Form
from troth.site.forms import CUT, Field

EMAIL = re.compile(r"[^@\s,;<>\"]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})+")
LONGEST = {"textarea": 4000}
LONGEST_LINE = 300
KEPT_DIGITS = 4


@dataclass
class Typed:
    """The values of a form. `kept` is what is stored, `problems` what is wrong, by field."""

    values: dict[str, str] = field(default_factory=dict)
    kept: dict[str, str] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)


def typed(form: Form, fields: list[Field]) -> Typed:
    """Read the fields of a form; a field the form does not have is not looked at."""
    found = Typed()
    for asked in fields:
        value = unicodedata.normalize("NFC", form.one(asked.name))
        found.values[asked.name] = value
        problem = _problem(asked, value)
        if problem:
            found.problems[asked.name] = problem
        elif value:
            found.kept[asked.name] = _kept(asked.name, value)
    return found


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
    return _shape(asked.name, value)


def _shape(name: str, value: str) -> str:
    if name == "email" and not EMAIL.fullmatch(value):
        return "This is not a whole address; write it like anna@example.com."
    if name == "phone" and not 5 <= sum(c.isdecimal() for c in value) <= 20:
        return "This is not a telephone number; write its digits."
    if name == "card-number" and not _luhn(value):
        return "This is not a card number; check its digits."
    return ""


def _kept(name: str, value: str) -> str:
    if name in CUT:
        plain = "".join(c for c in value if c.isalnum())
        return f"ending in {plain[-KEPT_DIGITS:]}"
    return value


def _luhn(value: str) -> bool:
    """Whether the last digit of a card number fits the others (ISO/IEC 7812)."""
    digits = [int(c) for c in value if c.isascii() and c.isdigit()]
    doubled = [d * 2 - 9 if d > 4 else d * 2 for d in digits[-2::-2]]
    return 12 <= len(digits) <= 19 and (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0
