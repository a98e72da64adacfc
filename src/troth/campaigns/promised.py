"""What older versions promised of a change: who is told of it, by which ways, and what silence then says."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from troth.language.meaning import Meaning
from troth.language.model import Document, Duty

WAYS = ("email", "letter", "phone")  # where nobody promised by which, any that reaches her
# of the moments of `must tell people … before …`: any change of what binds, and a use that is wider
ANY_CHANGE = frozenset({"significant change"})
WIDER_USE = frozenset({"wider use", "new purpose"})


def tell_duty(version: Document) -> Duty | None:
    """The promise of a version to tell people before earlier data is used more widely."""
    return next((duty for duty in version.duties if duty.form == "tell-wider-use"), None)


def told_before(version: Document, moments: frozenset[str]) -> Duty | None:
    """The promise of a version to tell people before one of these moments."""
    telling = (duty for duty in version.duties if duty.form == "tell-before")
    return next((duty for duty in telling if moments.intersection(duty.slot("moments"))), None)


def mode_of(version: Document) -> str:
    """Which of the five ways of changing a version promised: consent, opt-out first, told, posted or
    check back."""
    duty = tell_duty(version)
    if duty is not None and ("silence", "is", "no") in [line[:3] for line in duty.lines]:
        return "consent"
    if duty is not None and ("nevers", "too") in duty.lines:
        return "opt-out first"
    if duty is not None:
        return "told"
    posts = any(duty.form == "post-changes" for duty in version.duties)
    return version.setting("changes") or ("posted" if posts else "check back")


def ways_of(older: Sequence[Document], wider: bool = True) -> tuple[str, ...]:
    """By which ways somebody is told who gave things under these versions: those that all of them
    promised, in the order of the first; where they promised nothing in common, in the order they came.

    `wider`: something of hers waits; else she is told of the change alone.
    """
    promised = [duty.slot("ways") for v in older if (duty := _duty(v, wider)) is not None]
    named = [ways for ways in promised if ways]
    if not named:
        return WAYS
    common = tuple(way for way in named[0] if all(way in ways for ways in named))
    return common or tuple(dict.fromkeys(way for ways in named for way in ways))


def _duty(version: Document, wider: bool) -> Duty | None:
    if wider:
        return tell_duty(version) or told_before(version, WIDER_USE)
    return told_before(version, ANY_CHANGE)


def tells_of(meaning: Meaning, older: Document, new: Document) -> bool:
    """Whether an older version promised to tell of what the new one changes, whatever it is."""
    return told_before(older, ANY_CHANGE) is not None and _binds(meaning, older) != _binds(
        meaning, new
    )


def _binds(meaning: Meaning, text: Document) -> frozenset[object]:
    """What binds in a version, whatever it is called and however it is said. Which change is significant
    is not for the machine to say: each that is one counts."""
    clauses: Iterable[object] = (meaning.digest(text, clause) for clause in text.clauses)
    choices = ((c.kind, c.name, c.for_each, c.carries, c.lasts) for c in text.choices)
    duties = ((d.form, d.slots, d.effort, d.denied, d.lines) for d in text.duties)
    return frozenset((*clauses, *choices, *duties))
