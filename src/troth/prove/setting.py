"""The setting of one leaf of an ask: what is settled before the circumstances of a person and a calendar vary."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from troth.language.formula import Atom
from troth.language.model import Ask, Stamp
from troth.language.vocabulary import Vocabulary

Circumstance = tuple[str, ...]  # what may vary: ("said", "no-news", "email"), ("person", "country")
Case = Mapping[Circumstance, Any]  # one value for each of some circumstances
PARTY = "one"  # the name of the party a story is about
CUSTOMER = "Acme"  # for whom a story holds what is held for a customer
MATTER: Circumstance = ("matter",)
PLACE: Circumstance = ("place",)
GAP: Circumstance = ("gap",)  # days from the day it was given to the day that is asked about
SOURCE: Circumstance = ("source",)
MANDATE: Circumstance = ("mandate",)
NOTICE: Circumstance = ("notice shown",)


@dataclass(frozen=True)
class Setting:
    """Everything about an ask that does not vary. `day` is the day asked about; the datum was given from
    `given_from` to `given_until`, both days included.

    `telling` leaves out what rows could hold and no story can tell: a place nobody knows, an attribute
    that no step sets. `wordings` are the clauses a person can be asked to agree to: name and digest to version.
    """

    words: Vocabulary
    ask: Ask
    stamp: Stamp
    day: date
    given_from: date
    given_until: date
    telling: bool = True
    places: tuple[str, ...] | None = None  # where it can be given; none: wherever
    wordings: Mapping[tuple[str, str], str] = field(default_factory=dict)
    giving: bool = False  # somebody hands it in: in no matter

    @property
    def to_come(self) -> bool:
        """Whether the ask is about what is not held yet."""
        return self.ask.action in ("collect", "require")


Truth = Mapping[Atom, bool]
