"""One small company for each point of the meaning that chance meets too seldom: its texts, what happened, a question."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from tests.readings.company import DAYS, NAME
from tests.readings.history import OPEN
from tests.readings.promising import PROMISING
from tests.readings.small import (
    GIVEN,
    LATER,
    MAY,
    NEVER,
    NEWS,
    V1,
    V2,
    Told,
    answers,
    at,
    case,
    closes,
    derives,
    erases,
    gives,
    lives,
    names,
    opens,
    policy,
    says,
    told,
)
from troth.language.model import Ask, Stamp
from troth.people import attributes, happenings, notices


def share(purpose: str = "own-news") -> Ask:
    return Ask("share", "email", purpose, "partner")


SHARED = "a: may share email with partner for own-news"
BIRTH = (
    at(2004, 2),
    lambda c, m: attributes.set_value(c.session, "person", 1, "birth", "1980-01-01", m),
)
POINTS: dict[str, Told] = {
    **PROMISING,
    "a never in the middle": case(policy(MAY, NEVER, MAY)),
    "two candidates": case(
        policy(NEVER, MAY), [(at(2010), gives(stamp=Stamp((V1, V2), "form")))], when=at(2011)
    ),
    "silence lifts no never": case(
        policy(NEVER, MAY), [*GIVEN, (at(2009, 4), told(V2))], when=at(2011)
    ),
    "silence after a notice": case(
        policy("a: may use phone for news", MAY), [*GIVEN, (at(2009, 4), told(V2))], when=at(2011)
    ),
    "nobody told": case(policy("a: may use phone for news", MAY), when=at(2011)),
    "a refusal": case(
        policy("a: may use phone for news", MAY),
        [*GIVEN, (at(2009, 4), told(V2)), (at(2009, 5), answers(notices.refuse, "own.a", V2))],
        when=at(2011),
    ),
    "an agreement": case(
        policy(NEVER, MAY),
        [*GIVEN, (at(2009, 5), answers(notices.agree, "own.a", V2))],
        when=at(2011),
    ),
    "an agreement before the promise": case(
        policy(MAY, NEVER, MAY),
        [
            (at(2004), answers(notices.agree, "own.a", V1)),
            (at(2010), gives(stamp=Stamp((V2,), "form"))),
        ],
    ),
    "a form's notice": case(
        policy("a: may use phone for news", notice="n: may use email for own-news"),
        [(at(2004), gives(stamp=Stamp((V1,), "form", f"{NAME}/notices/x")))],
    ),
    "an exception that does not hold": case(
        policy(f"{MAY}\nc: may use email for news\n    if adult\n{NEVER}\n    except #c")
    ),
    "an exception that holds": case(policy(f"{MAY}\n{NEVER}\n    except #a")),
    "a law": case(policy(MAY, law=NEVER)),
    "a law of elsewhere": case(
        policy(MAY, law=NEVER, where="US"), [*GIVEN, (at(2004, 2), lives("DE"))]
    ),
    "an order of elsewhere": case(
        policy(
            "a: may use phone for news",
            law="o: compels share email with partner for news",
            where="US",
        ),
        [*GIVEN, (at(2004, 2), lives("DE"))],
        share(),
    ),
    "an order": case(
        policy(NEVER, law="o: compels share email with partner for news"), ask=share()
    ),
    "the house": case(policy(MAY, house=NEVER)),
    "a period of the house": case(
        policy(MAY, house="k: may keep email for 2 years from collection"), when=at(2010)
    ),
    "a notice not shown": case(
        policy("a: may collect email at form\nb: must show notice at form"),
        ask=Ask("collect", "email", place="form"),
        notice_shown=False,
    ),
    "given elsewhere": case(policy(f"{MAY}\n    from letter")),
    "the tail of a case": case(
        policy(f"{MAY}\n    within case"),
        [*GIVEN, (at(2015, 2, 1), opens()), (at(2015, 2, 27), closes)],
        matter=OPEN[0],
    ),
    "a case about other fields": case(
        policy("a: may use secret for own-news\n    within case"),
        [(at(2004), gives("secret")), (at(2015, 2), opens(fields=("profile",)))],
        replace(NEWS, data="secret"),
        matter=OPEN[0],
    ),
    "a case about earlier data": case(
        policy(f"{MAY}\n    within case"),
        [*GIVEN, (at(2015, 2), opens(period=(DAYS[1], None)))],
        matter=OPEN[0],
    ),
    "an unknown that starts no": case(policy(f"{MAY}\n{NEVER}\n    if minor")),
    "an unknown": case(policy(f"{MAY}\n{NEVER}\n    if adult")),
    "an unknown in a may": case(policy(f"{MAY}\n    if adult")),
    "known to be grown up": case(policy(f"{MAY}\n    if adult"), [*GIVEN, BIRTH]),
    "of unknown origin": case(policy(MAY), [(at(2004), gives(stamp=Stamp((), "form")))]),
    "stated for something else": case(
        policy(MAY), [(at(2004), gives(stamp=Stamp((V1,), "form", purposes=("support",))))]
    ),
    "a choice carried": case(
        policy(f"{MAY}\n    unless no-share"),
        [*GIVEN, (at(2004, 2), says("no-contact", ("email",)))],
    ),
    "a choice by another channel": case(
        policy(f"{MAY}\n    unless no-news"),
        [*GIVEN, (at(2004, 2), says("no-news", ("own-news/phone",)))],
    ),
    "a choice for this channel": case(
        policy(f"{MAY}\n    unless no-news"),
        [*GIVEN, (at(2004, 2), says("no-news", ("own-news/email",)))],
    ),
    "a consent too old": case(
        policy(f"{MAY}\n    only with research-yes"), [*GIVEN, (at(2015, 1), says("research-yes"))]
    ),
    "a consent": case(
        policy(f"{MAY}\n    only with research-yes"), [*GIVEN, (at(2015, 2), says("research-yes"))]
    ),
    "a consent of this morning": case(
        policy(f"{MAY}\n    only with this-call"),
        [*GIVEN, (LATER - timedelta(hours=5), says("this-call"))],
    ),
    "a consent of last night": case(
        policy(f"{MAY}\n    only with this-call"),
        [*GIVEN, (LATER - timedelta(hours=7), says("this-call"))],
    ),
    "a consent that names another": case(
        policy(f"{SHARED}\n    only with named"),
        [*GIVEN, (at(2015, 2), names("partner-b"))],
        share(),
        party="partner-a",
    ),
    "a consent that names it": case(
        policy(f"{SHARED}\n    only with named"),
        [*GIVEN, (at(2015, 2), names("partner-a"))],
        share(),
        party="partner-a",
    ),
    "a consent that names other data": case(
        policy(f"{SHARED}\n    only with named"),
        [*GIVEN, (at(2015, 2), names("partner-a", ("phone",)))],
        share(),
        party="partner-a",
    ),
    "a consent that names no party": case(
        policy(f"{SHARED}\n    only with dated"),
        [*GIVEN, (at(2015, 2), says("dated"))],
        share(),
        party="partner-a",
    ),
    "requiring is collecting": case(
        policy("a: may require email at form\nb: never collect email at form"),
        ask=Ask("require", "email", place="form"),
    ),
    "sharing is using": case(policy(f"{SHARED}\n{NEVER}"), ask=share()),
    "selling is sharing": case(
        policy("a: may sell email with partner for own-news\nb: never share email with partner"),
        ask=replace(share(), action="sell"),
    ),
    "a bond wanting": case(
        policy(f"{SHARED}\nd: must bind partner to nda"), ask=share(), party="partner-a"
    ),
    "a mandate wanting": case(
        policy(MAY), ask=Ask("share", "email", "own-news", "helper"), party="helper-a"
    ),
    "an agreement wanting": case(
        policy("a: may share email with reseller for own-news"),
        ask=Ask("share", "email", "own-news", "reseller"),
        party="reseller-a",
    ),
    "erased by now": case(
        policy(f"{MAY}\nd: must erase email within 30 days of left"),
        [*GIVEN, (at(2014), lambda c, m: happenings.happened(c.session, 1, "left", m))],
    ),
    "kept too long": case(policy(f"{MAY}\nk: may keep email for 20 days from collection")),
    "days still to pass": case(
        policy(f"{MAY}\n    after 30 days from joined"),
        [*GIVEN, (at(2015, 2, 10), lambda c, m: happenings.happened(c.session, 1, "joined", m))],
    ),
    "held for a customer": case(
        policy(MAY), [(at(2004), gives(stamp=Stamp((V1,), "form", role="held", customer="C1")))]
    ),
    "under a contract": case(
        policy(MAY, section="entrusted", contract="x: may use phone for news"),
        [(at(2004), gives(stamp=Stamp((V1,), "form", None, "held", "C1", f"{NAME}/contracts/x")))],
    ),
    "derived from what is barred": case(
        policy("a: may use email, phone for own-news\nb: never use phone"),
        [(at(2004), gives("phone")), (at(2004, 2), derives("email"))],
    ),
    "derived under an older promise": case(
        policy(NEVER, MAY),
        [
            *GIVEN,
            (at(2009, 6), gives("visits", Stamp((V2,), "form"))),
            (at(2009, 7), derives("score")),
        ],
        replace(NEWS, data="score"),
        when=at(2011),
    ),
    "erased": case(policy(MAY), [*GIVEN, (at(2004, 2), erases)]),
    "of two people": case(
        policy(f"{MAY}\n    unless no-share"),
        [(at(2004), gives(people=(1, 2))), (at(2004, 2), says("no-share", who=2))],
    ),
    "not given yet": case(policy(MAY), [(at(2012), gives())], when=at(2011)),
    "only by name": case(
        policy("a: may use profile for own-news"),
        [(at(2004), gives("secret"))],
        replace(NEWS, data="secret"),
    ),
    "kept while used": case(policy(MAY), ask=Ask("keep", "email")),
    "without a purpose": case(policy(MAY), ask=Ask("use", "email")),
}
