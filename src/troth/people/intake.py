"""Taking in what many give and say at once: read for all, decided for each, written for all.

Each fares as if it came alone. What is no plain case (an address that several have, a person joined with
another, a consent that names a party), and what comes second for one person, is done the ordinary way
after the others, in a part of the transaction of its own. So is everything, one by one, where writing it
together fails: then the one that is wrong fails alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from troth import ledger
from troth.facts import Rows
from troth.facts.load import NOTHING, load_people
from troth.language.model import Choice, Stamp
from troth.ledger import Event
from troth.people import choices, people, records, stamps
from troth.people.identifiers import Kind, Owner, hashed, owners
from troth.people.same import SAME_AS
from troth.store import Session
from troth.store import tables as t

if TYPE_CHECKING:
    from sqlalchemy import Table

Person = int | str


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """Something to take in. `alone` takes it in the ordinary way."""

    alone: Callable[[Session], Any]
    at: datetime
    person: Person | None = None  # her number, or an address of hers


@dataclass(frozen=True, kw_only=True)
class Collected(Arrival):
    """What somebody gave. `allowed` gives its stamp, from what is known of her, or raises the refusal."""

    allowed: Callable[[Rows], Stamp]
    addresses: Mapping[Kind, str]  # by which she is found, or entered anew
    values: Mapping[str, Any]
    place: str
    source: str = "supplied"
    host: str | None = None
    matter: str | None = None


@dataclass(frozen=True, kw_only=True)
class Spoken(Arrival):
    """What somebody said of a choice."""

    choice: Choice
    items: tuple[str, ...]
    row: dict[str, Any]  # what its rows have in common


def take_all(session: Session, key: bytes, arrivals: Sequence[Arrival]) -> list[Any]:
    """What came of each, in order: the number of a record, the numbers of a choice's rows, or an error."""
    known = _read(session, key, arrivals)
    outcomes: dict[int, Any] = {}
    plans: dict[int, _Plan] = {}
    touched: set[Any] = set()
    for number, arrival in enumerate(arrivals):
        try:
            plan = _plan(known, arrival)
        except Exception as error:  # refused, or not known: before anything of it was written
            outcomes[number] = error
            continue
        if plan is not None and not touched & plan.who:
            touched |= plan.who
            plans[number] = plan
    try:
        with session.part():
            written = _write(session, list(plans.values()))
        outcomes |= dict(zip(plans, written, strict=True))
    except Exception:  # one of them: it is found by doing each alone
        pass
    for number, arrival in enumerate(arrivals):
        if number not in outcomes:
            outcomes[number] = _alone(session, arrival)
    return [outcomes[number] for number in range(len(arrivals))]


def _alone(session: Session, arrival: Arrival) -> Any:
    try:
        with session.part():
            return arrival.alone(session)
    except Exception as error:
        return error


# -- reading ---------------------------------------------------------------------------------------


@dataclass
class _Known:
    """What the store knows of everybody who is named in a group."""

    digests: dict[tuple[Kind, str], str]  # of each address that can be hashed
    owners: dict[tuple[Kind, str], list[Owner]]  # of each hash
    rows: dict[int, Rows]  # of those that are there, the forgotten left out


def _read(session: Session, key: bytes, arrivals: Sequence[Arrival]) -> _Known:
    named = {address for arrival in arrivals for address in _addresses(arrival).items()}
    digests: dict[tuple[Kind, str], str] = {}
    for kind, value in named:
        try:
            digests[kind, value] = hashed(session, key, kind, value)
        except ValueError:  # no address: its arrival is told so
            continue
    owning = owners(session, {(kind, digest) for (kind, _), digest in digests.items()})
    numbers = {arrival.person for arrival in arrivals if isinstance(arrival.person, int)}
    found = [owner for each in owning.values() for owner in each]
    there = {*people.living(session, numbers), *(o.person for o in found if not o.forgotten)}
    return _Known(digests, owning, load_people(session, sorted(there)))


def _addresses(arrival: Arrival) -> dict[Kind, str]:
    if isinstance(arrival.person, int):
        return {}
    given = dict(arrival.addresses) if isinstance(arrival, Collected) else {}
    if arrival.person is None:
        return given
    return {"email" if "@" in arrival.person else "phone": arrival.person, **given}


# -- planning --------------------------------------------------------------------------------------


@dataclass
class _Plan:
    """What is to be written for one arrival. `who` is everybody it is about, by number or by hash."""

    arrival: Arrival
    person: int | None  # None: somebody new
    who: set[Any]
    stamp: Stamp | None = None
    cells: tuple[str, ...] = ()
    hashes: list[tuple[Kind, str, str]] = field(default_factory=list)  # of somebody new


def _plan(known: _Known, arrival: Arrival) -> _Plan | None:
    """None where it is no plain case."""
    found = _found(known, arrival)
    if found is None:
        return None
    person, hashes = found
    who: set[Any] = {digest for _, _, digest in hashes} if person is None else {person}
    rows = NOTHING if person is None else known.rows.get(person)
    if rows is None:  # not there: told so the ordinary way
        return None
    if isinstance(arrival, Collected):
        if arrival.matter is not None or any(v is None for v in arrival.values.values()):
            return None
        return _Plan(arrival, person, who, arrival.allowed(rows), hashes=hashes)
    assert isinstance(arrival, Spoken)
    joined = any(v.of == "person" and v.name == SAME_AS for v in rows.valued)
    if person is None or joined or arrival.choice.names:
        return None
    return _Plan(arrival, person, who, cells=choices.cells(arrival.choice, arrival.items))


def _found(
    known: _Known, arrival: Arrival
) -> tuple[int | None, list[tuple[Kind, str, str]]] | None:
    """Her number; or that she is new, with the hashes of her addresses; or that it is no plain case."""
    if isinstance(arrival.person, int):
        return arrival.person, []
    if isinstance(arrival, Spoken) and "@" not in (arrival.person or ""):
        return None
    hashes: list[tuple[Kind, str, str]] = []
    for kind, value in _addresses(arrival).items():
        digest = known.digests.get((kind, value))
        if digest is None:
            return None
        owning = known.owners.get((kind, digest), [])
        now = {owner.person for owner in owning if owner.now}
        if len(now) > 1 or any(owner.forgotten for owner in owning):
            return None
        if now:
            return now.pop(), []
        hashes.append((kind, value, digest))
    return (None, hashes) if hashes else None


# -- writing ---------------------------------------------------------------------------------------


def _write(session: Session, plans: Sequence[_Plan]) -> list[Any]:
    """All rows of all plans, table by table; what came of each."""
    if not plans:
        return []
    firsts = session.reserve(_counts(plans))
    who, told = _enter(session, plans, firsts)
    kept, taken = _keep(session, plans, who, firsts)
    said, heard = _say(session, plans, who, firsts)
    events = [
        event
        for number in range(len(plans))
        for part in (told, taken, heard)
        for event in part.get(number, ())
    ]
    ledger.record_all(session, events, at=max(plan.arrival.at for plan in plans))
    return [kept[number] if number in kept else said[number] for number in range(len(plans))]


Events = dict[int, list[Event]]
Firsts = Mapping["Table", int]  # the first number of those reserved in each table


def _counts(plans: Sequence[_Plan]) -> dict[Table, int]:
    """How many rows there will be in each numbered table."""
    new = [plan for plan in plans if plan.person is None]
    given = [p.arrival for p in plans if isinstance(p.arrival, Collected)]
    return {
        t.people: len(new),
        t.identifiers: sum(len(plan.hashes) for plan in new),
        t.records: len(given),
        t.fields: sum(len(arrival.values) for arrival in given),
        t.choices: sum(len(plan.cells) for plan in plans),
    }


def _enter(
    session: Session, plans: Sequence[_Plan], firsts: Firsts
) -> tuple[dict[int, int], Events]:
    """The number of everybody; those who are new are entered with their addresses."""
    new = {number: plan for number, plan in enumerate(plans) if plan.person is None}
    rows = [{"created_at": plan.arrival.at, "erased_at": None} for plan in new.values()]
    who = {number: plan.person for number, plan in enumerate(plans) if plan.person is not None}
    who |= dict(zip(new, session.add_all(t.people, rows, firsts), strict=True))
    addressed = [(number, *each) for number, plan in new.items() for each in plan.hashes]
    numbers = session.add_all(
        t.identifiers,
        [
            people.identifier_row(who[number], kind, value, digest, plans[number].arrival.at)
            for number, kind, value, digest in addressed
        ],
        firsts,
    )
    told: Events = {number: [people.added_event(who[number])] for number in new}
    for identifier, (number, kind, _, _) in zip(numbers, addressed, strict=True):
        told[number].append(people.identified_event(who[number], identifier, kind))
    return who, told


def _keep(
    session: Session, plans: Sequence[_Plan], who: Mapping[int, int], firsts: Firsts
) -> tuple[dict[int, int], Events]:
    """The records of what was given, with their fields."""
    given = [(number, plan.arrival, plan.stamp) for number, plan in enumerate(plans)]
    mine = [(n, a, s) for n, a, s in given if isinstance(a, Collected) and s is not None]
    distinct = dict.fromkeys((s, a.source) for _, a, s in mine)
    under = {(stamp, source): stamps.stamp_id(session, stamp, source) for stamp, source in distinct}
    rows = [records.record_row(a.at, a.source, a.place, a.host, a.matter) for _, a, _ in mine]
    kept = dict(zip((n for n, _, _ in mine), session.add_all(t.records, rows, firsts), strict=True))
    session.put_all(
        t.record_people, [{"record": r, "person": who[number]} for number, r in kept.items()]
    )
    fields = [
        (number, records.Given(word, value, under[stamp, arrival.source]))
        for number, arrival, stamp in mine
        for word, value in arrival.values.items()
    ]
    written = [records.field_row(kept[n], each) for n, each in fields]
    numbers = session.add_all(t.fields, written, firsts)
    listed: dict[int, list[list[Any]]] = {number: [] for number in kept}
    told = {number: stamps.digest(stamp, a.source) for number, a, stamp in mine}
    for added, (number, each) in zip(numbers, fields, strict=True):
        listed[number].append([added, each.data, told[number]])
    return kept, {
        n: [records.kept_event(kept[n], listed[n], who[n], a.at, a.source, a.place, a.matter)]
        for n, a, _ in mine
    }


def _say(
    session: Session, plans: Sequence[_Plan], who: Mapping[int, int], firsts: Firsts
) -> tuple[dict[int, tuple[int, ...]], Events]:
    """The rows of what was said, one for each cell."""
    rows: list[dict[str, Any]] = []
    cells: list[int] = []
    heard: Events = {}
    for number, plan in enumerate(plans):
        arrival = plan.arrival
        if isinstance(arrival, Spoken):
            rows += choices.of_cells(arrival.row, who[number], plan.cells)
            cells += [number] * len(plan.cells)
            heard[number] = [choices.said_event(arrival.row, who[number], plan.cells)]
    said: dict[int, tuple[int, ...]] = dict.fromkeys(heard, ())
    for added, number in zip(session.add_all(t.choices, rows, firsts), cells, strict=True):
        said[number] += (added,)
    return said, heard
