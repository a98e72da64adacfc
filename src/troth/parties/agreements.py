"""What a party signed: terms and agreements by day, the last day included, and the fields they allow it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from troth import ledger
from troth.people.problems import Conflict, Unknown, must_know
from troth.store import Session
from troth.store import tables as t

if TYPE_CHECKING:
    from sqlalchemy import Row


@dataclass(frozen=True, slots=True)
class Agreement:
    """One signed agreement. `names` are the agreements and terms it binds the party to; no `fields` or
    `purposes` means all; `until` is its last day."""

    id: int
    party: str
    names: tuple[str, ...]
    fields: tuple[str, ...]
    purposes: tuple[str, ...]
    matter: str | None
    since: date
    until: date | None


def sign(
    session: Session,
    party: str,
    names: Iterable[str],
    since: date,
    at: datetime,
    *,
    until: date | None = None,
    fields: Iterable[str] = (),
    purposes: Iterable[str] = (),
    matter: str | None = None,
) -> int:
    """A party signs; the agreement's number. Agreements may overlap: each binds while it lives."""
    must_know(session, t.parties, "party", party)
    if matter is not None:
        must_know(session, t.matters, "matter", matter)
    signed = list(dict.fromkeys(names))
    if not signed:
        raise Unknown(f"`{party}` signs nothing; name an agreement or a term")
    if until is not None and until < since:
        raise Conflict(f"the agreement of `{party}` ends {until}, before {since}; swap the dates")
    row = {
        "party": party,
        "names": signed,
        "fields": list(fields),
        "purposes": list(purposes),
        "matter": matter,
    }
    number = session.add(t.agreements, **row, since=since, until=until)
    days = {"since": since.isoformat(), "until": until and until.isoformat()}
    ledger.record(session, "agreement.signed", {"agreement": number, **row, **days}, at=at)
    return number


def end(session: Session, agreement: int, last_day: date, at: datetime) -> None:
    """The agreement's last day. A day before its first: it never bound anybody."""
    row = must_know(session, t.agreements, "agreement", agreement)
    if row.until is not None and row.until < last_day:
        raise Conflict(f"agreement {agreement} ended {row.until}; sign a new one to go on")
    session.change(t.agreements, {"id": agreement}, until=last_day)
    payload = {"agreement": agreement, "party": row.party, "until": last_day.isoformat()}
    ledger.record(session, "agreement.ended", payload, at=at)


def end_term(session: Session, party: str, term: str, last_day: date, at: datetime) -> None:
    """The party is bound to this term no longer; to what else it signed with it, it stays bound."""
    ending = [
        a for a in agreements_of(session, party) if term in a.names and _lives_on(a, last_day)
    ]
    if not ending:
        raise Unknown(f"`{party}` has no `{term}` to end after {last_day}; look at its agreements")
    for agreement in ending:
        end(session, agreement.id, last_day, at)
        others = [name for name in agreement.names if name != term]
        if others:
            sign(
                session,
                party,
                others,
                max(agreement.since, last_day + timedelta(days=1)),
                at,
                until=agreement.until,
                fields=agreement.fields,
                purposes=agreement.purposes,
                matter=agreement.matter,
            )


def live(session: Session, party: str, term: str, day: date) -> list[Agreement]:
    """The agreements that bind the party to a term on a day of the policy's zone; none: it is not bound."""
    must_know(session, t.parties, "party", party)
    c = t.agreements.c
    living = (c.since <= day, c.until.is_(None) | (c.until >= day))
    rows = session.rows(t.agreements, *living, party=party)
    return [_read(row) for row in _in_order(rows) if term in row.names]


def agreements_of(session: Session, party: str) -> list[Agreement]:
    """All a party ever signed, in order."""
    must_know(session, t.parties, "party", party)
    return [_read(row) for row in _in_order(session.rows(t.agreements, party=party))]


def _in_order(rows: list[Row[Any]]) -> list[Row[Any]]:
    return sorted(rows, key=lambda row: int(row.id))


def _lives_on(agreement: Agreement, day: date) -> bool:
    return agreement.until is None or agreement.until > day


def _read(row: Row[Any]) -> Agreement:
    return Agreement(
        id=row.id,
        party=row.party,
        names=tuple(row.names),
        fields=tuple(row.fields),
        purposes=tuple(row.purposes),
        matter=row.matter,
        since=row.since,
        until=row.until,
    )
