"""What each condition means: a formula over atoms, once where it must surely hold, once where it may."""

from __future__ import annotations

from .formula import FALSE, TRUE, Atom, Formula, all_of, any_of, no
from .model import (
    After,
    Ask,
    By,
    Choice,
    Condition,
    Document,
    From,
    If,
    OnlyWith,
    Period,
    Policy,
    Unless,
    Within,
)
from .vocabulary import Vocabulary

Lasts = tuple[int, str]  # how many, of which unit


class Choices:
    """The choices of a policy by name. A choice is one in all versions."""

    def __init__(self, policy: Policy) -> None:
        house = (policy.house,) if policy.house else ()
        self._latest = _first_named(*reversed(policy.versions), *house, *policy.laws)
        self._own: dict[str, dict[str, Choice]] = {}

    def named(self, text: Document, name: str) -> Choice | None:
        """In this text's own wording first, then in the latest."""
        if text.id not in self._own:
            self._own[text.id] = _first_named(text)
        return self._own[text.id].get(name) or self._latest.get(name)


def _first_named(*texts: Document) -> dict[str, Choice]:
    found: dict[str, Choice] = {}
    for text in texts:
        for choice in text.choices:
            found.setdefault(choice.name, choice)
    return found


class Terms:
    """The conditions of one text, for one ask about one leaf."""

    def __init__(self, choices: Choices, words: Vocabulary, text: Document, ask: Ask) -> None:
        self.choices = choices
        self.words = words
        self.text = text
        self.ask = ask

    def surely(self, condition: Condition) -> Formula:
        """The condition of a `may`: an unknown does not hold."""
        return self._mean(condition, surely=True)

    def possibly(self, condition: Condition) -> Formula:
        """The condition of a `never`: an unknown holds."""
        return self._mean(condition, surely=False)

    def _mean(self, condition: Condition, surely: bool) -> Formula:
        match condition:
            case If(names):
                return any_of(*(self._named(n, surely) for n in names))
            case Unless(names):
                return no(any_of(*(self._named(n, not surely) for n in names)))
            case OnlyWith(names):
                return any_of(*(self._named(n, surely) for n in names))
            case Within(matters):
                return any_of(*(Atom("within", (m, self.ask.data)) for m in matters))
            case From(places):
                leaves = tuple(sorted(self.words.leaves("place", places, True)))
                return Atom("given_at", leaves, surely)
            case By(ways):
                return self._by(ways, surely)
            case After(days, event):
                return Atom("after", (days, event), surely)
            case Period(count, unit, event):
                return Atom("kept", (count, unit, event), surely)

    def _by(self, ways: tuple[str, ...], surely: bool) -> Formula:
        if self.ask.by is None:
            return FALSE if surely else TRUE
        return TRUE if self.ask.by in ways else FALSE

    def _named(self, name: str, surely: bool) -> Formula:
        """A fact, a signal, or a choice by its name."""
        choice = self.choices.named(self.text, name)
        if choice is not None:
            return self.said(choice)
        word = self.words.get("fact", name)
        known = word is None or not word.starts_no  # `starts no`: unknown is no, in both
        if self.words.get("signal", name) is not None:
            known = False
        return Atom("fact", (name,), surely or not known)

    def said(self, choice: Choice, lately: Lasts | None = None) -> Formula:
        """Whether the choice was made for what the ask is about, in its own words or carried over; within
        the days of `lately`, where they are given."""
        return self._said(choice, frozenset(), lately)

    def _said(self, choice: Choice, seen: frozenset[str], lately: Lasts | None) -> Formula:
        if choice.name in seen:
            return FALSE
        if choice.names:
            own: Formula = Atom("consented", (choice.name, self.ask.data, "party" in choice.names))
        else:
            lasts = lately or choice.lasts
            own = self._cells(choice.name, lasts, choice.for_each, ())
        carried = [self.choices.named(self.text, name) for name in choice.carries]
        seen |= {choice.name}
        return any_of(own, *(self._said(c, seen, lately) for c in carried if c is not None))

    def _cells(
        self,
        choice: str,
        lasts: Lasts | None,
        dimensions: tuple[tuple[str, ...], ...],
        cell: tuple[str, ...],
    ) -> Formula:
        """The cells the ask falls in. A dimension that the ask lies outside of counts only when said
        for all its items; one it leaves open, when said for any."""
        if not dimensions:
            return Atom("said", (choice, "/".join(cell), *(lasts or ())))
        items, rest = dimensions[0], dimensions[1:]
        purposes = tuple(i for i in items if self.words.get("purpose", i) is not None)
        if purposes:
            asked = self.ask.purpose
            inside = self.words.under("purpose", asked, purposes) if asked else purposes
        else:
            inside = self.words.under("data", self.ask.data, items)
        chosen = [self._cells(choice, lasts, rest, (*cell, item)) for item in inside or items]
        return any_of(*chosen) if inside else all_of(*chosen)
