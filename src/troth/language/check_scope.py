"""What a checker knows while it reads one company's texts: all names by kind, and where a word stands."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import cached_property

from .lines import span_of
from .model import ANYTHING, Choice, Document, Kind, Policy, Span, Word
from .problem import Problem, did_you_mean, nearest
from .vocabulary import Vocabulary

ARTICLE = {"event": "an", "data": "a data word"}  # `a party`, `an event`, `a data word`
LENGTHS_APART = 5  # of two names one of which may be a slip for the other
LOOKED_AT = 1000  # names, for the most similar one
TAKES_ANYTHING = ("data", "purpose", "party")


def a(kind: str) -> str:
    """The kind with its article: `a party`, `an event`, `a data word`."""
    article = ARTICLE.get(kind, "a")
    return article if " " in article else f"{article} {kind}"


def said_kind(kind: str) -> str:
    return "data word" if kind == "data" else kind


class Scope:
    """One company's policy with the sources of its files. Spans inside statements are found when needed."""

    def __init__(self, policy: Policy, sources: Mapping[str, str]) -> None:
        self.policy = policy
        self.words = Vocabulary(policy.words)
        self.sources = sources
        self._similar: dict[tuple[str, int], str] = {}

    @property
    def documents(self) -> tuple[Document, ...]:
        """Every text of the company, and the laws it names."""
        house = (self.policy.house,) if self.policy.house is not None else ()
        own = (*self.policy.versions, *house, *self.policy.contracts, *self.policy.notices)
        return own + self.policy.laws

    @cached_property
    def names(self) -> dict[str, dict[str, Word]]:
        """The words of each kind by their names."""
        found: dict[str, dict[str, Word]] = {}
        for (kind, name), word in self.policy.words.items():
            found.setdefault(kind, {})[name] = word
        return found

    @cached_property
    def choices(self) -> dict[str, Choice]:
        """Choices and consents by name; the latest wording of each."""
        return {c.name: c for document in self.documents for c in document.choices}

    @cached_property
    def roles(self) -> frozenset[str]:
        """Who asserts facts and opens matters: the roles that words name."""
        words = self.policy.words.values()
        return frozenset(role for w in words for role in (*w.asserted_by, *w.opened_by))

    @cached_property
    def ways_and_roles(self) -> dict[str, None]:
        return dict.fromkeys((*self.names.get("way", {}), *sorted(self.roles)))

    def span(self, statement: Span, word: str, after: str = "") -> Span:
        """Where a word of a statement stands in its file."""
        return span_of(self.sources.get(statement.file, ""), statement, word, after)

    def known(self, kind: str, name: str) -> bool:
        """Whether a name is a word of the kind; `choice` counts as a kind here."""
        if kind == "choice":
            return name in self.choices
        return name in self.names.get(kind, {}) or (name == ANYTHING and kind in TAKES_ANYTHING)

    def unknown(
        self, kinds: tuple[str, ...], name: str, statement: Span, after: str = ""
    ) -> Problem | None:
        """The problem of a name that is a word of none of the kinds, or none."""
        if any(self.known(kind, name) for kind in kinds):
            return None
        span = self.span(statement, name, after)
        other = self.elsewhere(name)
        wanted = (
            said_kind(kinds[0]) if len(kinds) == 1 else " or ".join(said_kind(k) for k in kinds)
        )
        close = did_you_mean(name, self.like(kinds, name))
        if other is not None:
            where = ((other[1], f"{a(other[0])}, defined here"),) if other[1].line else ()
            remedy = close or f"name {a(kinds[0])}"
            return Problem("P181", f"`{name}` is {a(other[0])}, no {wanted}", span, where, remedy)
        return Problem(
            "P180", f"unknown {wanted} `{name}`", span, (), close or _define(kinds, name)
        )

    def elsewhere(self, name: str) -> tuple[str, Span] | None:
        """The kind and place of a name among the words of other kinds and the choices."""
        for kind, words in self.names.items():
            if name in words:
                return kind, words[name].span
        choice = self.choices.get(name)
        return (choice.kind, choice.span) if choice is not None else None

    def like(self, kinds: Iterable[str], name: str) -> list[str]:
        """The most similar name of each kind."""
        pools = (self.choices if kind == "choice" else self.names.get(kind, {}) for kind in kinds)
        return [close for pool in pools if (close := self.similar(name, pool))]

    def similar(self, name: str, pool: Collection[str]) -> str:
        """The known name most like this one, or nothing; looked for once, among names of like length."""
        key = (name, id(pool))
        if key not in self._similar:
            alike = [n for n in pool if abs(len(n) - len(name)) <= LENGTHS_APART]
            self._similar[key] = nearest(name, alike[:LOOKED_AT])
        return self._similar[key]

    def get(self, kind: Kind, name: str) -> Word | None:
        return self.policy.words.get((kind, name))


def _define(kinds: tuple[str, ...], name: str) -> str:
    if kinds == ("choice",):
        return f'write `choice {name} "…"` in a box of this policy'
    if "choice" in kinds and "fact" in kinds:
        return f'write `choice {name} "…"` here, or `fact {name} "…"` in words.md'
    return f'add `{kinds[0]} {name} "…"` to words.md'
