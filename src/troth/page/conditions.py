"""What a clause hangs on, as the second half of its sentence: `, but only as part of your support case`."""

from __future__ import annotations

from collections.abc import Sequence

from troth.language.model import (
    After,
    By,
    Clause,
    Condition,
    From,
    If,
    OnlyWith,
    Period,
    Unless,
    Within,
)
from troth.page.phrases import Sentence, all_placed, led, listed, plain, said
from troth.page.voice import Voice


def conditions(voice: Voice, clause: Clause) -> Sentence:
    """Everything a clause hangs on, from ` for 90 days after …` to `, except as … say`."""
    every = clause.conditions
    periods = [condition(voice, c) for c in every if isinstance(c, Period)]
    limits = [condition(voice, c, clause.modal) for c in _limits(every)]
    unless = [name for c in every if isinstance(c, Unless) for name in c.names]
    return said(
        led(listed(periods)),
        _when(limits, clause.modal),
        said(", unless ", _any(voice, unless)) if unless else (),
        _excepts(voice, clause),
    )


def condition(voice: Voice, one: Condition, modal: str = "may") -> Sentence:
    """One condition alone, as the end of a sentence: `as part of your support case`."""
    match one:
        case If(facts):
            return said("if ", listed(voice.all("fact", facts), "or"))
        case Within(matters):
            return said("as part of ", listed(voice.all("matter", matters), "or"))
        case From(places):
            given = "where it was given " if modal == "never" else "what was given "
            return said(given, all_placed(voice.all("place", places), "at", "or"))
        case By(ways):
            return all_placed([voice.way(name) for name in ways], "by", "or")
        case Unless(names):
            return said("unless ", _any(voice, names))
        case OnlyWith(names):
            return said("with your consent ", listed([voice.quoted(n) for n in names], "or"))
        case After(days, event):
            verb = "has" if days == 1 else "have"
            return said(
                f"once {counted(days, 'days')} {verb} passed since ", *voice.all("event", [event])
            )
        case Period(count, unit, event):
            return said(f"for {counted(count, unit)} after ", voice.word("event", event))


def condition_slots(voice: Voice, one: Condition) -> dict[str, Sentence]:
    """The words of a condition by name, for a clause that has its own wording."""
    match one:
        case If(names):
            return {name: voice.word("fact", name) for name in names}
        case Within(names):
            return {name: voice.word("matter", name) for name in names}
        case From(names):
            return {name: voice.word("place", name) for name in names}
        case By(names):
            return {name: voice.way(name) for name in names}
        case Unless(names) | OnlyWith(names):
            return {name: voice.quoted(name) for name in names}
        case After(days, event):
            return {event: voice.word("event", event), "days": said(str(days))}
        case Period(count, unit, event):
            return {event: voice.word("event", event), unit: said(str(count))}


def counted(number: int, unit: str) -> str:
    """`1 day`, `30 days`."""
    return f"1 {unit.removesuffix('s')}" if number == 1 else f"{number} {unit}"


def _limits(every: Sequence[Condition]) -> list[Condition]:
    """What narrows a clause to a form, a case, a channel or a consent, in the order a sentence wants."""
    order = (From, Within, By, OnlyWith, After, If)
    return [c for kind in order for c in every if isinstance(c, kind)]


def _when(limits: list[Sentence], modal: str) -> Sentence:
    """A permission is narrowed (`but only …`); a `never` is told where it bites."""
    if not limits:
        return ()
    apart = any("," in plain(limit) for limit in limits)
    joined = _apart(limits) if apart else listed(limits)
    return said(" " if modal == "never" else ", but only ", joined)


def _apart(limits: list[Sentence]) -> Sentence:
    out = limits[0]
    for limit in limits[1:]:
        out = said(out, ", and ", limit)
    return out


def _any(voice: Voice, names: Sequence[str]) -> Sentence:
    """`you chose “A” or “B”`, or a choice and a fact each in its own words."""
    if len(names) > 1 and all(
        n in voice.choices and voice.choices[n].kind == "choice" for n in names
    ):
        return said("you chose ", listed([voice.quoted(name) for name in names], "or"))
    return listed([voice.chosen(name) for name in names], "or")


def _excepts(voice: Voice, clause: Clause) -> Sentence:
    if not clause.excepts:
        return ()
    section = clause.name.rpartition(".")[0]
    verb = " says" if len(clause.excepts) == 1 else " say"
    named = listed([voice.clause(name, section) for name in clause.excepts])
    return said(", except as ", named, verb)
