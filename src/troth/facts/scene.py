"""What an atom is asked about: a person's rows, the datum, the party and the matter, at a moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from troth.language.vocabulary import Vocabulary

from .calendar import day_of


class Said(NamedTuple):
    """A row of `choices`."""

    choice: str
    cell: str
    standing: bool
    at: datetime
    until: datetime | None
    party: str | None
    data: tuple[str, ...]
    first: datetime | None  # of the period the consent names
    end: datetime | None


class Told(NamedTuple):
    version: str
    way: str
    outcome: str
    at: datetime


class Adopted(NamedTuple):
    clause: str
    digest: str
    answer: str
    at: datetime


class Happened(NamedTuple):
    event: str
    at: datetime


class Asserted(NamedTuple):
    fact: str
    of: str
    key: str
    value: bool
    at: datetime


class Valued(NamedTuple):
    of: str
    key: str
    name: str
    value: str
    since: datetime
    until: datetime | None


class Agreement(NamedTuple):
    names: tuple[str, ...]
    fields: tuple[str, ...]
    purposes: tuple[str, ...]
    matter: str | None
    since: date
    until: date | None


class Matter(NamedTuple):
    id: str
    kind: str
    opened_at: datetime
    ended_at: datetime | None
    fields: tuple[str, ...]
    period_from: date | None
    period_until: date | None
    people: frozenset[int]


@dataclass(frozen=True)
class Rows:
    """The rows that may bear on one ask, each list in order of time (then of number)."""

    said: tuple[Said, ...] = ()
    told: tuple[Told, ...] = ()
    adopted: tuple[Adopted, ...] = ()
    happened: tuple[Happened, ...] = ()
    asserted: tuple[Asserted, ...] = ()
    valued: tuple[Valued, ...] = ()
    agreements: tuple[Agreement, ...] = ()  # of the party asked about
    matter: Matter | None = None  # the one the ask names


@dataclass(frozen=True)
class Datum:
    """The datum asked about, or the collecting of one: its record is then still to come."""

    record: int | None = None
    place: str | None = None
    notice: str | None = None
    source: str | None = None
    customer: str | None = None
    given_at: datetime | None = None


@dataclass(frozen=True)
class Scene:
    """Everything a getter may look at."""

    words: Vocabulary
    zone: str
    at: datetime
    person: int | None = None
    party: str | None = None
    datum: Datum = Datum()
    notice_shown: bool = False
    rows: Rows = Rows()

    @property
    def day(self) -> date:
        return day_of(self.at, self.zone)

    def key(self, of: str) -> str | None:
        """The register key of one of the four subjects of a fact."""
        match of:
            case "person":
                return None if self.person is None else str(self.person)
            case "party":
                return self.party
            case "matter":
                return self.rows.matter.id if self.rows.matter else None
            case "record":
                return None if self.datum.record is None else str(self.datum.record)
        raise KeyError(of)


def given_within(scene: Scene, first: datetime | None, end: datetime | None) -> bool:
    """Given from `first` on and before `end`, where these are set."""
    given = scene.datum.given_at
    if given is None:
        return first is None and end is None
    return (first is None or given >= first) and (end is None or given < end)


@dataclass(frozen=True)
class Frame:
    """The same scene for SQL: `scene` is what is one value for all rows (moment, party, matter); the
    columns are SQL expressions for what differs, `null` where there is none."""

    scene: Scene
    company: str
    person: str = "null"
    record: str = "null"
    place: str = "null"
    notice: str = "null"
    source: str = "null"
    customer: str = "null"
    given_at: str = "null"
