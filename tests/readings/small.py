"""One small company: its texts as a reader gives them, what happened in it, and one question."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from tests.readings.company import CHOICES, DAYS, NAME, ZONE, words
from tests.readings.history import OPEN, Company, History, Step
from troth import matters
from troth.gate import Question
from troth.language.model import Ask, Box, Document, DocumentKind, Policy, Stamp
from troth.language.read import read
from troth.people import attributes, choices, notices, records, stamps

Told = tuple[Policy, History, list[Question]]
V1, V2, V3 = (f"{NAME}/{day}" for day in DAYS)
HEADS = {
    "version": "policy: acme\ncompany: Acme\nin force: {day}\nzone: {zone}\nentrusted: entrusted",
    "law": "law: {name}\nin force: 2000-01-01\nreviewed by: nobody",
    "house": "house: acme\nin force: 2000-01-01",
    "notice": "notice: n\nrider of: acme\nin force: 2000-01-01",
    "contract": "contract: k\npolicy: acme\nbetween: Acme, C1\nin force: 2000-01-01\nsupersedes: entrusted.a",
}


def text(
    kind: DocumentKind, box: str, day: Any = "", more: str = "", section: str = "own"
) -> Document:
    """A text with one box of clauses, read as any other."""
    head = HEADS[kind].format(day=day, zone=ZONE, name="l")
    page = f"---\n{head}\n{more}---\n\n# Acme\n\n## Acme {{#{section}}}\n\n```policy\n{box}\n```\n"
    document, problems = read(page, f"{NAME}/x.md")
    assert not problems, problems
    ids = {"law": "law/l", "house": f"{NAME}/house", "version": f"{NAME}/{day}"}
    parts = (*document.parts, Box("own", CHOICES)) if kind == "version" else document.parts
    return replace(document, id=ids.get(kind, f"{NAME}/{kind}s/x"), parts=parts)


def policy(*boxes: str, section: str = "own", **others: str) -> Policy:
    """Versions of one box each; `law`, `house`, `notice`, `contract` beside them; `where` for the law."""
    versions = tuple(
        text("version", box, day, section=section) for box, day in zip(boxes, DAYS, strict=False)
    )
    where = f"where: {others['where']}\n" if "where" in others else ""
    return Policy(
        NAME,
        versions,
        words(),
        text("house", others["house"]) if "house" in others else None,
        (text("law", others["law"], more=where),) if "law" in others else (),
        (text("notice", others["notice"]),) if "notice" in others else (),
        (text("contract", others["contract"], section="k"),) if "contract" in others else (),
    )


def at(year: int, month: int = 3, day: int = 1) -> datetime:
    return datetime(year, month, day, 17, tzinfo=UTC)


# -- what happens ------------------------------------------------------------------------------------


def gives(data: str = "email", stamp: Stamp | None = None, people: tuple[int, ...] = (1,)) -> Step:
    def step(company: Company, moment: datetime) -> None:
        number = stamps.stamp_id(company.session, stamp or Stamp((V1,), "form"), "supplied")
        given = records.Given(data, "value", number)
        kept = records.keep(company.session, people, (given,), moment, place="form")
        company.fields.extend(kept.fields)
        company.records.append(kept.record)

    return step


def says(choice: str, items: tuple[str, ...] = (), who: int = 1) -> Step:
    said = next(c for c in CHOICES if c.name == choice)
    return lambda c, m: choices.say(c.session, who, said, items, True, m, "site", "person")


def names(party: str, data: tuple[str, ...] = ()) -> Step:
    said = next(c for c in CHOICES if c.names)
    scope = choices.Scope(party, data)
    return lambda c, m: choices.say(c.session, 1, said, (), True, m, "site", "person", scope=scope)


def told(version: str, way: str = "email", outcome: notices.Outcome = "delivered") -> Step:
    return lambda c, m: notices.tell(c.session, 1, version, way, outcome, m)


def answers(answer: Callable[..., int], clause: str, version: str) -> Step:
    def step(company: Company, moment: datetime) -> None:
        document = next(v for v in company.policy.versions if v.id == version)
        worded = next(c for c in document.clauses if c.name == clause)
        digest = company.meaning.digest(document, worded)
        answer(company.session, 1, clause, version, digest, moment, "site")

    return step


def lives(country: str) -> Step:
    return lambda c, m: attributes.set_value(c.session, "person", 1, "country", country, m)


def opens(**named: Any) -> Step:
    return lambda c, m: matters.open_matter(
        c.session,
        OPEN[0],
        c.policy.words["matter", "case"],
        m,
        "person",
        **{"people": (1,), **named},
    )


def closes(company: Company, moment: datetime) -> None:
    matters.close(company.session, OPEN[0], moment)


def derives(data: str) -> Step:
    return lambda c, m: records.derive(c.session, c.fields, data, "made", m)


def erases(company: Company, moment: datetime) -> None:
    records.erase(company.session, company.fields[:1], moment)


# -- one question ------------------------------------------------------------------------------------

LATER = at(2015)
NEWS = Ask("use", "email", "own-news")
MAY, NEVER = "a: may use email for own-news", "b: never use email for news"
GIVEN = [(at(2004), gives())]


def case(
    made: Policy, history: History = GIVEN, ask: Ask = NEWS, when: datetime = LATER, **of: Any
) -> Told:
    return made, history, [Question(ask, 1, when, **of)]
