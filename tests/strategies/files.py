"""Boxes and whole files of every kind."""

from __future__ import annotations

from datetime import date

from hypothesis import strategies as st

from tests.strategies.statements import choices, clauses, duties, forms_of_a_page, sayings
from tests.strategies.texts import (
    comment_texts,
    comments,
)
from tests.strategies.vocabulary import words
from troth.language.model import (
    Box,
    Comment,
    Document,
    DocumentKind,
    Heading,
    Part,
    Prose,
    Statement,
)
from troth.language.problem import Findings
from troth.language.read_front import id_of, read_front


def prose() -> st.SearchStrategy[Prose]:
    """Lines that are neither headings nor boxes, with blank lines only inside."""
    word = st.text("abc dé.,*_[]()!", min_size=1, max_size=20).map(lambda t: f"x{t}x")
    blank = st.just("")
    lines = st.tuples(word, st.lists(st.one_of(word, blank), max_size=3), word)
    return lines.map(lambda t: Prose("\n".join([t[0], *t[1], t[2]])))


@st.composite
def boxes(draw: st.DrawFn, section: str, number: int, kind: DocumentKind) -> Box:
    """A box of clauses, statements, choices and duties, one of words, or one of forms."""
    closing = tuple(Comment(t, "below") for t in draw(st.lists(comment_texts(), max_size=1)))
    made = range(draw(st.integers(1, 3)))
    if kind == "words" or draw(st.integers(0, 5)) == 0:
        found = tuple(draw(words(f"word-{number}-{at}")) for at in made)
        return Box(section, (), closing, words=found)
    if kind == "forms":
        forms = tuple(draw(forms_of_a_page(f"form-{number}-{at}")) for at in made)
        return Box(section, (), closing, forms=forms)
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
        st.sampled_from(("version", "law", "house", "contract", "notice", "forms", "words"))
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
        "forms": (("forms", "callminer/2014-11-21"), force, ("also for", "statute, protection")),
        "words": (),
    }
    return made[kind]
