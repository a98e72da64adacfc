"""What is asked of a company made by chance: most asks are aimed at one of its clauses, and may so be a yes."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st

from tests.readings.company import DATA, LEAVES, PARTIES, PLACES, PURPOSES, ROLES
from tests.readings.history import KNOWN, OPEN, moments, persons
from troth.gate import Question
from troth.language.model import ACTIONS, Ask, By, Clause, Policy, Within


@st.composite
def questions(draw: st.DrawFn, policy: Policy) -> Question:
    """Any ask about a person at any moment; most are aimed at a clause, and may so be a yes."""
    mays = [c for version in policy.versions for c in version.clauses if c.modal != "never"]
    ask = draw(_any_ask())
    roles: tuple[str | None, ...] = (None, *ROLES)
    kinds: tuple[str, ...] = ()
    if mays and draw(st.sampled_from((True, True, True, True, False))):
        clause = draw(st.sampled_from(mays))
        ask = draw(_aimed(clause))
        conditions = clause.conditions
        roles = next((c.ways for c in conditions if isinstance(c, By)), roles)
        kinds = next((c.matters for c in conditions if isinstance(c, Within)), kinds)
    party = draw(st.sampled_from(KNOWN if ask.party else (None,)))
    if party and draw(st.sampled_from((True, True, False))):
        party = next((one for one in KNOWN if one.startswith(f"{ask.party}-")), party)
    ask = replace(ask, by=draw(st.sampled_from(roles)))
    if ask.party and party and draw(st.sampled_from((True, True, True, False))):
        ask = replace(ask, party=party.split("-")[0])
    matter = next((id for id in OPEN for kind in kinds if id.startswith(kind)), None)
    matter = matter or draw(st.sampled_from((None, *OPEN)))
    at = max(draw(moments()), draw(moments()))
    return Question(
        ask, draw(persons()), at, party, matter, draw(st.sampled_from((True, True, False)))
    )


@st.composite
def _aimed(draw: st.DrawFn, clause: Clause) -> Ask:
    """An ask in the words of a clause, or one of what they hold."""
    inside = {"anything": LEAVES, "profile": LEAVES, "contact": ("name", "email", "phone")}
    data = draw(st.sampled_from(clause.data))
    data = draw(st.sampled_from((data, *inside.get(data, ()))))
    held = {"news": ("own-news", "partner-news"), "outsider": PARTIES[1:3], "site": PLACES[1:3]}

    def one(names: tuple[str, ...], every: tuple[str, ...], needed: bool) -> str | None:
        if not names:
            return draw(st.sampled_from((None, *every))) if needed else None
        name = draw(st.sampled_from(names))
        name = draw(st.sampled_from(every)) if name == "anything" else name
        found: str = draw(st.sampled_from((name, *held.get(name, ()))))
        return found

    shares = clause.action in ("share", "sell")
    to_come = clause.action in ("collect", "require")
    return Ask(
        clause.action,
        data,
        one(clause.purposes, PURPOSES, shares or clause.action == "use"),
        one(clause.parties, PARTIES, True) if shares else None,
        one(clause.places, PLACES, False) if to_come else None,
    )


@st.composite
def _any_ask(draw: st.DrawFn) -> Ask:
    action = draw(st.sampled_from(ACTIONS))
    purposed, shares = action in ("use", "share", "sell"), action in ("share", "sell")
    return Ask(
        action,
        draw(st.sampled_from(DATA)),
        draw(st.sampled_from((None, *PURPOSES))) if purposed else None,
        draw(st.sampled_from((None, *PARTIES))) if shares else None,
        draw(st.sampled_from((None, *PLACES))) if action in ("collect", "require") else None,
    )
