"""A clause as pages cite it: its name, the public sentence, and the address at which it can be read."""

from __future__ import annotations

import re

from troth.company import Company

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


def to_her(way: str) -> str:
    """What would allow it, said to the person herself."""
    for pattern, said in _TO_HER:
        way = re.sub(pattern, said, way)
    return way
