"""What a version promised of later ones: who is told first, and what her yes and her silence then do."""

from __future__ import annotations

from tests.language.test_meaning import OLD_TEXT, SECOND, SHARE, agreed, allowed, decided, pair
from troth.language.formula import Atom
from troth.language.model import Ask

BY_NOW = Atom("told", (("acme/2015-01-01",), None, ("email",)))


def test_who_promised_to_tell_her_first_has_to_whatever_she_says() -> None:
    tell = "\ntell: must tell people by email before wider use of earlier data\n    silence is no"
    decider = pair(old=OLD_TEXT + tell)
    for ask in (SHARE, Ask("share", "phone", "news", "partner")):  # silent, and a `never`
        both = decided(decider, ask, day=SECOND).would_allow
        assert both == ("tell her of share.partner by email and ask her consent to share.partner",)
        asked = decided(decider, ask, BY_NOW, day=SECOND).would_allow
        assert asked == ("ask her consent to share.partner",)
        told = decided(decider, ask, agreed(decider), day=SECOND).would_allow
        assert told == ("tell her of share.partner by email",)
        assert allowed(decider, ask, agreed(decider), BY_NOW, day=SECOND)


def test_an_effort_to_tell_bars_nothing() -> None:
    tell = "\ntell: must try to tell people by email before wider use of earlier data"
    assert allowed(pair("reading: literal\n", OLD_TEXT + tell), SHARE, day=SECOND)
    decider = pair(old=OLD_TEXT + tell)
    assert not allowed(decider, SHARE, day=SECOND)
    assert allowed(decider, SHARE, agreed(decider), day=SECOND)
