"""What a story is made of: people and parties, a calendar, and what must be answered on each day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from typing import Literal

from .model import Ask, Span

NOWHERE = Span()
NOON = time(12, 0)  # a step without a time of day
Verdict = Literal["", "yes", "no", "in part", "refused"]
StepKind = Literal[
    "gives",
    "says",
    "takes back",
    "agrees",
    "refuses",
    "consents",
    "is told",
    "not reached",
    "age",
    "moves",
    "has service",
    "ends service",
    "opens",
    "closes",
    "happens",
    "signals",
    "finds",
    "signs",
    "ends agreement",
    "forgotten",
    "asked",
]


@dataclass(frozen=True, slots=True)
class Entry:
    """One attribute of a party or a matter: `territory FR, DE from 2004-01-01`. Last day inclusive."""

    name: str
    values: tuple[str, ...]
    starts: date | None = None
    until: date | None = None
    span: Span = NOWHERE


@dataclass(frozen=True, slots=True)
class Agreement:
    """What a party signed: terms or agreements, and the fields its mandate holds (none said: no mandate)."""

    terms: tuple[str, ...]
    fields: tuple[str, ...] = ()
    starts: date | None = None
    until: date | None = None
    span: Span = NOWHERE


@dataclass(frozen=True, slots=True)
class Fixture:
    """A party of the story file, valid in all its stories: `party reseller FR: territory FR`."""

    kind: str
    name: str
    display: str = ""
    entries: tuple[Entry, ...] = ()
    agreements: tuple[Agreement, ...] = ()
    starts: date | None = None
    until: date | None = None
    span: Span = NOWHERE


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom or what a step is about besides people: `legal-demand D-1`, `reseller (FR)`."""

    kind: str  # the word: a matter or a party
    name: str = ""  # its id or its fixture; empty: the kind alone
    span: Span = NOWHERE


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a story. Only the fields of its kind are filled.

    `gives`: persons data place notice purposes source host customer contract · `says`, `takes back`: choice items
    way · `agrees`, `refuses`: clause version · `consents`: choice party data starts until · `is told`,
    `not reached`: version way · `age`, `moves`, `has service`, `ends service`: value · `opens`: persons
    matter entries data period, `by_us` for `we open` · `closes`: matter event · `happens`: event · `signals`: signal, `denied` for `signals no` · `finds`:
    role fact, about persons, matter, party; `denied` for `finds no` · `signs`, `ends agreement`: party
    agreements · `asked`: ask, persons, party, matter, expected, cited.

    A version is written as in the file (`2014-11-21`, or a full document id); a clause as `section.name`.
    """

    kind: StepKind
    day: date
    at: time = NOON
    persons: tuple[str, ...] = ()
    countries: tuple[tuple[str, str], ...] = ()  # `Anna (DE)`: from this step on
    data: tuple[str, ...] = ()
    place: str = ""
    notice: str = ""
    purposes: tuple[str, ...] = ()
    source: str = ""
    host: str = ""
    customer: str = ""
    contract: str = ""
    signal: str = ""
    choice: str = ""
    items: tuple[str, ...] = ()
    way: str = ""
    clause: str = ""
    version: str = ""
    value: str = ""
    matter: Subject | None = None
    party: Subject | None = None
    by_us: bool = False
    entries: tuple[Entry, ...] = ()
    period: tuple[date, date] | None = None
    event: str = ""
    role: str = ""
    fact: str = ""
    denied: bool = False
    agreements: tuple[Agreement, ...] = ()
    starts: date | None = None
    until: date | None = None
    ask: Ask | None = None
    expected: Verdict = ""
    cited: tuple[str, ...] = ()
    text: str = ""
    span: Span = NOWHERE
    spans: tuple[tuple[str, Span], ...] = ()  # where each name of the step stands


@dataclass(frozen=True, slots=True)
class Story:
    """A person and a calendar, from an empty company on. Its name is the heading above its box."""

    name: str
    steps: tuple[Step, ...]
    comments: tuple[str, ...] = ()
    span: Span = NOWHERE
