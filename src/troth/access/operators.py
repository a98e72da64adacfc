"""Operators: the company's own people at the desk, with their roles. Each change of them is on record."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from troth.access.passwords import sealed
from troth.ledger import record
from troth.store import Session
from troth.store import tables as t


@dataclass(frozen=True, slots=True)
class Operator:
    """Who may sign in at the desk. `roles` are words the policies and house files use."""

    id: int
    name: str
    roles: tuple[str, ...]
    ended: bool = False


def add_operator(
    session: Session, name: str, password: str, roles: Iterable[str], *, at: datetime
) -> int:
    """Enter an operator; the number. A name is given once, also after its operator has left."""
    if session.one(t.operators, name=name) is not None:
        raise ValueError(f"there is an operator `{name}`; choose another name")
    granted = sorted(set(roles))
    row = {"name": name, "password": sealed(password), "roles": granted}
    number = session.add(t.operators, **row, created_at=at, ended_at=None)
    record(session, "operator-added", {"operator": number, "roles": granted}, at=at)
    return number


def list_operators(session: Session) -> list[Operator]:
    """All operators, also those who have left."""
    return [_operator(row) for row in session.rows(t.operators, order=[t.operators.c.name])]


def change_roles(session: Session, operator: int, roles: Iterable[str], *, at: datetime) -> None:
    """Give an operator these roles and no others."""
    granted = sorted(set(roles))
    _change(session, operator, roles=granted)
    record(session, "operator-changed", {"operator": operator, "roles": granted}, at=at)


def change_password(session: Session, operator: int, password: str, *, at: datetime) -> None:
    """Set a new password; whoever is signed in under the old one is signed out."""
    _change(session, operator, password=sealed(password))
    session.remove(t.sessions, operator=operator)
    record(session, "password-changed", {"operator": operator}, at=at)


def end_operator(session: Session, operator: int, *, at: datetime) -> None:
    """An operator leaves: signed out everywhere, no sign-in any more."""
    _change(session, operator, ended_at=at)
    session.remove(t.sessions, operator=operator)
    record(session, "operator-ended", {"operator": operator}, at=at)


def _change(session: Session, operator: int, **values: Any) -> None:
    if not session.change(t.operators, {"id": operator, "ended_at": None}, **values):
        raise LookupError(f"{session.company} has no operator {operator}, or the operator has left")


def _operator(row: Row[Any]) -> Operator:
    return Operator(row.id, row.name, tuple(row.roles), row.ended_at is not None)
