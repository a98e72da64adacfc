"""The desk's findings: what somebody in her role came to know of a person, her birth and country, what happened."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from troth.language.model import After, Clause, Duty, Period, Word
from troth.page.phrases import capital
from troth.people import attributes
from troth.people.happenings import assert_fact, happened
from troth.site.body import Form
from troth.site.countries import COUNTRIES
from troth.site.desk_page import DeskPage, Sitting, Wrong, must_be_in_charge
from troth.site.desk_typed import day_typed, person_typed
from troth.site.when import today
from troth.store import Session

ITSELF = ("collection",)  # events that the store knows of by itself


def _does(sitting: Sitting, session: Session, form: Form) -> str:
    if form.one("do") != "fact":  # who may find a fact its word says
        must_be_in_charge(sitting)
    person = person_typed(sitting, session, form.one("person")[:300])
    match form.one("do"):
        case "fact":
            said = _fact(sitting, session, form, person)
        case "event":
            said = _event(sitting, session, form, person)
        case "birth":
            born = day_typed(form, "birth")
            if born is None or born > today(sitting.company, sitting.at):
                raise Wrong("give the day of birth, which is not still to come")
            attributes.set_value(session, "person", person, "birth", born.isoformat(), sitting.at)
            said = "the day of birth"
        case "country":
            country = form.one("country")
            if country not in dict(COUNTRIES):
                raise Wrong("choose the country")
            attributes.set_value(session, "person", person, "country", country, sitting.at)
            said = "the country"
        case _:
            raise Wrong("there is nothing of the kind to do here")
    return f"Recorded for person {person}: {said}"


def _fact(sitting: Sitting, session: Session, form: Form, person: int) -> str:
    fact = _facts(sitting).get(form.one("fact"))
    if fact is None or form.one("found") not in ("yes", "no"):
        raise Wrong("choose what you find, and whether it is so")
    role = next(role for role in sitting.operator.roles if role in fact.asserted_by)
    yes = form.one("found") == "yes"
    assert_fact(session, fact, "person", person, sitting.at, role, yes)
    return ("" if yes else "not ") + fact.phrase


def _event(sitting: Sitting, session: Session, form: Form, person: int) -> str:
    event = dict(_events(sitting)).get(form.one("event"))
    on = day_typed(form, "on") or today(sitting.company, sitting.at)
    if event is None or on > today(sitting.company, sitting.at):
        raise Wrong("choose what happened, on a day that is not still to come")
    zone = ZoneInfo(sitting.company.zone)
    moment = min(datetime.combine(on, time(12), zone).astimezone(UTC), sitting.at)
    happened(session, person, form.one("event"), moment)
    return event


# -- what there is ---------------------------------------------------------------------------------


def _facts(sitting: Sitting) -> dict[str, Word]:
    """The facts of a person that one of the operator's roles may find."""
    return {
        name: word
        for (kind, name), word in sitting.company.policy.words.items()
        if kind == "fact" and "person" in word.of
        if set(word.asserted_by) & set(sitting.operator.roles)
    }


def _events(sitting: Sitting) -> list[tuple[str, str]]:
    """The events from which some period of the company's texts runs."""
    words = sitting.company.policy.words
    found = sorted(set(_counted_from(sitting)) - set(ITSELF))
    return [(name, words["event", name].phrase) for name in found if ("event", name) in words]


def _counted_from(sitting: Sitting) -> Iterator[str]:
    policy = sitting.company.policy
    house = [policy.house] if policy.house else []
    for text in (*policy.versions, *policy.laws, *house):
        for statement in text.statements:
            if isinstance(statement, Clause):
                for condition in statement.conditions:
                    if isinstance(condition, Period | After):
                        yield condition.event
            elif isinstance(statement, Duty) and statement.form == "erase":
                yield from statement.slot("starts")


def _shows(sitting: Sitting, _session: Session) -> dict[str, Any]:
    return {
        "facts": [(name, capital(word.phrase)) for name, word in _facts(sitting).items()],
        "events": [(name, capital(said)) for name, said in _events(sitting)],
        "countries": COUNTRIES,
        "today": today(sitting.company, sitting.at).isoformat(),
    }


PAGE = DeskPage("findings", "Findings", _shows, _does)
