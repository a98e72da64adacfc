"""A statement sent straight to the driver is its company's alone, and fails as every other does."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from importlib import import_module
from pkgutil import walk_packages

import pytest
from sqlalchemy import bindparam, select
from sqlalchemy.exc import IntegrityError
from sqlglot import exp, parse_one

import troth
from tests.store.opened import NOON
from troth.facts import load
from troth.people import holdings, identifiers, people
from troth.store import Session, Store, Straight, numbers
from troth.store import tables as t
from troth.store.straight import chunks, numbered

ALL = Straight(select(t.people.c.id).order_by(t.people.c.id))
SINCE = Straight(select(t.people.c.id).where(t.people.c.created_at >= bindparam("at")))
ADD = Straight(
    "insert into parties (company, id, kind, name) values (:of_company, :id, :kind, :name)"
)


@pytest.fixture
def session(store: Store) -> Iterator[Session]:
    with store.writing("acme") as acme:
        yield acme


def test_it_reads_one_company(store: Store) -> None:
    for company, count in (("acme", 1), ("bolt", 2)):
        with store.writing(company) as session:
            session.add_all(t.people, [{"created_at": NOON}] * count)
    with store.reading("acme") as acme, store.reading("bolt") as bolt:
        assert acme.fetch(ALL) == [(1,)]
        assert bolt.fetch(ALL) == [(1,), (2,)]


def test_it_writes_for_one_company(store: Store) -> None:
    with store.writing("acme") as acme:
        acme.put_straight(
            ADD,
            [
                {"id": "one", "kind": "reseller", "name": ""},
                {"id": "two", "kind": "agent", "name": ""},
            ],
        )
    with store.reading("acme") as acme, store.reading("bolt") as bolt:
        assert acme.count(t.parties) == 2
        assert bolt.count(t.parties) == 0


def test_text_that_names_no_company_is_refused() -> None:
    with pytest.raises(ValueError, match="names no :of_company"):
        Straight("select id from people")


def test_every_statement_kept_as_text_reads_only_its_company() -> None:
    for module in walk_packages(troth.__path__, "troth."):
        if ".migrations" not in module.name:
            import_module(module.name)
    holdings.fields_of(2, 1), holdings._people(2), people._living(2), load._of_people(2)
    identifiers._having(2), identifiers._owning(2), numbers._reserving(("people",), "id")
    kept = [one for one in gc.get_objects() if isinstance(one, Straight)]
    written = [one.statement for one in kept if isinstance(one.statement, str)]
    assert len(written) > 20
    for statement in written:
        for part in parse_one(statement).find_all(exp.Select, exp.Update):
            assert bound_to(part) == {table.name for table in tables_of(part)}, statement


def tables_of(part: exp.Expr) -> list[exp.Expr]:
    """The tables of one select or update, without those of what stands inside it."""
    if isinstance(part, exp.Update):
        return [part.this]
    joined = [join.this for join in part.args.get("joins") or ()]
    return [part.args["from_"].this, *joined] if part.args.get("from_") else []


def bound_to(part: exp.Expr) -> set[str]:
    """The tables whose company must be the session's."""
    conditions = [part.args.get("where"), *(j.args.get("on") for j in part.args.get("joins") or ())]
    alone = tables_of(part)
    found = set()
    for condition in filter(None, conditions):
        parts = condition.this if isinstance(condition, exp.Where) else condition
        for equal in parts.flatten() if isinstance(parts, exp.And) else [parts]:
            if isinstance(equal, exp.EQ) and "of_company" in equal.expression.sql():
                column = equal.this
                assert column.name == "company"
                found.add(column.table or alone[0].name)
    return found


def test_a_session_that_reads_does_not_write(store: Store) -> None:
    with store.reading("acme") as acme, pytest.raises(PermissionError, match="only reads"):
        acme.put_straight(ADD, [{"id": "one", "kind": "reseller", "name": ""}])


def test_a_parameter_left_out_is_an_error(session: Session) -> None:
    with pytest.raises(KeyError, match="at"):
        session.fetch(SINCE)


def test_what_the_database_refuses_is_told_without_values(session: Session) -> None:
    session.put_straight(ADD, [{"id": "private", "kind": "reseller", "name": ""}])
    with pytest.raises(IntegrityError) as told:
        session.put_straight(ADD, [{"id": "private", "kind": "reseller", "name": ""}])
    assert "private" not in str(told.value)


def test_many_are_asked_about_in_a_few_lengths() -> None:
    asked = [list(some) for some in chunks(range(300))]
    assert [len(some) for some in asked] == [128, 128, 64]
    assert {number for some in asked for number in some} == set(range(300))
    assert list(chunks(())) == []
    assert numbered("word", "ab") == {"word_0": "a", "word_1": "b"}
