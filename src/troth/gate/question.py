"""What comes to the gate: a question about a person, or what somebody gives, with its place and its moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from troth.language.model import Ask, Document, Stamp


@dataclass(frozen=True, slots=True)
class Question:
    """One ask about one person at one moment. `party` and `matter` are the ids of the ones meant."""

    ask: Ask
    person: int | None
    at: datetime
    party: str | None = None
    matter: str | None = None
    notice_shown: bool = True


@dataclass(frozen=True)
class Given:
    """What somebody hands us at one place. `values` are by data word; a wide word is given leaf by leaf."""

    place: str
    values: Mapping[str, Any]
    people: tuple[int, ...] = ()
    version: str | None = (
        None  # the document id of the notice that was shown; None: the one in force
    )
    notice_shown: bool = True
    notice: str | None = None  # a form's notice document
    host: str | None = None
    source: str = "supplied"
    purposes: tuple[str, ...] = ()
    customer: str | None = None  # held for this customer
    contract: str | None = None
    matter: str | None = None


def stamp_of(given: Given, version: Document | None) -> Stamp:
    """The promise something is given under."""
    return Stamp(
        (version.id,) if version else (),
        given.place,
        given.notice,
        "held" if given.customer else "own",
        given.customer,
        given.contract,
        given.purposes,
    )


def collecting(given: Given, word: str, person: int | None, at: datetime) -> Question:
    """The ask that giving one word at a place amounts to."""
    ask = Ask("collect", word, place=given.place)
    return Question(ask, person, at, matter=given.matter, notice_shown=given.notice_shown)
