"""Companies made by chance of which something is seen: most asks about others are a no for every row."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st

from tests.readings.company import LEAVES, PURPOSES, policies
from tests.readings.history import moments
from tests.sql.chance import Told, told
from troth.estate import Column, Table
from troth.gate import Question
from troth.language.model import Ask, Box, Clause, Condition, Document, OnlyWith, Policy, Unless


@st.composite
def open_companies(draw: st.DrawFn) -> Told:
    """A company with a clause that opens something in every version, asked for that."""
    clause = draw(opening())
    case = draw(told(policies().map(lambda policy: opened(policy, clause))))
    asked = Question(Ask("use", clause.data[0], clause.purposes[0]), 1, draw(moments()))
    return about(case, replace(asked, at=max(asked.at, case.question.at)))


@st.composite
def opening(draw: st.DrawFn) -> Clause:
    """A clause that lets something be seen of some people: every version of a company has it."""
    purpose = draw(st.sampled_from(PURPOSES[1:5]))
    conditions: tuple[tuple[Condition, ...], ...] = (
        (),
        (Unless(("no-news",)),),
        (Unless(("no-share",)),),
        (OnlyWith(("news-yes",)),),
    )
    chosen = draw(st.sampled_from(conditions))
    return Clause(
        "own.open", "may", "use", (draw(st.sampled_from(LEAVES)),), (), (purpose,), (), chosen
    )


def opened(policy: Policy, clause: Clause) -> Policy:
    def opened(version: Document) -> Document:
        boxes = [
            replace(p, statements=(*p.statements, clause))
            for p in version.parts
            if isinstance(p, Box)
        ]
        return replace(version, parts=tuple(boxes))

    return replace(policy, versions=tuple(opened(version) for version in policy.versions))


def about(case: Told, question: Question) -> Told:
    """The same company for another question: what the map said of the first it says of this."""
    old, new = _word(case.question), _word(question)

    def column(one: Column) -> Column:
        return replace(one, word=new) if one.word == old else one

    def table(one: Table) -> Table:
        row = new if one.row == old else one.row
        return replace(one, row=row, columns=tuple(column(c) for c in one.columns))

    tables = {name: table(one) for name, one in case.map.tables.items()}
    return replace(case, question=question, map=replace(case.map, tables=tables))


def _word(question: Question) -> str:
    return "profile" if question.ask.data == "anything" else question.ask.data
