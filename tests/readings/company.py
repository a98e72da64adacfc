"""A company made by chance: its words, its versions with all that a clause may say, laws, house, contract, notice."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any, Literal

from hypothesis import strategies as st

from troth.language.model import (
    After,
    Attribute,
    Box,
    By,
    Choice,
    Clause,
    Condition,
    Document,
    Duty,
    FactFormula,
    From,
    If,
    Kind,
    OnlyWith,
    Period,
    Policy,
    Statement,
    Unless,
    Within,
    Word,
)

NAME = "acme"
ZONE = "America/New_York"
DAYS = (date(2003, 6, 5), date(2009, 3, 1), date(2014, 11, 21))
DATA = ("profile", "contact", "name", "email", "phone", "secret", "visits", "score", "anything")
LEAVES = ("name", "email", "phone", "secret", "visits", "score")
PURPOSES = ("news", "own-news", "partner-news", "support", "research", "anything")
PARTIES = ("outsider", "partner", "reseller", "helper", "anything")
PLACES = ("site", "form", "shop", "letter")
MATTERS = ("case", "order")
FACTS = ("adult", "minor", "near", "fraud", "checked", "urgent", "listed", "by-form", "neighbour")
EVENTS = ("joined", "left", "collection")
COUNTRIES = ("US", "DE", "FR")
ROLES = ("team", "desk")
CHOICES = (
    Choice(
        "no-news", "own", "choice", "", for_each=(("own-news", "partner-news"), ("email", "phone"))
    ),
    Choice("no-share", "own", "choice", "", carries=("no-contact",)),
    Choice("no-contact", "own", "choice", "", for_each=(("email", "phone"),)),
    Choice("research-yes", "own", "consent", "", lasts=(40, "days")),
    Choice("news-yes", "own", "consent", "", for_each=(("own-news", "partner-news"),)),
    Choice("named", "own", "consent", "", names=("party", "data", "from", "until")),
    Choice("this-call", "own", "consent", "", lasts=(6, "hours")),
    Choice("dated", "own", "consent", "", names=("data", "from", "until")),
)


def words() -> dict[tuple[Kind, str], Word]:
    """One small vocabulary: trees that overlap, an open word, one only by name, every kind of fact."""
    listed = [
        Word("data", "profile", "", holds=("contact", "secret", "visits")),
        Word("data", "contact", "", holds=("name", "email", "phone")),
        *(Word("data", name, "") for name in ("name", "email", "phone", "score")),
        Word("data", "secret", "", only_by_name=True),
        Word("data", "visits", "", open=True),
        Word("purpose", "news", "", holds=("own-news", "partner-news")),
        *(Word("purpose", name, "") for name in ("own-news", "partner-news", "research")),
        Word("purpose", "support", "", basic=True),
        Word("party", "outsider", "", holds=("partner", "reseller")),
        Word("party", "partner", ""),
        Word("party", "reseller", "", needs=("contract",)),
        Word("party", "helper", "", acts_for_us=True),
        Word("place", "site", "", holds=("form", "shop")),
        *(Word("place", name, "") for name in ("form", "shop", "letter")),
        Word("matter", "case", "", ends="closed", ends_after_days=3),
        Word("matter", "order", "", needs=("approver",), ends="filled"),
        *(Word("event", name, "") for name in EVENTS),
        *(Word("term", name, "") for name in ("nda", "contract")),
        _fact("adult", "person", "age", "at least", "18"),
        replace(_fact("minor", "person", "age", "under", "13"), starts_no=True),
        replace(_compared("near", "party", "territory", "holds"), of=("party", "person")),
        replace(_compared("neighbour", "party", "home", "is not"), of=("party", "person")),
        _fact("listed", "party", "listing", "present"),
        _fact("by-form", "record", "place", "is", "form", "letter"),
        Word("fact", "fraud", "", of=("person",), asserted_by=ROLES),
        Word("fact", "checked", "", of=("record",), asserted_by=ROLES, starts_no=True),
        Word("fact", "urgent", "", of=("matter",), asserted_by=ROLES),
    ]
    return {(word.kind, word.name): word for word in listed}


def _fact(name: str, of: str, attribute: str, test: Any, *right: str) -> Word:
    return Word(
        "fact", name, "", of=(of,), formula=FactFormula(Attribute(of, attribute), test, right)
    )


def _compared(name: str, of: str, attribute: str, test: Any) -> Word:
    beside = Attribute("person", "country")
    return Word("fact", name, "", formula=FactFormula(Attribute(of, attribute), test, beside))


# -- clauses -------------------------------------------------------------------------------------


def some(names: tuple[str, ...], most: int = 2) -> st.SearchStrategy[tuple[str, ...]]:
    """One name or a few, each once."""
    return st.lists(st.sampled_from(names), min_size=1, max_size=most, unique=True).map(tuple)


def _or_none(names: tuple[str, ...]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.one_of(st.just(()), some(names))


def conditions(keep: bool) -> st.SearchStrategy[Condition]:
    """A condition of any kind; periods only where something is kept."""
    said = tuple(choice.name for choice in CHOICES if choice.kind == "choice")
    consents = tuple(choice.name for choice in CHOICES if choice.kind == "consent")
    kinds: list[st.SearchStrategy[Condition]] = [
        some(FACTS).map(If),
        some(MATTERS).map(Within),
        some(PLACES).map(From),
        some(ROLES).map(By),
        some((*said, *FACTS)).map(Unless),
        some(consents).map(OnlyWith),
        st.builds(After, st.integers(0, 40), st.sampled_from(EVENTS)),
    ]
    if keep:
        lengths: tuple[tuple[int, Literal["days", "years"]], ...]
        lengths = ((20, "days"), (400, "days"), (6, "years"))
        periods = [Period(count, unit, event) for count, unit in lengths for event in EVENTS]
        kinds = [st.sampled_from(periods), some(FACTS).map(If)]
    return st.one_of(kinds)


@st.composite
def clauses(draw: st.DrawFn, name: str, law: bool = False, like: tuple[Clause, ...] = ()) -> Clause:
    """Any clause: most are a `may`. Where there are others, many speak of the same as one of them."""
    if draw(st.sampled_from((bool(like), False))):
        return draw(_after(draw(st.sampled_from(like)), name))
    modal: Any = draw(
        st.sampled_from(("may", "may", "may", "may", "compels" if law else "may", "never"))
    )
    actions = ("use", "use", "share", "share", "sell", "keep", "collect", "require")
    action: Any = "share" if modal == "compels" else draw(st.sampled_from(actions))
    count = draw(st.sampled_from((0, 0, 1, 1, 2)))
    found = draw(st.lists(conditions(action == "keep"), min_size=count, max_size=count))
    shares = action in ("share", "sell")
    purposes = draw(_or_none(PURPOSES)) if action in ("use", "share", "sell") else ()
    return Clause(
        name,
        modal,
        action,
        draw(some(DATA)),
        draw(_or_none(PARTIES)) if shares else (),
        purposes,
        draw(some(PLACES)) if action in ("collect", "require") else (),
        tuple(found),
    )


@st.composite
def _after(draw: st.DrawFn, clause: Clause, name: str) -> Clause:
    """A clause about the same: the contrary, or with fewer conditions, or with others."""
    turned: Any = "may" if clause.modal == "never" else "never"
    change = draw(st.sampled_from(("turn", "open", "open", "narrow")))
    if change == "narrow":
        return replace(clause, name=name, conditions=(draw(conditions(clause.action == "keep")),))
    modal = turned if change == "turn" else clause.modal
    return replace(clause, name=name, modal=modal, conditions=())


@st.composite
def _with_exceptions(draw: st.DrawFn, found: list[Clause]) -> list[Clause]:
    mays = tuple(c.name for c in found if c.modal == "may")
    targets = (*mays, *{name.split(".")[0] for name in mays})
    chosen = []
    for clause in found:
        excepts = draw(st.one_of(st.just(()), some(targets, 3))) if targets else ()
        chosen.append(replace(clause, excepts=excepts) if clause.modal == "never" else clause)
    return chosen


@st.composite
def duties(draw: st.DrawFn, name: str) -> Duty:
    """A duty that is a condition of an act, or a tell duty with its silence rule."""
    parties = ("parties", draw(some(("partner", "outsider", "helper"))))
    of_fact = draw(st.one_of(st.just(()), st.sampled_from(FACTS).map(lambda f: (("if", f),))))
    effort = draw(st.sampled_from((False, False, False, True)))
    silences = (
        (("silence", "is", "no"),),
        (("silence", "is", "yes", "after", "10", "days"),),
        (("silence", "is", "yes", "after", "10", "days"), ("nevers", "too")),
    )
    by = draw(st.sampled_from(((), (("ways", ("letter",)),), (("ways", ("email", "letter")),))))
    moments = ("moments", (draw(st.sampled_from(("new purpose", "significant change"))),))
    erased = (("data", draw(some(DATA[:6]))), ("number", ("30",)), ("unit", ("days",)))
    made: tuple[Duty, ...] = (
        Duty(name, "bind", (parties, ("terms", ("nda",))), effort, lines=of_fact),
        Duty(name, "limit", (parties,), effort, lines=of_fact),
        Duty(name, "show-notice", (("places", draw(some(PLACES))),), effort),
        Duty(name, "tell-wider-use", by, effort, lines=draw(st.sampled_from(silences))),
        Duty(name, "tell-before", (*by, moments), effort, lines=draw(st.sampled_from(silences))),
        Duty(name, "erase", (*erased, ("starts", (draw(st.sampled_from(EVENTS)),))), effort),
    )
    return draw(st.sampled_from(made))


# -- texts ---------------------------------------------------------------------------------------


def document(kind: Any, id: str, statements: Any, in_force: date | None, **front: str) -> Document:
    """A text of these statements, as the reader would give it."""
    settings = tuple((key.replace("_", " "), value) for key, value in front.items())
    return Document(kind, id, settings, (Box("own", tuple(statements)),), in_force)


@st.composite
def versions(draw: st.DrawFn) -> tuple[Document, ...]:
    """One to three versions; from one to the next some clauses go, come, or say something else."""
    names = [f"own.c{n}" for n in range(draw(st.integers(2, 7)))]
    names += [f"entrusted.c{n}" for n in range(draw(st.integers(0, 2)))]
    current: dict[str, Clause] = {}
    for name in names:
        current[name] = draw(clauses(name, like=tuple(current.values())[:1]))
    found: list[Document] = []
    for day in DAYS[: draw(st.sampled_from((1, 2, 3, 3)))]:
        if found:
            for name in draw(st.lists(st.sampled_from(names), min_size=1, max_size=3)):
                current[name] = draw(clauses(name, like=(current[name],)))
        dropped = draw(st.lists(st.sampled_from(names), max_size=1)) if found else []
        kept = [clause for name, clause in current.items() if name not in dropped]
        said: list[Statement] = list(draw(_with_exceptions(kept)))
        said += [draw(duties(f"own.d{n}")) for n in range(draw(st.sampled_from((0, 0, 1, 2))))]
        reading = draw(st.sampled_from(("strict", "strict", "literal")))
        id = f"{NAME}/{day}"
        front = {"zone": ZONE, "entrusted": "entrusted", "reading": reading}
        found.append(document("version", id, (*CHOICES, *said), day, **front))
    return tuple(found)


@st.composite
def _text(
    draw: st.DrawFn, kind: Any, id: str, like: tuple[Clause, ...], law: bool = False
) -> Document:
    named = [draw(clauses(f"x.{id[-1]}{n}", law, like)) for n in range(draw(st.integers(1, 2)))]
    said: list[Statement] = list(draw(_with_exceptions(named)))
    where = draw(st.sampled_from(("", "US", "EU, US"))) if law else ""
    day = draw(st.sampled_from((date(2000, 1, 1), date(2010, 1, 1))))
    made = document(kind, id, said, day, **({"where": where} if where else {}))
    ends = draw(st.sampled_from((None, None, date(2015, 6, 1)))) if law else None
    return replace(made, ends=ends)


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    """A whole policy: versions, and now and then a law, an operator's file, a notice, a contract."""
    said = draw(versions())
    like = tuple(clause for version in said for clause in version.clauses)
    rarely = st.sampled_from((False, False, True))
    house = draw(_text("house", f"{NAME}/house", like)) if draw(rarely) else None
    laws = [
        draw(_text("law", f"law/l{n}", like, law=True))
        for n in range(draw(st.sampled_from((0, 0, 1, 2))))
    ]
    notice = draw(_text("notice", f"{NAME}/notices/n", ())) if draw(rarely) else None
    contract = None
    if draw(rarely):
        contract = draw(_text("contract", f"{NAME}/contracts/k", like))
        contract = replace(contract, front=(("supersedes", "entrusted.c0"),))
    return Policy(
        NAME,
        said,
        words(),
        house,
        tuple(laws),
        (notice,) if notice else (),
        (contract,) if contract else (),
    )
