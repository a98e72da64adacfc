"""A change in plain language, for whoever the policy is about; and the same for programs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from .compare import Change, Comparison
from .fate import Fate

Counted = Mapping[str, int]  # change → people it touches


def summary(
    comparison: Comparison, sentences: Mapping[str, str], people: Counted | None = None
) -> str:
    """The change as text: what is wider, what is narrower, what becomes of data given before."""
    lines = [*_head(comparison)]
    if not comparison:
        return "\n".join([*lines, "", "Nothing has changed.", ""])
    lines += _part("What we may do from now on", comparison.gained, sentences, people, _earlier)
    lines += _part("What we may do no more", comparison.lost, sentences, people, _stops)
    lines += _listed("Said in other words", comparison.reworded)
    lines += _listed("Under another name", [f"{a} → {b}" for a, b in comparison.moved])
    lines += _listed("New besides", comparison.added)
    lines += _listed("Gone besides", comparison.dropped)
    lines += ["", f"{comparison.same} statements are as they were."]
    return "\n".join(lines) + "\n"


def _head(comparison: Comparison) -> Iterator[str]:
    old, new = comparison.old, comparison.new
    yield f"{old.setting('company')}: from {_day(old.in_force)} to {_day(new.in_force)}"
    yield ""
    yield f"What you gave before {_day(new.in_force)} keeps the promises of its day."
    if old.listed("entrusted") or new.listed("entrusted"):
        yield "What customers entrust to us is not touched."


def _part(
    title: str,
    changes: tuple[Change, ...],
    sentences: Mapping[str, str],
    people: Counted | None,
    earlier: Callable[[Fate], str],
) -> Iterator[str]:
    if changes:
        yield from ("", title, "-" * len(title))
    last = ""
    for change in changes:
        if change.clause != last:
            yield ""
            yield change.clause
            yield f"  {sentences.get(change.clause, '')}"
        last = change.clause
        several = sum(other.clause == change.clause for other in changes) > 1
        yield f"  {f'{_what(change)}: ' if several else ''}{earlier(change.fate)}"
        if change.fate.widened:
            yield from (f"    {name}" for name in change.fate.because)
        if people is not None:
            count = people.get(key(change), 0)
            yield f"  {count:,} {'person' if count == 1 else 'people'}"


def key(change: Change) -> str:
    """What a count of people is kept under."""
    return f"{change.clause} {change.fate.waits} {' '.join(change.data)}"


def _what(change: Change) -> str:
    """The data, and to whom, what for and where."""
    slots = [change.data, *(change.slot(name) for name in ("party", "purpose", "place"))]
    return " · ".join(_some(names) for names in slots if names)


def _some(names: tuple[str, ...]) -> str:
    shown = ", ".join(names[:4])
    return f"{shown} and {len(names) - 4} more" if len(names) > 4 else shown


def _earlier(fate: Fate) -> str:
    """What becomes of data given before, where more is allowed now."""
    if fate.only_new:
        return "only of what we collect from that day on"
    told = f"once we told you{' by ' if fate.ways else ''}{' or '.join(fate.ways)} and"
    first = f"{told} " if fate.told else ""
    waits = {
        "consent": f"of data given before: only {first}after your yes to this clause",
        "notice": f"of data given before: {told} you let {fate.wait_days} days pass",
        "posting": "of data given before: once it is posted, unless you refuse",
        "": "of data given before as well",
    }[fate.waits]
    also = "; where it applies, only after your yes:" if fate.waits != "consent" else ", against:"
    waits += also if fate.because else ""
    return f"in some cases as before; {waits}" if fate.goes_on else waits


def _stops(fate: Fate) -> str:
    return "goes on in some cases only" if fate.goes_on else "stops for all data on that day"


def _listed(title: str, names: Any) -> Iterator[str]:
    if names:
        yield from ("", title, "-" * len(title), "")
        yield from (f"  {name}" for name in names)


def _day(day: date | None) -> str:
    return f"{day:%-d %B %Y}" if day is not None else "the first day"


def as_dict(comparison: Comparison, people: Counted | None = None) -> dict[str, Any]:
    """The change for a program."""

    def told(change: Change) -> dict[str, Any]:
        fate = change.fate
        found = {
            "clause": change.clause,
            "action": change.action,
            "data": list(change.data),
            "parties": list(change.slot("party")),
            "purposes": list(change.slot("purpose")),
            "places": list(change.slot("place")),
            "earlier data": _word(fate),
            "wait_days": fate.wait_days,
            "told first": fate.told,
            "by": list(fate.ways),
            "because": list(fate.because) if fate.widened else [],
        }
        return found if people is None else found | {"people": people.get(key(change), 0)}

    return {
        "old": comparison.old.id,
        "new": comparison.new.id,
        "widened": [told(change) for change in comparison.gained],
        "narrowed": [told(change) for change in comparison.lost],
        "reworded": list(comparison.reworded),
        "moved": [list(pair) for pair in comparison.moved],
        "added": list(comparison.added),
        "dropped": list(comparison.dropped),
        "same": comparison.same,
    }


def _word(fate: Fate) -> str:
    if fate.narrowed:
        return "goes on in part" if fate.goes_on else "stops"
    if fate.only_new:
        return "only new data"
    return f"waits for {fate.waits}" if fate.waits else "goes on"
