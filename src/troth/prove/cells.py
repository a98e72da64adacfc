"""The cells of a question: one ask and one stamp for each way in which a policy may speak of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import product

from troth.language.meaning import BARRED_BY, GRANTED_BY, Meaning, section_of
from troth.language.model import Action, Ask, By, Clause, Document, Kind, Stamp

from .classes import Classes
from .question import Question
from .setting import CUSTOMER

Slot = str | None
# what an act has besides its data: nobody keeps with a party
SLOTS: dict[Action, tuple[Kind, ...]] = {
    "collect": ("place",),
    "require": ("place",),
    "use": ("purpose", "place"),
    "share": ("party", "purpose", "place"),
    "sell": ("party", "purpose", "place"),
    "keep": ("place",),
}


@dataclass(frozen=True, slots=True)
class Cell:
    """One leaf of an ask about data given under one stamp."""

    ask: Ask
    stamp: Stamp


class Cells:
    """The cells in which a question can be answered with yes at all: those that some clause covers."""

    def __init__(self, meaning: Meaning, classes: Classes) -> None:
        self.meaning = meaning
        self.words = meaning.words
        self.classes = classes
        self._granting: dict[tuple[str, str, Slot, Slot], dict[Action, list[Clause]]] = {}
        self._data = cache(self._both)
        self._slot = cache(self._covered)
        self._parties = cache(self._handed)

    def of(self, question: Question, current: Document, given: Document) -> Iterator[Cell]:
        """Each once. What no `may` and no `compels` covers is allowed nowhere, and left out."""
        for stamp in self.stamps(question, current, given):
            asks = dict.fromkeys(
                ask
                for clause in self._clauses(current, stamp, question.action)
                for ask in self._asks(question, clause)
            )
            yield from (Cell(ask, stamp) for ask in asks)

    def of_clause(self, clause: Clause, version: Document) -> Iterator[Cell]:
        """The cells of one clause of a version, of data given under it."""
        held = section_of(clause) in version.listed("entrusted")
        stamp = (
            Stamp((version.id,), role="held", customer=CUSTOMER) if held else Stamp((version.id,))
        )
        question = Question(version.id.rpartition("/")[2], clause.action, "anything")
        if clause.modal == "never":
            return
        for data in clause.data:
            asks = dict.fromkeys(self._asks(replace(question, data=data), clause))
            yield from (Cell(ask, stamp) for ask in asks)

    def stamps(self, question: Question, current: Document, given: Document) -> Iterator[Stamp]:
        """Our own data, what came with a form's notice, what is held for a customer."""
        under = question.contract
        if question.action in ("collect", "require"):
            yield Stamp((current.id,), contract=under)
            return
        yield Stamp((given.id,), contract=under)
        for notice in self.meaning.policy.notices:
            yield Stamp((given.id,), notice=notice.id, contract=under)
        if current.listed("entrusted"):
            yield Stamp((given.id,), role="held", customer=CUSTOMER, contract=under)

    def _clauses(self, current: Document, stamp: Stamp, action: Action) -> Sequence[Clause]:
        """What could permit the action: the clauses that govern, with notice and contract, and what a law compels."""
        key = current.id, stamp.role, stamp.notice, stamp.contract
        if key not in self._granting:
            by_action: dict[Action, list[Clause]] = {act: [] for act in SLOTS}
            for clause in self._governing(current, stamp):
                for act, found in by_action.items():
                    if clause.modal != "never" and _may_grant(act, clause):
                        found.append(clause)
            self._granting[key] = by_action
        return self._granting[key][action]

    def _governing(self, current: Document, stamp: Stamp) -> Iterator[Clause]:
        yield from (clause for _, clause in self.meaning.governing(current, stamp))
        for law in self.meaning.policy.laws:
            yield from (clause for clause in law.clauses if clause.modal == "compels")

    def _asks(self, question: Question, clause: Clause) -> Iterator[Ask]:
        """The asks, one for each class of leaves, that lie in the question and in the clause."""
        if clause.modal == "never" or not _may_grant(question.action, clause):
            return
        data = self._data(question.data, clause.data)
        if not data:
            return
        parties = self._parties(question.action, question.party, clause.action, clause.parties)
        if not parties:
            return
        ways = {None, *(way for c in clause.conditions if isinstance(c, By) for way in c.ways)}
        roles = [question.by] if question.by is not None else sorted(ways, key=str)
        purposes = self._slot(question.action, "purpose", question.purpose, clause.purposes)
        places = self._slot(question.action, "place", question.place, clause.places)
        for slots in product(data, purposes, parties, places, roles):
            yield Ask(question.action, *slots)

    def _handed(
        self, action: Action, asked: Slot, granted: str, said: tuple[str, ...]
    ) -> tuple[Slot, ...]:
        """The parties asked about to which a clause on this act of its own covers it."""
        covered = self._slot(action, "party", asked, said)
        return tuple(p for p in covered if granted in GRANTED_BY[self._act(action, p)])

    def _act(self, action: Action, party: str | None) -> Action:
        """Handing to a party that acts for us is our use."""
        word = self.words.get("party", party) if party else None
        handed = action == "share" and word is not None and word.acts_for_us
        return "use" if handed else action

    def _both(self, asked: str, said: tuple[str, ...]) -> tuple[str, ...]:
        """The data asked about that a clause names."""
        leaves = self.words.leaves("data", (asked,), True)
        return self.classes.of("data", leaves & self.words.leaves("data", said))

    def _covered(
        self, action: Action, kind: Kind, asked: Slot, said: tuple[str, ...]
    ) -> tuple[Slot, ...]:
        """Those asked about that the clause covers; where the question leaves the slot open, all of it."""
        open_ = not said or "anything" in said
        if asked is None and open_:
            return (None, *self._barred(action, kind))
        if asked is None:
            return self.classes.of(kind, self.words.leaves(kind, said, True))
        wanted = self.words.leaves(kind, (asked,), True)
        if not open_:
            wanted &= self.words.leaves(kind, said, True)
        return self.classes.of(kind, wanted)

    def _barred(self, action: Action, kind: Kind) -> tuple[Slot, ...]:
        """The leaves of a slot nobody named, one of each class, where it makes a difference which: where
        some `never` names them, or the party decides what is to be signed."""
        if kind not in SLOTS[action]:
            return ()
        policy = self.meaning.policy
        house = (policy.house,) if policy.house else ()
        slot = {"party": "parties", "purpose": "purposes", "place": "places"}[kind]
        named = any(
            clause.modal == "never" and clause.action in BARRED_BY[action] and getattr(clause, slot)
            for text in (*policy.versions, *policy.laws, *house, *policy.contracts)
            for clause in text.clauses
        )
        if not named and kind != "party":
            return ()
        every = tuple(sorted(n for k, n in self.words.words if k == kind))
        return self.classes.of(kind, self.words.leaves(kind, every, True))


def _may_grant(action: Action, clause: Clause) -> bool:
    return clause.action in GRANTED_BY[action] or action == "share"
