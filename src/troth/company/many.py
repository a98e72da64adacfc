"""One question about many people, list after list: a few are asked one by one, millions through the census."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol

from troth import ledger
from troth.facts import Rows, Scene
from troth.facts.load import load_others
from troth.gate import Question
from troth.language.model import Ask
from troth.people.identifiers import meant
from troth.people.stamps import load_stamps
from troth.store import Session

if TYPE_CHECKING:
    from troth.census import Everybody
    from troth.company.company import Company

Person = int | str
TOGETHER = 1000  # people whose rows are read at once
MANY = 20_000  # people from whom on the census is used, and of a large store
SHARE = 20  # … one in so many
GOOD_FOR = timedelta(
    minutes=1
)  # time alone changes what may be done: a day begins, a choice runs out


class People(Protocol):
    """Numbers and addresses; an array of numbers will do."""

    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[Any]: ...


@dataclass
class Many:
    """May all of some data of theirs be used for a purpose, or shared with the party (its id) for it?"""

    company: Company
    ask: Ask
    party: str | None = None
    matter: str | None = None
    asked: int = 0
    _everybody: tuple[datetime, Rows, Everybody] | None = field(default=None, repr=False)

    def of(self, people: People) -> list[bool]:
        """Of these people, in their order. An address that finds nobody, or several, is a no; so is a person of
        whom nothing of it is held. One entry is left for the list, without anybody's name."""
        self.asked += len(people)
        everybody = self._worked_out()
        with self.company.writing() as session:
            at = self.company.clock()
            numbers = self._numbers(session, people)
            if everybody is None or everybody[1] != self._others(session):
                found = self._singly(session, numbers, at)
            else:
                found = everybody[2].of(
                    session, numbers, lambda few: self._singly(session, few, at)
                )
            ledger.record(
                session, "asked-of-many", self._said(len(people), found.count(True)), at=at
            )
        return found

    def _worked_out(self) -> tuple[datetime, Rows, Everybody] | None:
        """What the ask comes to for everybody, where so many were asked about that it is worth it."""
        if self.asked < MANY:
            return None
        from troth.census import Asked, Everybody, counted, renew

        at = self.company.clock()
        if self._everybody is not None and at - self._everybody[0] < GOOD_FOR:
            return self._everybody
        with self.company.reading() as session:
            there = counted(session)
        if self.asked < there.last // SHARE:
            return None
        renew(self.company.store, self.company.name, there.wanting())
        with self.company.reading() as session:
            others = self._others(session)
            words, zone = self.company.gate.words, self.company.zone
            scene = Scene(words, zone, at, None, self.party, notice_shown=True, rows=others)
            asked = Asked(self.company.meaning, self.ask, scene, load_stamps(session))
            self._everybody = at, others, Everybody(session, asked)
        return self._everybody

    def _numbers(self, session: Session, people: People) -> Any:
        """The numbers of the people: 0 is nobody."""
        if hasattr(people, "dtype"):
            return people
        addresses = {who for who in people if isinstance(who, str)}
        if not addresses:
            return people
        known = meant(session, self.company.key, addresses)
        return [known.get(who, 0) if isinstance(who, str) else who for who in people]

    def _singly(self, session: Session, people: Sequence[int], at: datetime) -> list[bool]:
        found: list[bool] = []
        for start in range(0, len(people), TOGETHER):
            some = people[start : start + TOGETHER]
            asked = [Question(self.ask, int(one), at, self.party, self.matter) for one in some]
            found += self.company.gate.allowed_all(session, asked)
        return found

    def _others(self, session: Session) -> Rows:
        return load_others(session, self.party, self.matter)

    def _said(self, people: int, allowed: int) -> dict[str, Any]:
        ask = self.ask
        said = {"purpose": ask.purpose, "data": ask.data, "party": ask.party, "with": self.party}
        payload: dict[str, Any] = {key: value for key, value in said.items() if value}
        return payload | {"action": ask.action, "people": people, "allowed": allowed}
