"""What the desk offers to choose from: the words the texts of the company use, its parties, its open cases."""

from __future__ import annotations

from troth.access import Visitor
from troth.company import Company
from troth.language.model import ACTIONS, Kind
from troth.page.phrases import capital
from troth.site.cases import matter_called
from troth.site.gist import phrase
from troth.store import Session
from troth.store import tables as t


def options(
    company: Company, operator: Visitor, session: Session
) -> dict[str, list[tuple[str, str]]]:
    parties = session.rows(t.parties, order=[t.parties.c.name])
    matters = session.rows(
        t.matters, ended_at=None, order=[t.matters.c.opened_at.desc()], limit=100
    )
    kinds = [(row.id, f"{row.name}, {phrase(company, 'party', row.kind)}") for row in parties]
    return {
        "actions": [(a, a) for a in ACTIONS],
        "data": offered(company, "data"),
        "purposes": offered(company, "purpose"),
        "parties": kinds + offered(company, "party"),
        "places": offered(company, "place"),
        "matters": [(row.id, capital(matter_called(company, row.id))) for row in matters],
        "roles": [(role, role) for role in operator.roles],
        "people": [],
    }


def offered(company: Company, kind: Kind) -> list[tuple[str, str]]:
    """The words of a kind that the texts of this company use, by their phrase."""
    words = company.policy.words
    used = used_words(company).get(kind, set())
    listed = [(name, f"{words[of, name].phrase}") for of, name in words if of == kind]
    return sorted(((n, s) for n, s in listed if n in used), key=lambda pair: pair[1].casefold())


def used_words(company: Company) -> dict[Kind, set[str]]:
    """The words the clauses of a company's own texts speak of, and all those hold."""
    house = [company.policy.house] if company.policy.house else []
    found: dict[Kind, set[str]] = {"data": set(), "purpose": set(), "party": set(), "place": set()}
    for text in (*company.policy.versions, *house):
        for clause in text.clauses:
            slots = (clause.data, clause.purposes, clause.parties, clause.places)
            for kind, names in zip(found, slots, strict=True):
                reach = company.gate.words.leaves(kind, names, True)
                found[kind] |= {n for n in (*names, *reach) if (kind, n) in company.policy.words}
    return found
