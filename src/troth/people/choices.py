"""What people chose and consented to: a history by cell; of each cell the latest word stands."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import product
from typing import TYPE_CHECKING, Any

from troth import ledger
from troth.facts.calendar import after, start_of
from troth.language.model import Choice
from troth.ledger import Event
from troth.people.problems import Unknown, must_know_people
from troth.people.same import same, through
from troth.store import Session
from troth.store import tables as t
from troth.store.columns import written_moment

if TYPE_CHECKING:
    from sqlalchemy import Row


@dataclass(frozen=True, slots=True)
class Scope:
    """What a named consent is for: whom, which data words (none: all), what was given when."""

    party: str | None = None
    data: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    zone: str = "UTC"  # in which these days are counted


NO_SCOPE = Scope()


@dataclass(frozen=True, slots=True)
class Said:
    """One word of a person about one cell of a choice."""

    id: int
    person: int
    choice: str
    cell: str
    standing: bool
    kind: str
    at: datetime
    until: datetime | None
    way: str
    by: str
    text_shown: str
    complete: bool  # False: provisional, and counts all the same (point 6)
    carried_from: str | None
    scope: Scope


def cells(choice: Choice, items: Iterable[str] = ()) -> tuple[str, ...]:
    """The cells of a choice that the items name: all without items, `own-offers/email` itself,
    every cell of an item of one dimension, the crossing of items of several."""
    named = list(dict.fromkeys(items))
    whole = tuple("/".join(cell) for cell in product(*choice.for_each))
    chosen = [name for name in named if name in whole]
    parts = [name for name in named if name not in whole]
    _must_offer(choice, parts)
    if parts or not chosen:
        wanted = [[i for i in line if i in parts] or list(line) for line in choice.for_each]
        chosen += ["/".join(cell) for cell in product(*wanted)]
    return tuple(cell for cell in whole if cell in chosen)


def _must_offer(choice: Choice, items: Iterable[str]) -> None:
    offered = [item for line in choice.for_each for item in line]
    for item in items:
        if item not in offered:
            listed = ", ".join(offered) or "no items: it is made whole"
            raise Unknown(f"choice `{choice.name}` is not made for `{item}`; it has {listed}")


def say(
    session: Session,
    person: int,
    choice: Choice,
    items: Iterable[str],
    standing: bool,
    at: datetime,
    way: str,
    by: str,
    text_shown: str = "",
    complete: bool = True,
    scope: Scope = NO_SCOPE,
    until: datetime | None = None,
    carried_from: str | None = None,
    entered: datetime | None = None,
) -> tuple[int, ...]:
    """A person makes a choice (`standing`) or takes it back; the numbers of the rows, one for each cell.

    `items` as for `cells`. `entered` is when it is written down, where that is later: a letter typed in.
    It counts from `at`, and at once where it is not `complete`. Each party that
    a consent names has a cell of its own; taken back without a party, all of them are.
    """
    must_know_people(session, (person,))
    if choice.names:
        wanted = _named(session, person, choice, standing, scope)
    else:
        wanted = cells(choice, items)
    row = said_row(choice, standing, at, way, by, text_shown, complete, scope, until)
    added: list[int] = []
    for each in same(session, person):  # records found to be of one person share what she says
        via = carried_from if each == person else through(person)
        numbers = session.add_all(t.choices, of_cells(row, each, wanted, via))
        added += numbers if each == person else ()
        ledger.record_all(session, [said_event(row, each, wanted)], at=entered or at)
    return tuple(added)


def said_row(
    choice: Choice,
    standing: bool,
    at: datetime,
    way: str,
    by: str,
    text_shown: str,
    complete: bool,
    scope: Scope,
    until: datetime | None = None,
) -> dict[str, Any]:
    """What all rows of one word have in common."""
    return {
        "choice": choice.name,
        "standing": standing,
        "kind": choice.kind,
        "at": at,
        "until": until,
        "way": way,
        "by": by,
        "text_shown": text_shown,
        "complete": complete,
        "scope": write_scope(scope),
    }


def of_cells(
    row: dict[str, Any], person: int, wanted: Sequence[str], via: str | None = None
) -> list[dict[str, Any]]:
    """A row for each cell."""
    return [{**row, "person": person, "cell": cell, "carried_from": via} for cell in wanted]


def said_event(row: dict[str, Any], person: int, wanted: Sequence[str]) -> Event:
    """What the ledger says of a word: of the text that was shown only a digest."""
    names = ("choice", "standing", "kind", "way", "complete", "scope")
    payload = {name: row[name] for name in names}
    payload["cells"] = list(wanted)
    payload["at"] = written_moment(row["at"])
    payload["text"] = hashlib.sha256(row["text_shown"].encode()).hexdigest()
    kind = "choice.said" if row["standing"] else "choice.taken-back"
    return Event(kind, payload, person)


def _named(
    session: Session, person: int, choice: Choice, standing: bool, scope: Scope
) -> tuple[str, ...]:
    """The cell of a consent that names its party is that party."""
    if "party" not in choice.names:
        return ("",)
    if standing or scope.party is not None:
        return (scope.party or "",)
    rows = session.rows(t.choices, person=person, choice=choice.name)
    return tuple(sorted({row.cell for row in rows})) or ("",)


def latest(session: Session, person: int, at: datetime) -> dict[tuple[str, str], Said]:
    """The last word on each (choice, cell) at the moment, whether it stands or was taken back."""
    order = (t.choices.c.at, t.choices.c.id)
    rows = session.rows(t.choices, t.choices.c.at <= at, person=person, order=order)
    return {(row.choice, row.cell): read_said(row) for row in rows}


def standing(session: Session, person: int, at: datetime) -> dict[tuple[str, str], Said]:
    """The choices and consents that stood at the moment, by (choice, cell)."""
    return {
        key: said
        for key, said in latest(session, person, at).items()
        if said.standing and (said.until is None or at < said.until)
    }


def history(session: Session, person: int, choice: str | None = None) -> list[Said]:
    """All a person said, in order; of one choice where it is named."""
    named: dict[str, Any] = {} if choice is None else {"choice": choice}
    order = (t.choices.c.at, t.choices.c.id)
    return [read_said(row) for row in session.rows(t.choices, person=person, order=order, **named)]


def read_said(row: Row[Any]) -> Said:
    """A row of the table `choices`."""
    names = [name for name in Said.__slots__ if name != "scope"]
    return Said(**{name: getattr(row, name) for name in names}, scope=_read_scope(row.scope))


def write_scope(scope: Scope) -> dict[str, Any]:
    """`{party, data, from, until}`; empty where the consent names nothing."""
    if scope == Scope(zone=scope.zone):
        return {}
    return {
        "party": scope.party,
        "data": list(scope.data),
        "from": scope.since and scope.since.isoformat(),
        "until": scope.until and scope.until.isoformat(),
        "zone": scope.zone,
        # the same period as moments, so that rows compare with it in SQL
        "first": scope.since and written_moment(start_of(scope.since, scope.zone)),
        "end": scope.until and written_moment(start_of(after(scope.until), scope.zone)),
    }


def _read_scope(written: dict[str, Any]) -> Scope:
    since, until = written.get("from"), written.get("until")
    return Scope(
        party=written.get("party"),
        data=tuple(written.get("data") or ()),
        since=date.fromisoformat(since) if since else None,
        until=date.fromisoformat(until) if until else None,
        zone=written.get("zone") or "UTC",
    )
