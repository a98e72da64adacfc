"""Parties by their readable id, with territory and group as dated attributes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from troth import ledger
from troth.language.model import Word
from troth.people import attributes
from troth.people.problems import Conflict, Unknown, must_know
from troth.store import Session, Straight
from troth.store import tables as t

if TYPE_CHECKING:
    from sqlalchemy import Select

_KIND = Straight("select kind from parties where company = :of_company and id = :id")

TERRITORY = "territory"
GROUP = "group"


@cache
def _territories() -> Select[Any]:
    """Who of a kind has a country to itself, now or from `since` on."""
    from sqlalchemy import bindparam, or_, select

    c = t.attributes.c
    return (
        select(c.key, c.since, c.until)
        .join_from(t.attributes, t.parties, t.parties.c.id == c.key)
        .where(c.of == "party", c.name == TERRITORY, c.value == bindparam("country"))
        .where(t.parties.c.kind == bindparam("kind"))
        .where(or_(c.until.is_(None), c.until > bindparam("since", type_=c.since.type)))
        .order_by(c.since)
    )


@dataclass(frozen=True, slots=True)
class Party:
    """A recipient: `acme-de`, of the kind `reseller`."""

    id: str
    kind: str
    name: str


def register(
    session: Session,
    id: str,
    word: Word,
    name: str,
    at: datetime,
    *,
    territory: Iterable[str] = (),
    until: datetime | None = None,
    attributes_: Mapping[str, str | Iterable[str]] | None = None,
) -> Party:
    """Enter a party of the word's kind. `territory`, countries it serves from `at` and before `until`."""
    if word.kind != "party":
        raise Unknown(f"`{word.name}` is a {word.kind}, no party; give a word of kind party")
    if session.one(t.parties, id=id) is not None:
        raise Conflict(f"party `{id}` is registered already; change its attributes")
    session.put(t.parties, id=id, kind=word.name, name=name)
    ledger.record(session, "party.registered", {"party": id, "kind": word.name}, at=at)
    for country in territory:
        add_territory(session, id, word, country, at, until)
    attributes.set_values(session, "party", id, attributes_ or {}, at)
    return Party(id, word.name, name)


def party(session: Session, id: str) -> Party:
    """The party of this id."""
    row = must_know(session, t.parties, "party", id)
    return Party(row.id, row.kind, row.name)


def kind_of(session: Session, id: str) -> str | None:
    """The word of a party, or none where it is not registered."""
    return next((kind for (kind,) in session.fetch(_KIND, id=id)), None)


def add_territory(
    session: Session,
    id: str,
    word: Word,
    country: str,
    since: datetime,
    until: datetime | None = None,
) -> None:
    """The party serves a country from `since` on and before `until`.

    Conflict where the kind is `one for each country` and another serves it in some of that time.
    """
    known = party(session, id)
    if known.kind != word.name:
        raise Conflict(f"party `{id}` is a {known.kind}, no {word.name}; give its own word")
    if until is not None and until <= since:
        raise Conflict(f"the territory {country} of `{id}` ends before it begins; swap the dates")
    if word.one_for_each_country:
        _must_be_free(session, known, country, since, until)
    attributes.add_value(session, "party", id, TERRITORY, country, since, until)


def set_group(session: Session, id: str, group: str, at: datetime) -> None:
    """The group of companies the party belongs to from now on."""
    attributes.set_value(session, "party", id, GROUP, group, at)


def _must_be_free(
    session: Session, new: Party, country: str, since: datetime, until: datetime | None
) -> None:
    asked = {"kind": new.kind, "country": country, "since": since}
    for row in session.execute(_territories(), asked):
        if row.key != new.id and (until is None or row.since < until):
            ends = f"until {row.until:%Y-%m-%d}" if row.until else "with no end"
            raise Conflict(
                f"{country} has a {new.kind} from {row.since:%Y-%m-%d} {ends}: `{row.key}`, and there is "
                f"one for each country; end the territory of `{row.key}`, or begin `{new.id}` after it"
            )
