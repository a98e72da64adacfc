"""A worker: takes what is due, company by company, and has it done by whoever does its kind."""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from troth.store import Store
from troth.work.jobs import Job, Lost, abandon, later, take

log = logging.getLogger("troth.work")
Doer = Callable[[str, Job], None]  # a company and a job of it: done and settled, or an error
LEASE = timedelta(minutes=2)
AGAIN = timedelta(seconds=10)  # after the first failure; each further one waits four times as long
LONGEST = timedelta(hours=6)
MOST_TRIES = 20  # about three days
PAUSE = 0.5  # seconds between two looks when nothing is due


class Worker:
    """Does the jobs of some companies. Any number of workers may stand side by side, in any process."""

    def __init__(
        self,
        store: Store,
        companies: Sequence[str],
        doers: Mapping[str, Doer],
        clock: Callable[[], datetime],
        lease: timedelta = LEASE,
    ) -> None:
        self.store = store
        self.companies = companies
        self.doers = doers
        self.clock = clock
        self.lease = lease

    def turn(self) -> int:
        """Do one job of each company that has one due; how many were begun."""
        return sum(self._one(company) for company in self.companies)

    def all_due(self) -> int:
        """Do what is due until nothing is; how many were begun."""
        begun = 0
        while some := self.turn():
            begun += some
        return begun

    def run(self, stop: threading.Event, pause: float = PAUSE) -> None:
        """Work until told to stop. An error of the store is met by waiting, not by giving up."""
        while not stop.is_set():
            try:
                busy = self.turn()
            except Exception as error:
                log.error("no work could be taken: %s", type(error).__name__)
                busy = 0
            if not busy:
                stop.wait(pause)

    def _one(self, company: str) -> int:
        at, who = self.clock(), secrets.token_hex(8)
        if not self._any_due(company, at):
            return 0
        with self.store.writing(company) as session:
            job = take(session, tuple(self.doers), at, who, self.lease)
        if job is None:
            return 0
        try:
            self.doers[job.kind](company, job)
        except Lost:
            log.warning("job %s (%s) was taken by another worker", job.id, job.kind)
        except Exception as error:
            self._failed(company, job, error)
        return 1

    def _any_due(self, company: str, at: datetime) -> bool:
        """Looked at before it is taken: most looks find nothing, and those need not wait for a writer."""
        from troth.store import tables as t

        c = t.jobs.c
        with self.store.reading(company) as session:
            mine = c.kind.in_(tuple(self.doers))
            return bool(session.rows(t.jobs, c.due_at <= at, mine, state="waiting", limit=1))

    def _failed(self, company: str, job: Job, error: Exception) -> None:
        """Put it back for later, each time longer. Its error is told by kind alone: words may be personal."""
        problem = type(error).__name__
        log.error("job %s (%s) failed: %s", job.id, job.kind, problem)
        at = self.clock()
        try:
            with self.store.writing(company) as session:
                if job.tries + 1 >= MOST_TRIES:
                    abandon(session, job, at, problem)
                else:
                    wait = min(AGAIN * 4 ** min(job.tries, 10), LONGEST)
                    later(session, job, at + wait, problem)
        except Lost:
            log.warning("job %s (%s) was taken by another worker", job.id, job.kind)
