"""What may be seen, row by row and cell by cell, as `decide` says of each by itself.

This is the oracle of the rewriter: a copy of the shop with every cell that is refused left empty, and every
row left out of which nothing may be seen. The query as it was written, on this copy, gives the right answer.
Whose a row is and under which promise it was given is worked out here once more, in other words.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from tests.sql.shop import COLUMNS, NOW, ROWS, Rows
from troth.company import Company
from troth.facts import Datum, Scene, getter
from troth.facts import Rows as Known
from troth.facts.load import load_others, load_people, together
from troth.language.model import Ask, Stamp
from troth.people.identifiers import find_all
from troth.store import Session

ZONE = ZoneInfo("America/New_York")
WORDS = {
    "contacts": {"email": "email", "name": "name", "phone": "phone"},
    "orders": {"item": "purchase", "total": "purchase"},
    "messages": {"body": "message"},
    "notes": {"note": "message"},
}
ROW_WORD = {"orders": "purchase"}
FORGOTTEN = {"eli@example.com"}


class Oracle:
    """One purpose, and one party perhaps, at one moment."""

    def __init__(
        self, company: Company, session: Session, ask: Ask, party: str | None = None
    ) -> None:
        self.company = company
        self.session = session
        self.ask = ask
        self.party = party
        self.contacts = {row[0]: row for row in ROWS["contacts"]}
        self.orders = {row[0]: row for row in ROWS["orders"]}

    def copy(self) -> Rows:
        """Every table of the shop as it may be seen."""
        seen: Rows = {}
        for table, rows in ROWS.items():
            if table not in WORDS:
                seen[table] = rows
                continue
            seen[table] = [row for row in (self.row(table, row) for row in rows) if row is not None]
        return seen

    def row(self, table: str, row: tuple[Any, ...]) -> tuple[Any, ...] | None:
        """A row as it may be seen, or none of it."""
        words = WORDS[table]
        allowed = {word: self.allowed(table, row, word) for word in set(words.values())}
        gate = ROW_WORD.get(table)
        if not (allowed[gate] if gate else any(allowed.values())):
            return None
        cells = zip(COLUMNS[table], row, strict=True)
        return tuple(
            value if column not in words or allowed[words[column]] else None
            for column, value in cells
        )

    # -- one cell ----------------------------------------------------------------------------

    def allowed(self, table: str, row: tuple[Any, ...], word: str) -> bool:
        whose = self.whose(table, row)
        if whose is None:
            return False
        written, place = self.given(table, row)
        moment = self.moment(written)
        if moment is not None and moment > NOW:
            return False
        return all(
            self.decided(person, word, self.stamp(written, place), moment)
            for mail in whose
            for person in self.people(mail)
        )

    def whose(self, table: str, row: tuple[Any, ...]) -> list[str] | None:
        """The addresses of everybody it is about; none where somebody cannot be asked."""
        match table:
            case "contacts":
                ids = [row[0]]
            case "orders":
                ids = [row[1], *([row[2]] if row[2] is not None else [])]
            case "messages":
                ids = [one for one in (row[1], row[2]) if one is not None]
            case _:
                ids = [self.orders[row[1]][1]]
        mails: list[str] = [
            self.contacts[one][1] or "" if one in self.contacts else "" for one in ids
        ]
        return None if not mails or "" in mails or FORGOTTEN & set(mails) else mails

    def people(self, mail: str) -> tuple[int | None, ...]:
        found = find_all(self.session, self.company.key, "email", mail)
        return found or (None,)

    def given(self, table: str, row: tuple[Any, ...]) -> tuple[str | None, str | None]:
        match table:
            case "contacts":
                return row[4], "web-form"
            case "orders":
                return row[5], "web-form"
            case "messages":
                return "2012-05-01", None
            case _:  # under the promise of the order, as its table says where that was given
                return self.orders[row[1]][5], "web-form"

    def moment(self, written: str | None) -> datetime | None:
        if written is None:
            return None
        if len(written) == 10:
            return datetime.combine(date.fromisoformat(written), time(), ZONE).astimezone(UTC)
        found = datetime.fromisoformat(written)
        return found if found.tzinfo else found.replace(tzinfo=UTC)

    def stamp(self, written: str | None, place: str | None) -> Stamp:
        moment = self.moment(written)
        day = moment.astimezone(ZONE).date() if moment else None
        under = [
            v.id for v in self.company.policy.versions if day and v.in_force and v.in_force <= day
        ]
        return Stamp(tuple(under[-1:]), place)

    def decided(self, person: int | None, word: str, stamp: Stamp, given: datetime | None) -> bool:
        gate = self.company.gate
        hers = load_people(self.session, [person])[person] if person is not None else Known()
        rows = together(hers, load_others(self.session, self.party, None))
        datum = Datum(place=stamp.place, given_at=given)
        scene = Scene(gate.words, gate.zone, NOW, person, self.party, datum, False, rows)
        for leaf in gate.decider.meaning.points(replace(self.ask, data=word)):
            residual = gate.decider.residual(leaf, stamp, scene.day)
            if not residual(residual.bits(getter(scene))).allowed:
                return False
        return True
