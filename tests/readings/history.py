"""What happened to a company's people, made by chance and stored through the rooms; and what is asked of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from tests.readings.company import (
    CHOICES,
    COUNTRIES,
    DATA,
    DAYS,
    EVENTS,
    LEAVES,
    MATTERS,
    PLACES,
    PURPOSES,
    ROLES,
    ZONE,
    some,
)
from troth import matters, parties
from troth.language.meaning import Meaning
from troth.language.model import (
    Policy,
    Stamp,
)
from troth.people import attributes, choices, happenings, notices, records, stamps
from troth.store import Session

KEY = b"of these tests alone"
WAYS = ("email", "letter")
KNOWN = ("partner-a", "partner-b", "reseller-a", "helper-a")
OPEN = ("case:1", "order:1")
PEOPLE = (1, 2, 3)


@dataclass
class Company:
    """A policy with one session, and what the steps of a history have made so far."""

    policy: Policy
    session: Session
    meaning: Meaning
    fields: list[int] = field(default_factory=list)
    records: list[int] = field(default_factory=list)


Step = Callable[[Company, datetime], object]
History = list[tuple[datetime, Step]]


def moments() -> st.SearchStrategy[datetime]:
    """Moments around the versions and their waits, many near midnight of the zone."""
    near = st.builds(
        lambda day, days, minutes: (
            datetime.combine(day + timedelta(days=days), datetime.min.time(), ZoneInfo(ZONE))
            + timedelta(minutes=minutes)
        ),
        st.sampled_from(DAYS),
        st.sampled_from((0, 1, 2, 9, 10, 11, 20, 29, 30, 31, 40, 41, 100, 400)),
        st.sampled_from((0, 1, 600, 1439)),
    )
    return near.map(lambda at: at.astimezone(UTC))


def persons() -> st.SearchStrategy[int]:
    return st.sampled_from((1, 1, 1, 2, 3))


# -- steps -----------------------------------------------------------------------------------------


@st.composite
def gives(draw: st.DrawFn, policy: Policy) -> Step:
    """A record about one person or two, its fields under stamps of every sort."""
    about = draw(st.lists(persons(), min_size=1, max_size=2, unique=True))
    given = [(data, draw(_stamps(policy))) for data in draw(some(LEAVES, 4))]

    def step(company: Company, at: datetime) -> None:
        shown = [(data, _published(stamp, policy, at)) for data, stamp in given]
        made = [
            records.Given(data, "value", stamps.stamp_id(company.session, stamp, "supplied"))
            for data, stamp in shown
        ]
        kept = records.keep(company.session, about, made, at, place=given[0][1].place)
        company.fields.extend(kept.fields)
        company.records.append(kept.record)

    return step


def _published(stamp: Stamp, policy: Policy, at: datetime) -> Stamp:
    """Nothing is given under a version still to come."""
    day = at.astimezone(ZoneInfo(ZONE)).date()
    out = [v.id for v in policy.versions if v.in_force and v.in_force <= day]
    versions = tuple(id for id in stamp.versions if id in out)
    return replace(stamp, versions=versions or tuple(out[-1:]) if stamp.versions else ())


@st.composite
def _stamps(draw: st.DrawFn, policy: Policy) -> Stamp:
    ids = [version.id for version in policy.versions]
    first = draw(st.sampled_from(ids))
    sort = draw(st.sampled_from(("own", "own", "own", "own", "own", "doubt", "none", "held")))
    place = draw(st.sampled_from((*PLACES[1:], None)))
    limits = st.sampled_from((False, False, False, False, True))
    purposes = draw(some(PURPOSES[:5])) if draw(limits) else ()
    if sort == "none":
        return Stamp((), place, purposes=purposes)
    if sort == "held":
        contract = draw(st.sampled_from((None, *(d.id for d in policy.contracts))))
        return Stamp((first,), place, None, "held", "C1", contract, purposes)
    candidates = tuple(ids[ids.index(first) :]) if sort == "doubt" else (first,)
    notice = draw(st.sampled_from((None, *(d.id for d in policy.notices))))
    return Stamp(candidates, place, notice, purposes=purposes)


@st.composite
def derives(draw: st.DrawFn) -> Step:
    """A value made of others, perhaps of derived ones; then perhaps corrected or erased."""
    picks, data = (
        draw(st.lists(st.integers(0, 30), min_size=1, max_size=2)),
        draw(st.sampled_from(LEAVES)),
    )
    then = draw(st.sampled_from(("stay", "stay", "correct", "erase")))

    def step(company: Company, at: datetime) -> None:
        if not company.fields:
            return
        sources = [company.fields[n % len(company.fields)] for n in picks]
        kept = records.derive(company.session, sources, data, "made", at)
        company.fields.extend(kept.fields)
        if then == "correct":
            company.fields.append(records.correct(company.session, kept.fields[0], "right", at))
        if then == "erase":
            records.erase(company.session, sources[:1], at)

    return step


@st.composite
def says(draw: st.DrawFn) -> Step:
    """A choice said or taken back, for all or some of its items; a named consent with its scope."""
    who, choice = draw(persons()), draw(st.sampled_from(CHOICES))
    listed = tuple(item for line in choice.for_each for item in line)
    items = draw(st.one_of(st.just(()), some(listed))) if listed else ()
    standing = draw(st.sampled_from((True, True, False)))
    scope = choices.NO_SCOPE
    if choice.names and standing:
        data = draw(st.one_of(st.just(()), some(DATA[:6])))
        first, last = draw(st.sampled_from(((None, None), (DAYS[0], None), (DAYS[0], DAYS[1]))))
        scope = choices.Scope(draw(st.sampled_from((None, *KNOWN))), data, first, last, ZONE)
    lasts = draw(st.sampled_from((None, None, 15)))

    def step(company: Company, at: datetime) -> None:
        until = at + timedelta(days=lasts) if lasts and standing else None
        choices.say(
            company.session,
            who,
            choice,
            items,
            standing,
            at,
            "site",
            "person",
            scope=scope,
            until=until,
        )

    return step


@st.composite
def answers(draw: st.DrawFn, policy: Policy) -> Step:
    """Yes or no to a clause of some version, in that version's wording."""
    who, answer = (
        draw(persons()),
        draw(st.sampled_from((notices.agree, notices.agree, notices.refuse))),
    )
    version = draw(st.sampled_from((*policy.versions, policy.versions[-1])))
    clause = draw(st.sampled_from(version.clauses)) if version.clauses else None

    def step(company: Company, at: datetime) -> None:
        if clause is not None:
            digest = company.meaning.digest(version, clause)
            answer(company.session, who, clause.name, version.id, digest, at, "site")

    return step


@st.composite
def told(draw: st.DrawFn, policy: Policy) -> Step:
    who, version = draw(persons()), draw(st.sampled_from(policy.versions))
    outcome: Any = draw(st.sampled_from(("delivered", "delivered", "bounced", "unreachable")))
    way = draw(st.sampled_from(WAYS))
    return lambda company, at: notices.tell(company.session, who, version.id, way, outcome, at)


@st.composite
def known(draw: st.DrawFn) -> Step:
    """What is known of a person or a party from now on, or no longer."""
    who, party = draw(persons()), draw(st.sampled_from(KNOWN))
    birth = draw(st.sampled_from(("1980-05-01", "1991-06-05", "1995-06-04", "2005-01-01")))
    country = draw(st.sampled_from(COUNTRIES))
    set_value, add_value, end_value = (
        attributes.set_value,
        attributes.add_value,
        attributes.end_value,
    )
    made: tuple[Step, ...] = (
        lambda c, at: set_value(c.session, "person", who, "birth", birth, at),
        lambda c, at: set_value(c.session, "person", who, "country", country, at),
        lambda c, at: end_value(c.session, "person", who, "country", at),
        lambda c, at: add_value(c.session, "party", party, "territory", country, at),
        lambda c, at: set_value(c.session, "party", party, "home", country, at),
        lambda c, at: set_value(c.session, "party", party, "listing", "yes", at),
        lambda c, at: end_value(c.session, "party", party, "listing", at),
        lambda c, at: set_value(c.session, "matter", "order:1", "approver", "Eve", at),
    )
    return draw(st.sampled_from(made))


@st.composite
def found(draw: st.DrawFn, policy: Policy) -> Step:
    """A role finds a fact of a person, a record or a matter, or finds that it is not so."""
    fact = policy.words["fact", draw(st.sampled_from(("fraud", "checked", "urgent")))]
    who, which, value = draw(persons()), draw(st.integers(0, 9)), draw(st.booleans())
    matter = draw(st.sampled_from(OPEN))

    def step(company: Company, at: datetime) -> None:
        of: Any = fact.of[0]
        made = company.records
        if of == "record" and not made:
            return
        key: int | str = who if of == "person" else matter
        key = made[which % len(made)] if of == "record" else key
        happenings.assert_fact(company.session, fact, of, key, at, ROLES[0], value)

    return step


@st.composite
def signs(draw: st.DrawFn) -> Step:
    """An agreement with or without fields, purposes, an end, a matter."""
    party, terms = draw(st.sampled_from(KNOWN)), draw(some(("nda", "contract"), 2))
    fields = draw(st.one_of(st.just(()), some(DATA[:6])))
    purposes = draw(st.one_of(st.just(()), st.just(()), some(PURPOSES[:5])))
    days = draw(st.sampled_from((None, 0, 30)))
    matter = draw(st.sampled_from((None, None, None, OPEN[0])))

    def step(company: Company, at: datetime) -> None:
        since = at.astimezone(ZoneInfo(ZONE)).date()
        until = None if days is None else since + timedelta(days=days)
        parties.sign(
            company.session, party, terms, since, at,
            until=until, fields=fields, purposes=purposes, matter=matter,
        )  # fmt: skip

    return step


@st.composite
def handles(draw: st.DrawFn, policy: Policy) -> Step:
    """A matter opened for some people, fields and a period; widened; ended."""
    number = draw(st.integers(0, 1))
    id, word = OPEN[number], policy.words["matter", MATTERS[number]]
    who = draw(st.lists(persons(), max_size=2, unique=True))
    fields = draw(st.one_of(st.just(()), some(DATA[:6])))
    period: tuple[date | None, date | None] = draw(
        st.sampled_from(
            ((None, None), (None, None), (DAYS[0], DAYS[1]), (None, DAYS[2]), (DAYS[1], None))
        )
    )
    needs = {"approver": "Eve"} if draw(st.booleans()) else {}
    kind = draw(st.sampled_from(("open", "open", "cover", "close")))

    def step(company: Company, at: datetime) -> None:
        if kind == "close":
            matters.close(company.session, id, at, word.ends)
        elif kind == "cover":
            matters.cover(company.session, id, at, people=who, fields=fields)
        else:
            matters.open_matter(
                company.session, id, word, at, "person",
                people=who, fields=fields, period=period, attributes_=needs,
            )  # fmt: skip

    return step


@st.composite
def happens(draw: st.DrawFn) -> Step:
    who, event = draw(persons()), draw(st.sampled_from(EVENTS[:2]))
    return lambda company, at: happenings.happened(company.session, who, event, at)
