"""What older versions promised of a change: who is told of it, by which ways, and what silence then says."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from troth.language.meaning import Meaning
from troth.language.model import Document, Duty
from troth.language.silence import silence_of, telling_of

WAYS = ("email", "letter", "phone")  # where nobody promised by which, any that reaches her
# of the moments of `must tell people … before …`: any change of what binds
ANY_CHANGE = "significant change"


def told_of_any_change(version: Document) -> Duty | None:
    """The promise of a version to tell people of any change of it."""
    telling = (duty for duty in version.duties if duty.form == "tell-before")
    return next((duty for duty in telling if ANY_CHANGE in duty.slot("moments")), None)


def mode_of(version: Document) -> str:
    """Which of the five ways of changing a version promised: consent, opt-out first, told, posted or
    check back."""
    silence = silence_of(version)
    if silence.wait_days is None:
        return "consent"
    if silence.nevers_too:
        return "opt-out first"
    if telling_of(version):
        return "told"
    posts = any(duty.form == "post-changes" for duty in version.duties)
    return version.setting("changes") or ("posted" if posts else "check back")


def ways_of(older: Sequence[Document], wider: bool = True) -> tuple[str, ...]:
    """By which ways somebody is told who gave things under these versions: those that all of them
    promised, in the order of the first; where they promised nothing in common, in the order they came.

    `wider`: something of hers waits; else she is told of the change alone.
    """
    promised = [_promised(version, wider) for version in older]
    named = [ways for ways in promised if ways]
    if not named:
        return WAYS
    common = tuple(way for way in named[0] if all(way in ways for ways in named))
    return common or tuple(dict.fromkeys(way for ways in named for way in ways))


def _promised(version: Document, wider: bool) -> tuple[str, ...]:
    """By which ways: those it bound itself to, else those it would try."""
    if not wider:
        duty = told_of_any_change(version)
        return duty.slot("ways") if duty is not None else ()
    tried = (duty.slot("ways") for duty in telling_of(version))
    return silence_of(version).ways or next(tried, ())


def tells_of(meaning: Meaning, older: Document, new: Document) -> bool:
    """Whether an older version promised to tell of what the new one changes, whatever it is."""
    return told_of_any_change(older) is not None and _binds(meaning, older) != _binds(meaning, new)


def _binds(meaning: Meaning, text: Document) -> frozenset[object]:
    """What binds in a version, whatever it is called and however it is said. Which change is significant
    is not for the machine to say: each that is one counts."""
    clauses: Iterable[object] = (meaning.digest(text, clause) for clause in text.clauses)
    choices = ((c.kind, c.name, c.for_each, c.carries, c.lasts) for c in text.choices)
    duties = ((d.form, d.slots, d.effort, d.denied, d.lines) for d in text.duties)
    return frozenset((*clauses, *choices, *duties))
