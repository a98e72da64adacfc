"""What a version promised of later changes: whether each person is told first, by which ways, and what silence then says."""

from __future__ import annotations

from dataclasses import dataclass

from .model import Document, Duty

# The strict reading: where a text promises no individual notice, silence is yes after 30 days.
STRICT_WAIT_DAYS = 30
# of the moments of `must tell people … before …`, those that are about what was given earlier
WIDER_USE = frozenset({"wider use", "new purpose"})


@dataclass(frozen=True, slots=True)
class Silence:
    """What silence says under one version when a later one widens a use of earlier data.

    `promised`: the version bound itself to tell each person first, by one of `ways` where it names some.
    Then she must have been told so, whatever she answered.
    """

    wait_days: int | None = STRICT_WAIT_DAYS  # None: silence is no
    individual: bool = True  # False: posting alone is enough (reading: literal)
    nevers_too: bool = False  # an opt-out offered first lets a `never` go as well
    promised: bool = False
    ways: tuple[str, ...] = ()


def silence_of(version: Document) -> Silence:
    """As its duties of telling say; where it has none, as the reading of its front matter takes it.

    An effort (`must try to`) binds to nothing: it is told and waited for under the strict reading alone.
    """
    literal = version.setting("reading") == "literal"
    telling = telling_of(version)
    if not telling:
        return Silence(0, individual=False) if literal else Silence()
    firm = next((duty for duty in telling if not duty.effort), None)
    spoken = next((duty for duty in telling if _speaks(duty)), firm or telling[0])
    wait = _wait(spoken)
    if literal and firm is None and wait is not None:
        return Silence(0, individual=False)
    nevers_too = ("nevers", "too") in spoken.lines
    ways = firm.slot("ways") if firm is not None else ()
    return Silence(wait, nevers_too=nevers_too, promised=firm is not None, ways=ways)


def telling_of(version: Document) -> list[Duty]:
    """The duties of telling people before earlier data is used more widely, the one that says so first."""
    wider = [duty for duty in version.duties if duty.form == "tell-wider-use"]
    before = (duty for duty in version.duties if duty.form == "tell-before")
    return [*wider, *(duty for duty in before if WIDER_USE.intersection(duty.slot("moments")))]


def _speaks(duty: Duty) -> bool:
    return any(line[:1] == ("silence",) for line in duty.lines)


def _wait(duty: Duty) -> int | None:
    """`silence is no` → None; `silence is yes after N days` → N; not said → the strict 30."""
    for line in duty.lines:
        if line[:3] == ("silence", "is", "no"):
            return None
        if line[:3] == ("silence", "is", "yes"):
            return next((int(word) for word in line if word.isdigit()), 0)
    return STRICT_WAIT_DAYS
