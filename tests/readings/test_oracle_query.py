"""The oracle is worth something: a gate or a query that looks away is caught by it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from tests.readings.known import Known, caught, strays
from tests.readings.test_oracle import OnlyTheVersionInForce
from troth import gather
from troth.gate import Gate, Question
from troth.language.formula import FALSE, TRUE, Formula
from troth.language.meaning import Meaning
from troth.language.model import Answer, Leaf
from troth.people.holdings import Held
from troth.query import predicate
from troth.store import Session


class OnlyTheOneAsked(Gate):
    """Of a record about several people, only the one asked about."""

    asked: int | None = None

    def ask(
        self, session: Session, question: Question, entry: bool = True, observe: bool = False
    ) -> Answer:
        self.asked = question.person
        return super().ask(session, question, entry, observe)

    def about(self, *of: Any) -> Iterator[Leaf]:
        question = next(part for part in of if isinstance(part, Question))
        return super().about(*of) if question.person == self.asked else iter(())


class OnlyItsOwnStamp(Gate):
    """Of a derived field, only its own word and stamp."""

    def about(self, *of: Any) -> Iterator[Leaf]:
        own: list[Any] = [
            replace(x, origins=x.origins[:1]) if isinstance(x, Held) else x for x in of
        ]
        return super().about(*own)


@pytest.mark.parametrize("gate", [OnlyTheOneAsked, OnlyItsOwnStamp])
def test_the_oracle_catches_a_gate_that_asks(gate: type[Gate], companies: list[Known]) -> None:
    assert caught(companies, Meaning, gate)


def test_the_query_itself_does_not_stray(companies: list[Known]) -> None:
    assert not strays(companies)


def _allow_all(formula: Formula, binding: Any) -> Any:  # noqa: ARG001
    return predicate(TRUE, binding)


def _allow_none(formula: Formula, binding: Any) -> Any:  # noqa: ARG001
    return predicate(FALSE, binding)


@pytest.mark.parametrize("instead", [_allow_all, _allow_none])
def test_a_query_is_caught_that_says(
    instead: Callable[..., Any], companies: list[Known], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gather, "predicate", instead)
    assert strays(companies)


@pytest.mark.parametrize("name", ["place", "person", "given_at"])
def test_a_query_is_caught_that_looks_at_no(
    name: str, companies: list[Known], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(gather.COLUMNS, name, "null")
    assert strays(companies)


@pytest.mark.parametrize(
    ("said", "instead"),
    [
        ("and f.value is not null", ""),
        ("and r.given_at <= :now", ""),
        ("union all select company, field, data, stamp from field_origins", ""),
        ("where f.company = :company", "where f.company = :company and p.person = :person"),
    ],
)
def test_a_query_is_caught_that_reads_other_rows(
    said: str, instead: str, companies: list[Known], monkeypatch: pytest.MonkeyPatch
) -> None:
    flat = " ".join(gather.HELD.split())
    assert said in flat
    monkeypatch.setattr(gather, "HELD", flat.replace(said, instead))
    assert strays(companies)


def test_a_query_is_caught_that_drops_the_versions_since(
    companies: list[Known], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The shortcut in the query alone: the formulas of the version in force, and no older promise."""
    whole = gather._formulas
    monkeypatch.setattr(
        gather, "_formulas", lambda meaning, *of: whole(OnlyTheVersionInForce(meaning.policy), *of)
    )
    assert strays(companies)
