"""Strategies for everything the language can say: words, clauses, choices, duties, whole documents.

What they make is in the form the reader gives: names that exist nowhere are fine, for reading asks only for
form; comments stand where the formatter would put them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from hypothesis import strategies as st

from troth.language import forms
from troth.language.model import (
    ACTIONS,
    After,
    Attribute,
    Box,
    By,
    Choice,
    Clause,
    Comment,
    Condition,
    Document,
    DocumentKind,
    Duty,
    FactFormula,
    From,
    Heading,
    If,
    OnlyWith,
    Part,
    Period,
    Prose,
    Saying,
    Statement,
    Unless,
    Within,
    Word,
)
from troth.language.problem import Findings
from troth.language.read_clauses import Modal
from troth.language.read_forms import MEASURES, MOMENTS, UNITS, Piece, compiled
from troth.language.read_front import id_of, read_front
from troth.language.read_words import SUBJECTS, TESTS

# words that open a part of a form are left out: the reader would rightly take them for that part
KEYWORDS = frozenset(
    [
        "with",
        "for",
        "at",
        "if",
        "within",
        "from",
        "by",
        "unless",
        "only",
        "after",
        "except",
        "say",
        "while",
        "or",
        "and",
        "in",
        "to",
        "of",
        "at",
        "out",
        "before",
        "every",
        "each",
        "holds",
        "is",
        "under",
        "present",
        "starts",
        "asserted",
        "open",
        "basic",
        "becomes",
        "means",
        "needs",
        "covers",
        "ends",
        "opened",
        "one",
        "acts",
        "against",
        "people",
        "earlier",
        "wider",
        "limited",
        "encryption",
        "private",
        "throttled",
        "without",
        "up",
        "changes",
        "identity",
        "as",
        "on",
        "not",
    ]
)


def names() -> st.SearchStrategy[str]:
    """Names of clauses, words, choices: `own-offers`, `under-13`."""
    part = st.text("abcdefghijklmnopqrstuvwxyz0123456789", min_size=1, max_size=6)
    made = st.lists(part, min_size=1, max_size=3).map("-".join)
    return made.filter(lambda name: name[0].isalpha() and name not in KEYWORDS)


def name_lists(max_size: int = 3) -> st.SearchStrategy[tuple[str, ...]]:
    """One or more names, each once."""
    return st.lists(names(), min_size=1, max_size=max_size, unique=True).map(tuple)


def optional_lists() -> st.SearchStrategy[tuple[str, ...]]:
    return st.one_of(st.just(()), name_lists())


def phrases() -> st.SearchStrategy[str]:
    """Text between quotes: any character but line ends, what is no text, and what is no blank."""
    letters = st.characters(exclude_categories=("Cs", "Cc"))
    return st.text(st.one_of(letters, st.sampled_from('"\\-#`{}: ,')), max_size=30)


def comment_texts() -> st.SearchStrategy[str]:
    return st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=30).map(str.strip)


def comments(
    rows: int, where: Sequence[str] = ("above", "beside", "below")
) -> st.SearchStrategy[tuple[Comment, ...]]:
    """Comments of a statement of so many printed rows: above only its head, one beside a row."""

    @st.composite
    def made(draw: st.DrawFn) -> tuple[Comment, ...]:
        found: list[Comment] = []
        if "above" in where:
            found += [Comment(t, "above", 0) for t in draw(st.lists(comment_texts(), max_size=2))]
        for row in range(rows):
            if draw(st.booleans()):
                found.append(Comment(draw(comment_texts()), "beside", row))
            if "below" in where:
                below = draw(st.lists(comment_texts(), max_size=1))
                found += [Comment(t, "below", row) for t in below]
        return tuple(found)

    return st.one_of(st.just(()), made())


def counts() -> st.SearchStrategy[int]:
    return st.integers(1, 1_000_000)


# -- clauses -------------------------------------------------------------------------------------


def conditions(action: str = "use") -> st.SearchStrategy[Condition]:
    """Any condition that may stand in a clause of this action."""
    either = name_lists()
    kinds: list[st.SearchStrategy[Condition]] = [
        either.map(If),
        either.map(Within),
        either.map(From),
        either.map(By),
        either.map(Unless),
        either.map(OnlyWith),
        st.builds(After, counts(), names()),
    ]
    if action == "keep":
        units = st.sampled_from(("days", "months", "years"))
        kinds.append(st.builds(Period, counts(), units, names()))
    return st.one_of(kinds)


@st.composite
def clauses(
    draw: st.DrawFn,
    section: str = "",
    name: str = "clause",
    law: bool = False,
    targets: Sequence[str] = (),
) -> Clause:
    """A clause with every slot its action must have. `targets` are full names a `never` may except."""
    modals: tuple[Modal, ...] = ("may", "never", "compels") if law else ("may", "never")
    modal = draw(st.sampled_from(modals))
    action = "share" if modal == "compels" else draw(st.sampled_from(ACTIONS))
    grants = modal != "never"
    must = {"collect": "at", "require": "at", "use": "for", "share": "with for"}.get(action, "")
    slots = {
        slot: draw(name_lists() if grants and slot in must.split() else optional_lists())
        for slot in ("with", "for", "at")
    }
    found = tuple(draw(st.lists(conditions(action), max_size=4)))
    excepts: tuple[str, ...] = ()
    if modal == "never" and targets:
        excepts = tuple(draw(st.lists(st.sampled_from(targets), max_size=3, unique=True)))
    say = draw(st.one_of(st.just(""), phrases()))
    rows = 1 + len(found) + bool(excepts) + bool(say)
    return Clause(
        f"{section}.{name}" if section else name,
        modal,
        action,
        draw(name_lists()),
        slots["with"],
        slots["for"],
        slots["at"],
        found,
        excepts,
        say,
        draw(comments(rows)),
    )


@st.composite
def sayings(draw: st.DrawFn, section: str = "", name: str = "saying") -> Saying:
    """A statement, or a claim that stands while a fact holds."""
    fact = draw(st.one_of(st.just(""), names()))
    full = f"{section}.{name}" if section else name
    return Saying(full, draw(phrases()), fact, draw(comments(1)))


@st.composite
def choices(draw: st.DrawFn, section: str = "", name: str = "choice") -> Choice:
    """A choice or consent with any of its lines."""
    ways, asks, named = draw(optional_lists()), draw(optional_lists()), draw(optional_lists())
    for_each = tuple(draw(st.lists(name_lists(), max_size=2)))
    per, carries = draw(st.one_of(st.just(""), names())), draw(optional_lists())
    for_good = draw(st.booleans())
    units = st.sampled_from(("hours", "days", "months", "years"))
    lasts = draw(st.one_of(st.none(), st.tuples(counts(), units)))
    said = [
        bool(ways),
        bool(asks),
        bool(named),
        bool(per),
        bool(carries),
        for_good,
        lasts is not None,
    ]
    rows = 1 + sum(said) + len(for_each)
    return Choice(
        name,
        section,
        draw(st.sampled_from(("choice", "consent"))),
        draw(phrases()),
        ways,
        asks,
        named,
        for_each,
        per,
        carries,
        for_good,
        lasts,
        draw(comments(rows)),
    )


# -- duties --------------------------------------------------------------------------------------


def slot_values(slot: str) -> st.SearchStrategy[tuple[str, ...]]:
    """What a slot of a form may hold."""
    if slot == "number":
        return counts().map(lambda n: (str(n % 9_999_999 + 1),))
    if slot == "unit":
        return st.sampled_from(UNITS).map(lambda unit: (unit,))
    if slot == "measures":
        staff = st.integers(1, 99).map(lambda n: f"limited staff up to {n}")
        measure = st.one_of(st.sampled_from(MEASURES), staff, names())
        return st.lists(measure, min_size=1, max_size=4).map(tuple)
    if slot == "moments":
        return st.lists(st.sampled_from(MOMENTS), min_size=1, max_size=2).map(tuple)
    return name_lists()


@st.composite
def duties(draw: st.DrawFn, section: str = "", name: str = "duty") -> Duty:
    """A duty of any form of the closed list."""
    form = draw(st.sampled_from(forms.FORMS))
    slots = draw(_slots(compiled(form.templates[0])))
    denied = form.name == "honour" and draw(st.booleans())
    lines = tuple(
        forms.fitted_line(template, dict(draw(_slots(compiled(template)))))
        for template in draw(st.lists(st.sampled_from(form.lines), max_size=2))
    )
    return Duty(
        f"{section}.{name}" if section else name,
        form.name,
        slots,
        not denied and draw(st.booleans()),
        denied,
        lines,
        draw(comments(1 + len(lines))),
    )


@st.composite
def _slots(draw: st.DrawFn, pieces: tuple[Piece, ...]) -> forms.Slots:
    found: forms.Slots = ()
    for piece in pieces:
        if piece.slot:
            found += ((piece.slot, draw(slot_values(piece.slot))),)
        elif piece.group and any(p.slot for p in piece.group) and draw(st.booleans()):
            found += draw(_slots(piece.group))
    return found


# -- words ---------------------------------------------------------------------------------------


@st.composite
def formulas(draw: st.DrawFn, subjects: tuple[str, ...]) -> FactFormula:
    """A test over registers and records."""
    left = Attribute(draw(st.sampled_from(subjects)), draw(names()))
    test = draw(st.sampled_from(TESTS))
    if test == "present":
        return FactFormula(left, test)
    values = st.lists(
        st.one_of(names(), phrases(), st.sampled_from(["US", "13", "party"])),
        min_size=1,
        max_size=3,
    )
    other = st.builds(Attribute, st.sampled_from(SUBJECTS), names())
    return FactFormula(left, test, draw(st.one_of(values.map(tuple), other)))


@st.composite
def words(draw: st.DrawFn, name: str = "word") -> Word:
    """A word of any kind with any of its attributes."""
    kind = draw(
        st.sampled_from(
            (
                "data",
                "purpose",
                "party",
                "place",
                "matter",
                "fact",
                "event",
                "signal",
                "term",
                "way",
            )
        )
    )
    flag, said = st.booleans(), st.one_of(st.just(""), names())
    fields: dict[str, object] = {"means": draw(st.one_of(st.just(""), phrases()))}
    if kind in ("data", "purpose", "party", "place"):
        fields["holds"] = draw(optional_lists())
        fields["standard"] = draw(st.sampled_from(["", "user.contact.email", "personalize"]))
    if kind == "data":
        fields |= {"open": draw(flag), "only_by_name": draw(flag), "becomes": draw(said)}
    if kind == "purpose":
        fields["basic"] = draw(flag)
    if kind == "party":
        fields |= {
            "acts_for_us": draw(flag),
            "in_the_group": draw(flag),
            "one_for_each_country": draw(flag),
        }
    if kind in ("party", "matter"):
        fields["needs"] = draw(optional_lists())
    if kind == "matter":
        ends = draw(said)
        fields |= {
            "opened_by": draw(optional_lists()),
            "covers": draw(optional_lists()),
            "ends": ends,
        }
        fields["ends_after_days"] = draw(st.integers(0, 400)) if ends else 0
    if kind == "fact":
        fields |= draw(_facts())
    notes = draw(comments(1))
    return Word(kind, name, draw(phrases()), comments=notes, **fields)  # type: ignore[arg-type]


@st.composite
def _facts(draw: st.DrawFn) -> dict[str, object]:
    subjects = tuple(draw(st.lists(st.sampled_from(SUBJECTS), max_size=2, unique=True)))
    if not subjects:
        return {}
    return {
        "of": subjects,
        "formula": draw(st.one_of(st.none(), formulas(subjects))),
        "asserted_by": draw(optional_lists()),
        "starts_no": draw(st.booleans()),
    }


# -- documents -----------------------------------------------------------------------------------


def prose() -> st.SearchStrategy[Prose]:
    """Lines that are neither headings nor boxes, with blank lines only inside."""
    word = st.text("abc dé.,*_[]()!", min_size=1, max_size=20).map(lambda t: f"x{t}x")
    blank = st.just("")
    lines = st.tuples(word, st.lists(st.one_of(word, blank), max_size=3), word)
    return lines.map(lambda t: Prose("\n".join([t[0], *t[1], t[2]])))


@st.composite
def boxes(draw: st.DrawFn, section: str, number: int, kind: DocumentKind) -> Box:
    """A box of clauses, statements, choices and duties, or one of words."""
    closing = tuple(Comment(t, "below") for t in draw(st.lists(comment_texts(), max_size=1)))
    made = range(draw(st.integers(1, 3)))
    if kind == "words" or draw(st.integers(0, 5)) == 0:
        found = tuple(draw(words(f"word-{number}-{at}")) for at in made)
        return Box(section, (), closing, words=found)
    known = [
        f"{section}.clause-{number}-{at}" if section else f"clause-{number}-{at}" for at in made
    ]
    statements: list[Statement] = []
    for at in made:
        name = f"clause-{number}-{at}"
        statements.append(
            draw(
                st.one_of(
                    clauses(section, name, kind == "law", (*known, "elsewhere.clause")),
                    sayings(section, name),
                    choices(section, name),
                    duties(section, name),
                )
            )
        )
    return Box(section, tuple(statements), closing)


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """A whole file of any kind."""
    kind: DocumentKind = draw(
        st.sampled_from(("version", "law", "house", "contract", "notice", "words"))
    )
    day = draw(st.dates(date(1990, 1, 1), date(2030, 1, 1)))
    front, notes = _front(kind, day), draw(comments(1, ("above", "beside")))
    title = draw(st.sampled_from(["Privacy", "Your privacy at CallMiner", "On laws, 47 CFR 64"]))
    parts: list[Part] = [Heading(1, title, "")]
    section = ""
    for number in range(draw(st.integers(0, 3))):
        if draw(st.booleans()):
            section = f"section-{number}"
            parts.append(
                Heading(
                    draw(st.integers(2, 4)), draw(st.sampled_from(["Use", "Who sees it"])), section
                )
            )
        if draw(st.booleans()) and not isinstance(parts[-1], Prose):
            parts.append(draw(prose()))
        parts.append(draw(boxes(section, number, kind)))
    entries = (
        read_front([*("---",), *(f"{k}: {v}" for k, v in front), "---"], Findings(""))
        if front
        else None
    )
    return Document(
        kind,
        id_of(entries, kind) if entries else "words",
        front,
        tuple(parts),
        day if front else None,
        front_comments=notes if front else (),
    )


def _front(kind: DocumentKind, day: date) -> tuple[tuple[str, str], ...]:
    force = ("in force", day.isoformat())
    made: dict[DocumentKind, tuple[tuple[str, str], ...]] = {
        "version": (
            ("policy", "callminer"),
            ("company", "CallMiner, Inc."),
            force,
            ("zone", "America/New_York"),
        ),
        "law": (("law", "us-coppa"), force, ("where", "US")),
        "house": (("house", "callminer"), force),
        "contract": (
            ("contract", "A-9"),
            ("policy", "callminer"),
            ("between", "CallMiner, Acme"),
            force,
        ),
        "notice": (("notice", "webinar-w7"), ("rider of", "callminer"), force),
        "words": (),
    }
    return made[kind]
