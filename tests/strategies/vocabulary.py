"""Words of every kind with any of their attributes."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.strategies.texts import (
    comments,
    names,
    optional_lists,
    phrases,
)
from troth.language.model import (
    Attribute,
    FactFormula,
    Word,
)
from troth.language.read_words import SUBJECTS, TESTS


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
