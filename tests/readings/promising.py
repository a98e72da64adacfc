"""Points about what was promised of later changes: who is to be told first, by which way, and what her yes then does."""

from __future__ import annotations

from datetime import datetime

from tests.readings.history import Step
from tests.readings.small import GIVEN, LATER, MAY, V2, V3, Told, answers, at, case, policy, told
from troth.people import notices

PHONE = "a: may use phone for news"
BY_LETTER = "t: must tell people by letter before wider use of earlier data"
AGREED = (at(2009, 5), answers(notices.agree, "own.a", V2))


def promised(
    line: str, *history: tuple[datetime, Step], duty: str = BY_LETTER, later: str = ""
) -> Told:
    """The first version promised to tell by letter, and what silence then says; asked in 2011."""
    first = f"{PHONE}\n{duty}\n    {line}".rstrip()
    made = policy(first, MAY, later) if later else policy(first, MAY)
    return case(made, [*GIVEN, *history], when=LATER if later else at(2011))


PROMISING: dict[str, Told] = {
    "agreed, and never told as promised": promised("silence is no", AGREED),
    "agreed, and told by another way": promised("silence is no", AGREED, (at(2009, 4), told(V2))),
    "agreed, and told as promised": promised(
        "silence is no", (at(2009, 4), told(V2, "letter")), AGREED
    ),
    "agreed, and told afterwards": promised(
        "silence is no", AGREED, (at(2009, 6), told(V2, "letter"))
    ),
    "agreed, and the letter came back": promised(
        "silence is no",
        (at(2009, 4), told(V2, "letter")),
        AGREED,
        (at(2009, 6), told(V2, "letter", "bounced")),
    ),
    "told as promised, and silent": promised("silence is no", (at(2009, 4), told(V2, "letter"))),
    "agreed, and told where silence is yes": promised(
        "silence is yes after 900 days", (at(2009, 4), told(V2, "letter")), AGREED
    ),
    "agreed, and not told where silence is yes": promised("silence is yes after 9 days", AGREED),
    "silence after a notice by another way": promised(
        "silence is yes after 9 days", (at(2009, 4), told(V2))
    ),
    "agreed, and told of a version that lacks it": promised(
        "silence is no", AGREED, (at(2014, 12), told(V3, "letter")), later=PHONE
    ),
    "agreed, and told of a later version that says it": promised(
        "silence is no",
        AGREED,
        (at(2014, 12), told(V3, "letter")),
        later=f"{MAY}\n{PHONE}".replace("a: may use phone", "c: may use phone"),
    ),
    "an effort to tell, and agreed": promised(
        "silence is no", AGREED, duty=BY_LETTER.replace("must", "must try to")
    ),
    "silence where a new purpose asks for a yes": promised(
        "silence is no",
        (at(2009, 4), told(V2)),
        duty="t: must tell people before new purpose",
    ),
}
