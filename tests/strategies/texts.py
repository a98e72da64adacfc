"""Names, phrases, comments and numbers: the small parts of every statement."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st

from troth.language.model import (
    Comment,
)

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
