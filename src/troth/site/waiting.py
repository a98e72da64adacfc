"""What a newer version would do with earlier data, and may not until its person agrees, clause by clause."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from troth.company import Company
from troth.language.model import Clause, Document
from troth.outlook import Kept, waiting
from troth.people import notices
from troth.people.same import same
from troth.site.body import Form
from troth.site.cite import cited
from troth.site.problems import Problem
from troth.site.visit import version_link
from troth.site.when import day_said, in_force
from troth.store import Session

WAY = "site"


def waiting_clauses(
    company: Company, session: Session, person: int, at: datetime
) -> list[dict[str, Any]]:
    """Each clause that waits for her or that she answered: its sentence, and what she said."""
    current = in_force(company, at)
    waits: dict[str, list[Kept]] = {}
    for each in same(session, person):
        for name, kept in waiting(company.gate, session, each, at).items():
            waits.setdefault(name, []).extend(kept)
    answers = notices.answers(session, person, at)
    versions = {v.id: v for v in company.policy.versions}
    found = []
    for clause in current.clauses:
        answer = answers.by_clause.get(clause.name)
        if clause.name not in waits and answer is None:
            continue
        kept_by = waits.get(clause.name, [])
        older = dict.fromkeys(kept.older for kept in kept_by)
        found.append(
            {
                **cited(company, f"{current.id}#{clause.name}"),
                "clause": clause.name,
                "digest": _digest(company, current, clause),
                "older": [version_link(versions[v]) for v in older if v in versions],
                "first_told": _first_told(company, kept_by),
                "answer": answer.answer if answer else "",
                "since": day_said(company, answer.at) if answer else "",
            }
        )
    return found


def _first_told(company: Company, kept_by: list[Kept]) -> str:
    """What we promised to do before her yes counts and have not done, in words; empty where nothing is wanting."""
    untold = [kept for kept in kept_by if "told" in kept.wanting]
    ways = dict.fromkeys(way for kept in untold for way in kept.ways)
    by = " or ".join(company.policy.words["way", way].phrase for way in ways)
    return f"told you{' by ' if by else ''}{by}" if untold else ""


def behind(waits: list[dict[str, Any]]) -> list[dict[str, str]]:
    """The older versions that clauses wait behind, each once."""
    found = {old["href"]: old for item in waits for old in item["older"]}
    return list(found.values())


def answer_clause(
    company: Company, session: Session, person: int, form: Form, at: datetime
) -> None:
    """She agrees to a clause or refuses it, in the very wording she was shown."""
    current = in_force(company, at)
    clause = next((c for c in current.clauses if c.name == form.one("clause")), None)
    if clause is None or form.one("answer") not in ("agree", "refuse"):
        raise Problem(422, "There is no such clause to answer; open the page again.")
    digest = _digest(company, current, clause)
    if form.one("digest") != digest:
        raise Problem(
            409, "The clause says something else by now; open the page and read it again."
        )
    answer = notices.agree if form.one("answer") == "agree" else notices.refuse
    sentence = company.sentences[f"{current.id}#{clause.name}"]
    answer(session, person, clause.name, current.id, digest, at, WAY, sentence)


def _digest(company: Company, text: Document, clause: Clause) -> str:
    return company.gate.decider.meaning.digest(text, clause)
