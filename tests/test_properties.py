"""What must be so of every policy, every history and every ask: the properties of the language, each a sentence."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.readings import company as words
from tests.readings.asks import questions
from tests.readings.calendar import histories, settle
from tests.readings.history import Company, History, Step, moments
from tests.readings.test_agree import RUN, Told, stored, told
from troth.corpus import load
from troth.gate import Gate, Question
from troth.language.model import (
    Ask,
    Box,
    Clause,
    Document,
    OnlyWith,
    Policy,
    Stamp,
    Statement,
    Unless,
)
from troth.page import page
from troth.people import choices, notices, records, stamps
from troth.store import Session
from troth.store import tables as t

CORPUS = load(Path(__file__).parents[1] / "policies")


def allowed(gate: Gate, session: Session, asks: list[Question]) -> list[tuple[bool, ...]]:
    """Leaf by leaf, whether it is allowed: the leaves of one ask are always in the same order."""
    answers = (gate.ask(session, question, entry=False) for question in asks)
    return [tuple(leaf.decision.allowed for leaf in answer.leaves) for answer in answers]


def never_more(after: list[tuple[bool, ...]], before: list[tuple[bool, ...]]) -> bool:
    """Whether nothing is allowed afterwards that was not before."""
    return all(
        not now or then
        for late, early in zip(after, before, strict=True)
        for now, then in zip(late, early, strict=True)
    )


def with_statements(document: Document, statements: Any) -> Document:
    return replace(document, parts=(Box("own", tuple(statements)),))


def with_clause(policy: Policy, version: int, clause: Clause, place: int) -> Policy:
    """The policy with one clause more in one of its versions."""
    said: list[Statement] = list(policy.versions[version].statements)
    said.insert(place % (len(said) + 1), clause)
    changed = list(policy.versions)
    changed[version] = with_statements(policy.versions[version], said)
    return replace(policy, versions=tuple(changed))


# -- 4 and 5: what is not said is not allowed; more nevers and fewer mays --------------------------


@RUN
@given(told())
def test_an_empty_policy_allows_nothing(company: Told) -> None:
    policy, history, asks = company
    empty = tuple(with_statements(version, words.CHOICES) for version in policy.versions)
    gate = Gate(replace(policy, versions=empty, notices=(), contracts=(), laws=()))
    with stored(policy, history) as session:
        assert not any(any(leaves) for leaves in allowed(gate, session, asks))


@st.composite
def _one_more(draw: st.DrawFn, modal: Literal["may", "never"]) -> tuple[Told, Policy]:
    company = draw(told())
    clause = draw(words.clauses("own.new").filter(lambda c: modal == "never" or c.action != "keep"))
    new = replace(clause, modal=modal)
    number, place = draw(st.integers(0, 2)), draw(st.integers(0, 9))
    policy = company[0]
    return company, with_clause(policy, number % len(policy.versions), new, place)


@RUN
@given(_one_more("never"))
def test_a_new_never_never_widens(made: tuple[Told, Policy]) -> None:
    (policy, history, asks), more = made
    with stored(policy, history) as session:
        before = allowed(Gate(policy), session, asks)
        assert never_more(allowed(Gate(more), session, asks), before)


@RUN
@given(_one_more("may"))
def test_a_new_may_never_narrows(made: tuple[Told, Policy]) -> None:
    """But for `may keep … for a period`, which says how long data may be used at all."""
    (policy, history, asks), more = made
    with stored(policy, history) as session:
        before = allowed(Gate(policy), session, asks)
        assert never_more(before, allowed(Gate(more), session, asks))


@RUN
@given(told(), st.randoms(use_true_random=False))
def test_the_order_of_clauses_does_not_matter(company: Told, chance: Any) -> None:
    policy, history, asks = company

    def shuffled(document: Document) -> Document:
        said = list(document.statements)
        chance.shuffle(said)
        return with_statements(document, said)

    other = replace(
        policy,
        versions=tuple(map(shuffled, policy.versions)),
        laws=tuple(map(shuffled, reversed(policy.laws))),
    )
    with stored(policy, history) as session:
        for question in asks:
            one = Gate(policy).ask(session, question, entry=False)
            two = Gate(other).ask(session, question, entry=False)
            assert [leaf.decision.allowed for leaf in one.leaves] == [
                leaf.decision.allowed for leaf in two.leaves
            ]
            assert set(one.clauses) == set(two.clauses)


# -- 6: refusals and unknowns ----------------------------------------------------------------------


def straight(policy: Policy) -> Policy:
    """Without a `never` that a choice takes away or a consent brings: there a refusal would permit."""

    def plain(clause: Clause) -> Clause:
        turned = (Unless, OnlyWith)
        kept = tuple(c for c in clause.conditions if not isinstance(c, turned))
        return replace(clause, conditions=kept) if clause.modal == "never" else clause

    def text(document: Document) -> Document:
        said = (plain(s) if isinstance(s, Clause) else s for s in document.statements)
        return with_statements(document, said)

    return replace(
        policy,
        versions=tuple(map(text, policy.versions)),
        house=text(policy.house) if policy.house else None,
        laws=tuple(map(text, policy.laws)),
        notices=tuple(map(text, policy.notices)),
        contracts=tuple(map(text, policy.contracts)),
    )


def _refuses(choice: Any) -> Step:
    """Says a choice, or takes back a consent: of person 1, for all its items."""
    standing = choice.kind == "choice"
    return lambda c, at: choices.say(c.session, 1, choice, (), standing, at, "site", "person")


def _refuses_clause(number: int) -> Step:
    def step(company: Company, at: datetime) -> None:
        version = company.policy.versions[-1]
        if version.clauses:
            clause = version.clauses[number % len(version.clauses)]
            digest = company.meaning.digest(version, clause)
            notices.refuse(company.session, 1, clause.name, version.id, digest, at, "site")

    return step


refusals = st.one_of(
    st.sampled_from(words.CHOICES).map(_refuses), st.integers(0, 9).map(_refuses_clause)
)


@RUN
@given(told(), moments(), refusals)
def test_one_more_refusal_never_allows_more(company: Told, at: Any, refusal: Step) -> None:
    policy, history, asks = straight(company[0]), company[1], company[2]
    mine = [replace(question, person=1) for question in asks if question.at >= at]
    assume(mine)
    gate = Gate(policy)
    last = [(at, refusal)]
    with stored(policy, [step for step in history if step[0] <= at]) as session:
        before = allowed(gate, session, mine)
        settle(policy, session, last, begun=True)
        assert never_more(allowed(Gate(policy), session, mine), before)


FORGOTTEN: list[Callable[[Session], int]] = [
    lambda session: session.remove(t.attributes, of="person", name="country"),
    lambda session: session.remove(t.attributes, of="party", name="territory"),
    lambda session: session.remove(t.attributes, of="party", name="home"),
    lambda session: session.remove(t.assertions, fact="fraud"),
    lambda session: session.remove(t.assertions, fact="urgent"),
]


@RUN
@given(told(), st.sampled_from(FORGOTTEN))
def test_one_more_unknown_never_allows_more(
    company: Told, forget: Callable[[Session], int]
) -> None:
    """But for a fact that `starts no`, and for the countries where a law compels."""
    policy, history, asks = company
    policy = replace(policy, laws=())
    with stored(policy, history) as session:
        before = allowed(Gate(policy), session, asks)
        forget(session)
        assert never_more(allowed(Gate(policy), session, asks), before)


# -- 8: publishing changes nothing for data already held -------------------------------------------


@st.composite
def _published_later(draw: st.DrawFn) -> tuple[Policy, Policy, History, list[Question]]:
    """A policy and its beginning, and a history under the beginning in which nobody was told or agreed."""
    whole = draw(words.policies().filter(lambda policy: len(policy.versions) > 1))
    strict = tuple(
        replace(v, front=tuple((k, "strict" if k == "reading" else x) for k, x in v.front))
        for v in whole.versions
    )
    whole = replace(whole, versions=strict)
    begun = replace(whole, versions=strict[: draw(st.integers(1, len(strict) - 1))])
    listed = draw(st.lists(questions(whole), min_size=6, max_size=6))
    return whole, begun, draw(histories(begun)), listed


@RUN
@given(_published_later())
def test_publishing_never_allows_more_until_she_was_told_or_agreed(
    made: tuple[Policy, Policy, History, list[Question]],
) -> None:
    whole, begun, history, asks = made
    about_held = [q for q in asks if q.ask.action not in ("collect", "require")]
    with stored(begun, history) as session:
        for table in (t.told, t.adoptions):
            for number in (1, 2, 3):
                session.remove(table, person=number)
        before = _of_her_own(Gate(begun), session, about_held)
        after = _of_her_own(Gate(whole), session, about_held)
        assert never_more(after, before)


def _of_her_own(gate: Gate, session: Session, asks: list[Question]) -> list[tuple[bool, ...]]:
    """Only what was given under a version: what is held for a customer, or came without a stamp, is
    under the version in force alone."""
    held = {row.id for row in session.rows(t.stamps) if row.role == "held" or not row.versions}
    free = {row.id for row in session.rows(t.fields) if row.stamp in held}
    free |= {row.field for row in session.rows(t.field_origins) if row.stamp in held}
    answers = (gate.ask(session, question, entry=False) for question in asks)
    return [
        tuple(leaf.decision.allowed for leaf in answer.leaves if leaf.field not in free)
        for answer in answers
    ]


def test_a_never_in_the_middle_version_is_not_laundered_away() -> None:
    may = Clause("own.news", "may", "use", ("email",), purposes=("own-news",))
    never = Clause("own.no-news", "never", "use", ("email",), purposes=("news",))
    said = ((may,), (never,), (may,))
    versions = tuple(
        words.document(
            "version", f"{words.NAME}/{day}", (*words.CHOICES, *clauses), day, zone=words.ZONE
        )
        for day, clauses in zip(words.DAYS, said, strict=True)
    )
    policy = Policy(words.NAME, versions, words.words())
    given_then = words.DAYS[0]
    ask = Question(Ask("use", "email", "own-news"), 1, _noon(2015, 3, 1))
    step = _gives_email(f"{words.NAME}/{given_then}")
    with stored(policy, [(_noon(2004, 1, 1), step)]) as session:
        assert Gate(policy).ask(session, replace(ask, at=_noon(2008, 1, 1)), entry=False)
        answer = Gate(policy).ask(session, ask, entry=False)
        assert not answer
        assert answer.clauses == (f"{words.NAME}/{words.DAYS[1]}#own.no-news",)
        settle(policy, session, [(_noon(2014, 12, 1), _told_of_the_last)], begun=True)
        assert not Gate(policy).ask(session, ask, entry=False)  # silence lifts no never
        settle(policy, session, [(_noon(2015, 2, 1), _agrees_to_the_last)], begun=True)
        assert Gate(policy).ask(session, ask, entry=False)


def _noon(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 17, tzinfo=UTC)


def _gives_email(version: str) -> Step:
    def step(company: Company, at: datetime) -> None:
        number = stamps.stamp_id(company.session, Stamp((version,), "form"), "supplied")
        given_ = records.Given("email", "a@example.org", number)
        records.keep(company.session, (1,), (given_,), at, place="form")

    return step


def _told_of_the_last(company: Company, at: datetime) -> None:
    version = company.policy.versions[-1].id
    notices.tell(company.session, 1, version, "email", "delivered", at)


def _agrees_to_the_last(company: Company, at: datetime) -> None:
    version = company.policy.versions[-1]
    digest = company.meaning.digest(version, version.clauses[0])
    notices.agree(company.session, 1, "own.news", version.id, digest, at, "site")


# -- 9: the page ------------------------------------------------------------------------------------


def _citable() -> list[Any]:
    published = [
        (policy, document)
        for policy in CORPUS.policies.values()
        for document in (*policy.versions, *policy.laws, *policy.notices)
    ]
    return [pytest.param(policy, document, id=document.id) for policy, document in published]


@pytest.mark.parametrize(("policy", "document"), _citable())
def test_every_clause_that_can_be_cited_has_an_anchor_on_the_page(
    policy: Policy, document: Document
) -> None:
    shown = page(document, policy.words, policy.versions, policy.versions[-1])
    anchors = re.findall(r'\bid="([^"]+)"', shown)
    named = {c.name for c in document.clauses} | {d.name for d in document.duties}
    assert named <= set(anchors)
    assert len(anchors) == len(set(anchors))
