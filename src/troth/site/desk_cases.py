"""The desk's cases: legal demands, holds, incidents, a sale of the business: opened by the role that may, and closed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from troth import matters
from troth.language.model import Clause, Document, Within, Word
from troth.matters import Matter
from troth.page.phrases import capital
from troth.people.happenings import assert_fact, asserted
from troth.site.body import Form
from troth.site.cases import matter_called
from troth.site.codes import new_code
from troth.site.desk_options import offered
from troth.site.desk_page import DeskPage, Sitting, Wrong
from troth.site.desk_typed import chosen, day_typed, details_typed, people_typed
from troth.site.gist import phrase
from troth.site.when import day_said
from troth.store import Session
from troth.store import tables as t

MOST = 100  # cases shown, newest first


def _does(sitting: Sitting, session: Session, form: Form) -> str:
    match form.one("do"):
        case "open":
            return _open(sitting, session, form)
        case "close":
            found = _may_work_on(sitting, session, form.one("case"))
            word = _word(sitting, found.kind)
            matters.close(session, found.id, sitting.at, word.ends or "closed")
            return f"Closed: {matter_called(sitting.company, found.id)}"
        case "find":
            return _find(sitting, session, form)
    raise Wrong("there is nothing of the kind to do here")


def _open(sitting: Sitting, session: Session, form: Form) -> str:
    """A case of a kind, with whom and what it covers; without what it needs it would be void."""
    kinds = _kinds(sitting)
    word = kinds.get(form.one("kind"))
    if word is None:
        raise Wrong("your roles open no case of this kind; let somebody open it who may")
    details = details_typed(form, "details")
    details |= {name: [said] for name in word.needs if (said := form.one(f"needs-{name}")[:300])}
    missing = [name for name in word.needs if name not in details]
    if missing:
        raise Wrong(f"{word.phrase} needs {', '.join(missing)}: without it nothing is allowed")
    number = form.one("number")[:60] or new_code()[:9]
    opened = matters.open_matter(
        session,
        f"{word.name}:{number}",
        word,
        sitting.at,
        next(role for role in sitting.operator.roles if role in word.opened_by),
        people=people_typed(sitting, session, form, "people"),
        fields=chosen(form, "fields", dict(offered(sitting.company, "data"))),
        period=(day_typed(form, "from"), day_typed(form, "until")),
        attributes_=details,
    )
    return f"Opened: {matter_called(sitting.company, opened.id)}"


def _find(sitting: Sitting, session: Session, form: Form) -> str:
    """What a role finds of a case: that the data bear on it, that a court ordered it."""
    found = _may_work_on(sitting, session, form.one("case"))
    fact = _findable(sitting).get(form.one("fact"))
    if fact is None or form.one("found") not in ("yes", "no"):
        raise Wrong("choose what you find, and whether it is so")
    role = next(role for role in sitting.operator.roles if role in fact.asserted_by)
    yes = form.one("found") == "yes"
    assert_fact(session, fact, "matter", found.id, sitting.at, role, yes)
    return (
        f"Found of {matter_called(sitting.company, found.id)}: {'' if yes else 'not '}{fact.phrase}"
    )


def _may_work_on(sitting: Sitting, session: Session, id: str) -> Matter:
    """A case that is there, of a kind that the operator's roles open, or people themselves."""
    found = matters.matter(session, id)
    opened_by = _word(sitting, found.kind).opened_by
    if not ("person" in opened_by or set(opened_by) & set(sitting.operator.roles)):
        raise Wrong(f"`{found.kind}` is worked on by {' or '.join(opened_by)}; let them do it")
    return found


# -- what there is ---------------------------------------------------------------------------------


def _word(sitting: Sitting, kind: str) -> Word:
    return sitting.company.policy.words["matter", kind]


def _kinds(sitting: Sitting) -> dict[str, Word]:
    """The kinds that the company's texts speak of and one of the operator's roles may open."""
    policy = sitting.company.policy
    house = [policy.house] if policy.house else []
    spoken = set(_spoken((*policy.versions, *policy.laws, *house)))
    return {
        name: word
        for (kind, name), word in policy.words.items()
        if kind == "matter" and name in spoken
        if set(word.opened_by) & set(sitting.operator.roles)
    }


def _spoken(texts: Iterable[Document]) -> Iterator[str]:
    for text in texts:
        for clause in text.statements:
            if isinstance(clause, Clause):
                for condition in clause.conditions:
                    yield from condition.matters if isinstance(condition, Within) else ()


def _findable(sitting: Sitting) -> dict[str, Word]:
    """The facts of a case that one of the operator's roles may find."""
    return {
        name: word
        for (kind, name), word in sitting.company.policy.words.items()
        if kind == "fact" and "matter" in word.of
        if set(word.asserted_by) & set(sitting.operator.roles)
    }


def _shows(sitting: Sitting, session: Session) -> dict[str, Any]:
    kinds, facts = _kinds(sitting), _findable(sitting)
    word = kinds.get(sitting.request.query_params.get("kind", ""))
    rows = session.rows(t.matters, order=[t.matters.c.opened_at.desc()], limit=MOST)
    return {
        "kinds": [(name, one.phrase) for name, one in kinds.items()],
        "kind": None if word is None else _asked_of(word),
        "words": offered(sitting.company, "data"),
        "cases": [_shown(sitting, session, matters.matter(session, row.id), facts) for row in rows],
        "facts": [(name, fact.phrase) for name, fact in facts.items()],
    }


def _asked_of(word: Word) -> dict[str, Any]:
    return {
        "name": word.name,
        "phrase": word.phrase,
        "covers": word.covers,
        "needs": [(name, capital(name.replace("-", " "))) for name in word.needs],
    }


def _shown(
    sitting: Sitting, session: Session, found: Matter, facts: dict[str, Word]
) -> dict[str, Any]:
    company, word = sitting.company, _word(sitting, found.kind)
    at = {name: asserted(session, name, "matter", found.id, sitting.at) for name in facts}
    return {
        "id": found.id,
        "called": capital(matter_called(company, found.id)),
        "opened": day_said(company, found.opened_at),
        "ended": day_said(company, found.ended_at) if found.ended_at else "",
        "people": session.count(t.matter_people, matter=found.id),
        "fields": [phrase(company, "data", name) for name in found.fields],
        "from": found.period_from,
        "until": found.period_until,
        "found": [
            ("" if yes else "not ") + facts[f].phrase for f, yes in at.items() if yes is not None
        ],
        "mine": bool({"person", *sitting.operator.roles} & set(word.opened_by)),
    }


PAGE = DeskPage("cases", "Cases", _shows, _does)
