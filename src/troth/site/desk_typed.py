"""What an operator types at the desk: days, people one a line, details as `name: value`; each wrong line is named."""

from __future__ import annotations

from datetime import date

from troth.people.problems import Conflict, must_know_people
from troth.refusal import Refused
from troth.site.body import Form
from troth.site.desk_page import Sitting, Wrong
from troth.store import Session

MOST_LINES = 1000


def day_typed(form: Form, name: str) -> date | None:
    """A day of the calendar as 2015-03-02; none where nothing was typed."""
    said = form.one(name)
    if not said:
        return None
    try:
        return date.fromisoformat(said)
    except ValueError:
        raise Wrong(f"“{said[:20]}” is no day; write it as 2015-03-02") from None


def people_typed(sitting: Sitting, session: Session, form: Form, name: str) -> list[int]:
    """The people named one a line, by address or number. One that nobody is known by stops all."""
    return [
        _person(sitting, session, number, line) for number, line in enumerate(_lines(form, name), 1)
    ]


def person_typed(sitting: Sitting, session: Session, said: str) -> int:
    """The one person of an address or a number."""
    return _person(sitting, session, 1, said)


def _person(sitting: Sitting, session: Session, number: int, said: str) -> int:
    try:
        if said.isascii() and said.isdecimal() and len(said) < 10:
            must_know_people(session, (int(said),))
            return int(said)
        found = sitting.company.person(session, said)
    except (Refused, Conflict, ValueError):
        found = None
    if found is None:
        raise Wrong(f"line {number}: no one person is known by this; give her address or number")
    return found


def details_typed(form: Form, name: str) -> dict[str, list[str]]:
    """`name: value` one a line; a name may come several times."""
    found: dict[str, list[str]] = {}
    for number, line in enumerate(_lines(form, name), 1):
        key, colon, value = (part.strip() for part in line.partition(":"))
        if not (key and colon and value):
            raise Wrong(f"line {number} of the details is not `name: value`; write it so")
        found.setdefault(key, []).append(value)
    return found


def _lines(form: Form, name: str) -> list[str]:
    lines = [line.strip() for line in form.one(name).splitlines() if line.strip()]
    if len(lines) > MOST_LINES:
        raise Wrong(f"more than {MOST_LINES} lines; take it in parts")
    return lines


def chosen(form: Form, name: str, known: dict[str, str]) -> tuple[str, ...]:
    """What was marked of a list."""
    said = [value for value in form.all(name) if value]
    unknown = next((value for value in said if value not in known), None)
    if unknown is not None:
        raise Wrong("something was chosen that is not offered here; open the page again")
    return tuple(dict.fromkeys(said))
