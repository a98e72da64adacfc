"""A clause as pages cite it: its name, the public sentence, and the address at which it can be read."""

from __future__ import annotations

import re

from troth.company import Company
from troth.language.model import Kind

Cited = dict[str, str]


def address_of(clause: str) -> str:
    """Where a clause is published; the operator's file is not, and has no address."""
    text, _, name = clause.partition("#")
    owner, _, rest = text.partition("/")
    if rest == "house" or rest.startswith("contracts/"):
        return ""
    page = text if owner == "law" or "/" in rest else f"{owner}/privacy/{rest}"
    return f"/{page}#{name}" if name else f"/{page}"


def cited(company: Company, clause: str) -> Cited:
    """A clause by its full id."""
    sentence = company.sentences.get(clause, "")
    if not sentence and "#" not in clause:
        sentence = "An agreement that binds the recipient is needed, and there is none."
    return {"id": clause, "href": address_of(clause), "sentence": sentence}


def all_cited(company: Company, clauses: tuple[str, ...]) -> list[Cited]:
    return [cited(company, clause) for clause in clauses]


_TO_HER = (
    (r"\bshe says\b", "you say"),
    (r"\bshe lives\b", "you live"),
    (r"\bher consent\b", "your consent"),
    (r"\btell her of\b", "you are told of"),
    (r"\bask your consent\b", "your consent"),
    (r"\bher\b", "you"),
    (r"\bshe\b", "you"),
)


_NAMED: tuple[tuple[str, Kind, str], ...] = (
    (r"\b([a-z0-9-]+) is known\b", "fact", "it is known that {}"),
    (r"\ban open ([a-z0-9-]+) that names her and this\b", "matter", "{}, open and naming her"),
)


def plainly(company: Company, way: str) -> str:
    """What would allow it, with the phrases of facts and matters in place of their names."""
    for pattern, kind, said in _NAMED:

        def phrased(found: re.Match[str], kind: Kind = kind, said: str = said) -> str:
            word = company.policy.words.get((kind, found[1]))
            return said.format(word.phrase if word else found[1])

        way = re.sub(pattern, phrased, way)
    return way


def to_her(company: Company, way: str) -> str:
    """The same, said to the person herself."""
    way = plainly(company, way)
    for pattern, said in _TO_HER:
        way = re.sub(pattern, said, way)
    return way
