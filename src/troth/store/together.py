"""Group commit: whoever comes first does all that waits in one transaction, the others wait for its commit.

To reach the disk takes as long for one as for a hundred. So while one transaction commits, what arrives
meanwhile waits and is done by the next. Nobody is answered before the commit of what was done for them.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any, Generic, TypeVar

from troth.store.session import Session

MOST = 512  # in one transaction: who waits for it waits for all of it
MOMENT = 0.002  # seconds; as many as came together the last time are waited for so long
GROWN = tuple(8**n for n in range(1, 8))  # rounds after which there is a multiple of what there was
T = TypeVar("T")


class _Waiting(Generic[T]):
    """One thing to do. It is woken when it is done, or when it is its turn to do what waits."""

    __slots__ = ("done", "outcome", "thing", "woken")

    def __init__(self, thing: T) -> None:
        self.thing = thing
        self.done = False
        self.outcome: Any = None
        self.woken = threading.Event()


class Together(Generic[T]):
    """A queue before one company's writer. Threads may share it.

    `work` does all it is given in one session and returns what came of each, in order: a value, or the
    error with which it alone failed. An error that it raises is everybody's, and nothing is done. `learn` is
    called when there is a multiple of what there was: it raises nothing.
    """

    def __init__(
        self,
        writing: Callable[[], AbstractContextManager[Session]],
        work: Callable[[Session, Sequence[T]], Sequence[Any]],
        learn: Callable[[], None] = lambda: None,
    ) -> None:
        self._writing, self._work, self._learn = writing, work, learn
        self._queue: deque[_Waiting[T]] = deque()
        self._arrived = threading.Condition()  # guards the queue and the two below
        self._busy = False
        self._expected = 1
        self.rounds = 0  # how many transactions there were

    def do(self, thing: T) -> Any:
        """Do it with whatever else waits; returns when it is committed, raises what it alone failed with."""
        mine = _Waiting(thing)
        with self._arrived:
            self._queue.append(mine)
            first, self._busy = not self._busy, True
            if len(self._queue) == self._expected:
                self._arrived.notify()
        if not first:
            mine.woken.wait()
        if not mine.done:
            self._round()
        if isinstance(mine.outcome, BaseException):
            raise mine.outcome
        return mine.outcome

    def _round(self) -> None:
        with self._arrived:
            self._arrived.wait_for(lambda: len(self._queue) >= self._expected, MOMENT)
            taken = [self._queue.popleft() for _ in range(min(MOST, len(self._queue)))]
            self._expected = len(taken)
            self.rounds += 1
        try:
            with self._writing() as session:
                outcomes = self._work(session, [one.thing for one in taken])
        except (
            BaseException
        ) as error:  # nothing was committed: all are told, and none waits for ever
            outcomes = [error] * len(taken)
        if self.rounds in GROWN:
            self._learn()
        for one, outcome in zip(taken, outcomes, strict=True):
            one.outcome, one.done = outcome, True
            one.woken.set()
        with self._arrived:
            self._busy = bool(self._queue)
            if self._queue:
                self._queue[0].woken.set()  # its turn
