"""What a clause is about in a few words: what a choice stops, what is shared with whom and for what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from troth.company import Company
from troth.language.model import Choice, Clause, Document, Kind, OnlyWith, Unless
from troth.page.phrases import spoken

DOING = {
    "use": "using {data}",
    "share": "sharing {data}",
    "sell": "selling {data}",
    "collect": "taking down {data}",
    "require": "asking for {data}",
    "keep": "keeping {data}",
}
SHOWN = 3


def phrase(company: Company, kind: Kind, name: str) -> str:
    """A word as people read it."""
    word = company.policy.words.get((kind, name))
    return word.phrase if word else spoken(name)


def phrases(company: Company, kind: Kind, names: Iterable[str], join: str = "and") -> str:
    """Several words: `a, b and c`."""
    said = [phrase(company, kind, name) for name in names]
    return f" {join} ".join([", ".join(said[:-1]), said[-1]] if len(said) > 1 else said)


def gist(company: Company, clause: Clause) -> str:
    """`sharing your information with a company that markets together with us for …`."""
    data = phrases(company, "data", clause.data)
    said = [DOING[clause.action].format(data=data)]
    if clause.parties:
        said.append(f"with {phrases(company, 'party', clause.parties, 'or')}")
    if clause.purposes:
        said.append(f"for {phrases(company, 'purpose', clause.purposes)}")
    return " ".join(said)


def effect(company: Company, choice: Choice, texts: Iterable[Document]) -> str:
    """One sentence: what a choice stops, what a consent allows."""
    found = dict.fromkeys(gist(company, clause) for clause in _named(choice, texts))
    said = list(found)
    more = f", and {len(said) - SHOWN} more" if len(said) > SHOWN else ""
    listed = "; ".join(said[:SHOWN]) + more
    if not listed:
        return "We take note of it."
    return f"{'It allows' if choice.kind == 'consent' else 'It stops'} {listed}."


def _named(choice: Choice, texts: Iterable[Document]) -> Iterator[Clause]:
    """The clauses a choice bears on."""
    for text in texts:
        for clause in text.clauses:
            for condition in clause.conditions:
                if (isinstance(condition, Unless) and choice.name in condition.names) or (
                    isinstance(condition, OnlyWith) and choice.name in condition.consents
                ):
                    yield clause
