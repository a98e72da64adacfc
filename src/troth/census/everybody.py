"""What one ask comes to for everybody, a byte each: worked out from the census once, good for a minute.

Whoever is named in the ledger since, who is no plain case, and who is in no part that stands is asked singly,
in the transaction in which the answer is given.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np

from troth.census.asked import Asked
from troth.census.columns import Array, read
from troth.census.kept import body, counted
from troth.store import Session
from troth.store.tables import PART

NO, YES, SINGLY = 0, 1, 2
Singly = Callable[[list[int]], list[bool]]


class Everybody:
    """The answers of one ask, by the number of the person."""

    def __init__(self, session: Session, asked: Asked) -> None:
        there = counted(session)
        self.heads = there.heads
        self.asked = asked
        self._answers = np.full((there.last // PART + 1) * PART, SINGLY, np.uint8)
        for part in self.heads:
            kept = partial(body, session, part)
            yes, aside = asked.of(partial(read, kept), part)
            mine = self._answers[part * PART : (part + 1) * PART]
            mine[:] = yes
            mine[aside] = SINGLY

    def of(self, session: Session, people: Sequence[int], singly: Singly) -> list[bool]:
        """Of whom it is a plain yes, as of the session. `singly` asks about a few people, one by one."""
        numbers = numbered(people)
        known = (numbers > 0) & (numbers < len(self._answers))
        if known.all():
            found = self._answers[numbers]
        else:
            found = self._answers[np.where(known, numbers, 0)]
            found[~known] = np.where(numbers[~known] > 0, SINGLY, NO)
        self._name(session, numbers, found)
        doubtful = np.flatnonzero(found == SINGLY)
        if len(doubtful):
            each, place = np.unique(numbers[doubtful], return_inverse=True)
            found[doubtful] = np.array(singly(each.tolist()), np.uint8)[place]
        answers: list[bool] = (found == YES).tolist()
        return answers

    def _name(self, session: Session, numbers: Array, found: Array) -> None:
        """Whoever was named since the part was taken is asked anew."""
        there = counted(session, self.heads)
        if there.heads != self.heads:
            found[:] = SINGLY
        elif there.since:
            since = np.zeros(len(self._answers), np.bool_)
            since[[person for person in there.since if person < len(since)]] = True
            found[since[np.where(numbers < len(since), numbers, 0)] & (numbers > 0)] = SINGLY


def numbered(people: Sequence[int]) -> np.ndarray[Any, np.dtype[np.int64]]:
    """The numbers as a column, however they come."""
    if isinstance(people, np.ndarray):
        return people.astype(np.int64, copy=False)
    return np.frombuffer(array("q", people), np.int64)
