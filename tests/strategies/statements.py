"""Clauses, sayings, choices and duties of every form."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st

from tests.strategies.texts import (
    comments,
    counts,
    name_lists,
    names,
    optional_lists,
    phrases,
)
from troth.language import forms
from troth.language.model import (
    ACTIONS,
    After,
    Asked,
    By,
    Choice,
    Clause,
    Condition,
    Duty,
    Form,
    From,
    If,
    OnlyWith,
    Period,
    Saying,
    Unless,
    Within,
)
from troth.language.read_clauses import Modal
from troth.language.read_forms import MEASURES, MOMENTS, UNITS, Piece, compiled


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


@st.composite
def forms_of_a_page(draw: st.DrawFn, name: str = "form") -> Form:
    """A form with any of its lines."""
    asked = draw(st.lists(asked_lines(), min_size=1, max_size=3))
    ways, offers = draw(optional_lists()), draw(optional_lists())
    opens, notice = (draw(st.one_of(st.just(""), names())) for _ in range(2))
    button, thanks = (draw(st.one_of(st.just(""), phrases())) for _ in range(2))
    country = draw(st.booleans())
    said = [ways, country, offers, opens, notice, button, thanks]
    rows = 2 + len(asked) + sum(map(bool, said))
    return Form(
        name,
        draw(phrases()),
        draw(names()),
        tuple(asked),
        ways,
        country,
        offers,
        opens,
        notice,
        button,
        thanks,
        draw(comments(rows)),
    )


@st.composite
def asked_lines(draw: st.DrawFn) -> Asked:
    """A line of fields; a label stands beside one alone."""
    data = draw(name_lists().filter(lambda found: found[0] != "country"))
    label = draw(st.one_of(st.just(""), phrases())) if len(data) == 1 else ""
    of, place = (draw(st.one_of(st.just(""), names())) for _ in range(2))
    return Asked(data, draw(name_lists()), draw(st.booleans()), label, of, place)


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
