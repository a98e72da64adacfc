"""A session asks and writes for its company alone, whatever the statement."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Select, delete, exists, func, select, table, text, update
from sqlalchemy.exc import IntegrityError

from tests.store.opened import NOON
from troth.store import Session, Store
from troth.store import tables as t


def person(session: Session, email: str) -> int:
    number = session.add(t.people, created_at=NOON)
    session.add(
        t.identifiers, person=number, kind="email", value=email, hash="00", since=NOON, until=None
    )
    return number


@pytest.fixture
def store(store: Store) -> Store:
    with store.writing("acme") as acme:
        person(acme, "anna@acme.example")
    with store.writing("bolt") as bolt:
        for name in ("ben", "bea"):
            person(bolt, f"{name}@bolt.example")
    return store


latest = select(func.max(t.identifiers.c.id).label("last")).group_by(t.identifiers.c.person)
inner = latest.subquery()
named = latest.cte("named")
again = t.identifiers.alias("again")
has_email = exists().where(t.identifiers.c.person == t.people.c.id)
STATEMENTS: dict[str, Select[Any]] = {
    "plain": select(func.count()).select_from(t.identifiers),
    "alias": select(func.count()).select_from(again),
    "join": select(func.count()).select_from(t.people.join(again, again.c.person == t.people.c.id)),
    "join of all with all": select(func.count()).select_from(
        t.people.join(t.identifiers, t.people.c.id > 0)
    ),
    "outer join": select(func.count(t.identifiers.c.id)).select_from(
        t.companies.outerjoin(t.identifiers, t.identifiers.c.id > 0)
    ),
    "subquery": select(func.count()).select_from(inner),
    "with": select(func.count()).select_from(named),
    "scalar": select(select(func.count()).select_from(t.identifiers).scalar_subquery()),
    "union": select(func.count()).select_from(
        select(t.people.c.id).union_all(select(t.people.c.id).where(t.people.c.id < 0)).subquery()
    ),
    "exists": select(func.count()).select_from(t.people).where(has_email),
    "in": select(func.count())
    .select_from(t.people)
    .where(t.people.c.id.in_(select(t.identifiers.c.person))),
}


@pytest.mark.parametrize("name", STATEMENTS)
def test_a_select_of_any_form_sees_one_company(store: Store, name: str) -> None:
    with store.reading("acme") as acme, store.reading("bolt") as bolt:
        assert acme.execute(STATEMENTS[name]).scalar_one() == 1
        assert bolt.execute(STATEMENTS[name]).scalar_one() in (2, 4)  # 4: two times two
        assert acme.execute(STATEMENTS[name]).scalar_one() == 1


def test_an_exists_does_not_look_into_the_other_company(store: Store) -> None:
    # person 2 is Bolt's alone: Acme must not find her through the inner table
    other = select(exists().where(t.identifiers.c.person == 2))
    with store.reading("acme") as acme, store.reading("bolt") as bolt:
        assert not acme.execute(other).scalar_one()
        assert bolt.execute(other).scalar_one()


def test_an_outer_join_keeps_rows_without_a_match(store: Store) -> None:
    statement = select(t.people.c.id, again.c.value).select_from(
        t.people.outerjoin(again, again.c.kind == "phone")
    )
    with store.reading("bolt") as bolt:
        assert [tuple(row) for row in bolt.execute(statement)] == [(1, None), (2, None)]


def test_update_and_delete_reach_one_company(store: Store) -> None:
    with store.writing("acme") as acme:
        acme.execute(update(t.people).values(erased_at=NOON))
        acme.execute(
            update(t.people).where(t.people.c.id == t.identifiers.c.person).values(erased_at=NOON)
        )
        acme.execute(delete(t.identifiers))
        acme.change(t.people, {"id": 2}, erased_at=NOON)
        acme.remove(t.people, id=2)
    with store.reading("bolt") as bolt:
        assert bolt.count(t.identifiers) == 2
        assert bolt.count(t.people, erased_at=None) == 2


def test_numbers_count_for_each_company(store: Store) -> None:
    with store.writing("acme") as acme, store.reading("bolt") as bolt:
        assert acme.add(t.people, created_at=NOON) == 2
        assert acme.add_all(t.people, [{"created_at": NOON}] * 3) == range(3, 6)
        assert [row.id for row in bolt.rows(t.people)] == [1, 2]


def test_a_number_is_not_given_again(store: Store) -> None:
    with store.writing("acme") as acme:
        last = acme.add(t.people, created_at=NOON)
        acme.remove(t.people, id=last)
    with store.writing("acme") as acme:
        assert acme.add(t.people, created_at=NOON) == last + 1


def test_rows_that_bring_their_numbers_are_counted(store: Store) -> None:
    with store.writing("acme") as acme:
        acme.put(t.people, id=40, created_at=NOON)
        assert acme.add(t.people, created_at=NOON) == 41
        insert = t.people.insert().values(company="acme", created_at=NOON)
        assert acme.connection.execute(insert).inserted_primary_key == ("acme", 42)


def test_a_row_cannot_point_into_another_company(store: Store) -> None:
    with pytest.raises(IntegrityError), store.writing("acme") as acme:
        acme.add(t.events, person=2, event="closed", at=NOON)


def test_a_company_unknown_to_the_store_gets_no_row(store: Store) -> None:
    with pytest.raises(IntegrityError), store.writing("nobody") as session:
        session.add(t.people, created_at=NOON)


def test_the_company_cannot_be_said_in_the_values(store: Store) -> None:
    with store.writing("acme") as acme:
        with pytest.raises(ValueError, match="the company is the session's"):
            acme.add(t.people, company="bolt", created_at=NOON)
        with pytest.raises(ValueError, match="the company is the session's"):
            acme.change(t.people, {"id": 1}, company="bolt")
        with pytest.raises(ValueError, match="say which rows"):
            acme.remove(t.people)


def test_text_must_name_its_company(store: Store) -> None:
    with store.reading("bolt") as bolt:
        with pytest.raises(ValueError, match="names no :company"):
            bolt.sql("select count(*) from people")
        own = bolt.sql("select count(*) from people where company = :company and id > :id", id=1)
        assert own.scalar_one() == 1
        with pytest.raises(TypeError, match=r"sql\(\) for text"):
            bolt.execute(text("select 1"))


def test_a_table_whose_company_cannot_be_said_is_refused(store: Store) -> None:
    with store.reading("bolt") as bolt:
        with pytest.raises(AttributeError):
            bolt.execute(select(func.count()).select_from(table("people")))
        full = t.people.join(t.identifiers, t.people.c.id > 0, full=True)
        with pytest.raises(TypeError, match="full outer join"):
            bolt.execute(select(func.count()).select_from(full))


def test_a_reading_session_does_not_write(store: Store) -> None:
    with store.reading("bolt") as bolt:
        for write in (
            lambda: bolt.add(t.people, created_at=NOON),
            lambda: bolt.put(t.parties, id="x", kind="reseller", name="X"),
            lambda: bolt.change(t.people, {"id": 1}, erased_at=NOON),
            lambda: bolt.remove(t.people, id=1),
            lambda: bolt.execute(update(t.people).values(erased_at=NOON)),
        ):
            with pytest.raises(PermissionError, match="only reads"):
                write()


def test_the_latest_row_of_a_history_stands(store: Store) -> None:
    said = {"fact": "under-13", "of": "person", "key": "1", "by": "officer"}
    with store.writing("acme") as acme:
        acme.add(t.assertions, **said, value=True, at=NOON)
        acme.add(t.assertions, **said, value=False, at=NOON)
        standing = acme.latest(t.assertions, fact="under-13", key="1")
        assert standing is not None and standing.value is False
        assert acme.latest(t.assertions, fact="under-14") is None
