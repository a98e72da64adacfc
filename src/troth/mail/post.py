"""The post: delivers what lies in the outbox, mail by mail, and notes what became of each.

A mail is asked about, composed and handed over one at a time: in one transaction it passes the gate, then
the relay has it, then a second transaction notes that. Killed between the two, it is handed over again,
with the same Message-ID: at the relay a mail arrives at least once, in our record exactly once.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

from sqlalchemy import select

from troth import work
from troth.company import Company, House
from troth.mail.asked import LINK, send_link
from troth.mail.bounces import read_bounces
from troth.mail.kinds import KINDS
from troth.mail.letter import Kind, Row, mailable, message
from troth.mail.outbox import POST, next_due
from troth.mail.passing import may_send
from troth.mail.relay import Line, Outcome
from troth.mail.unsubscribe import with_way_out
from troth.settings import Relay
from troth.store import Session
from troth.store import tables as t
from troth.work import Doer, Job
from troth.work.worker import LEASE

log = logging.getLogger("troth.mail")
WAITS = (1, 5, 30, 120, 360, 720)  # minutes after each try that failed for now; then the last again
GIVEN_UP = timedelta(days=5)  # RFC 5321, 4.5.4.1
REST = timedelta(minutes=1)  # where the relay is not there at all
BOUNCES = "bounces"  # the job that reads what came back
LOOK = timedelta(minutes=1)
AT_ONCE = 200  # mails in one taking of the job


class Post:
    """The post of a house. Without a relay, mails wait in the outbox."""

    def __init__(
        self,
        house: House,
        relay: Relay | None,
        kinds: Mapping[str, Kind] = KINDS,
        lease: timedelta = LEASE,
    ) -> None:
        self.house = house
        self.relay = relay
        self.kinds = kinds
        self.lease = lease

    @property
    def doers(self) -> dict[str, Doer]:
        """The jobs it does, for a worker."""
        found: dict[str, Doer] = {LINK: self._link}
        if self.relay is not None:
            found[POST] = self.deliver
            if self.relay.bounces:
                found[BOUNCES] = self._look
        return found

    def begin(self) -> None:
        """What a worker does before its first job: mails that come back are looked for from now on."""
        if self.relay is not None and self.relay.bounces:
            first = self.house.companies()[0]
            with first.writing() as session:
                work.wake(session, BOUNCES, "", first.clock(), first.clock())

    def _look(self, company: str, job: Job) -> None:
        """Read the Maildir of what came back, for all companies at once; again in a minute."""
        assert self.relay is not None
        one = self.house.company(company)
        ours, others = read_bounces(self.house, self.kinds, Path(self.relay.bounces))
        if ours or others:
            log.info("%s mails came back, %s others lie with them", ours, others)
        with one.writing() as session:
            work.later(session, job, one.clock() + LOOK)

    def _link(self, company: str, job: Job) -> None:
        send_link(self.house.company(company), job)

    def deliver(self, company: str, job: Job) -> None:
        """Deliver what is due, until nothing is or it is time for other jobs."""
        assert self.relay is not None
        one, line = self.house.company(company), Line(self.relay)
        down = False
        try:
            for number in self._due(one):
                if self._one(one, job, line, number).state == "down":
                    down = True
                    break
        finally:
            line.close()
        with one.writing() as session:
            at = one.clock()
            work.later(session, job, at + REST if down else next_due(session, self.kinds))

    def _due(self, company: Company) -> list[int]:
        c = t.outbox.c
        mine = c.kind.in_(list(self.kinds))  # what a newer release brought waits for a newer worker
        due = select(c.id).where(c.state == "waiting", c.due_at <= company.clock(), mine)
        with company.reading() as session:
            return list(session.execute(due.order_by(c.due_at, c.id).limit(AT_ONCE)).scalars())

    def _one(self, company: Company, job: Job, line: Line, number: int) -> Outcome:
        with company.writing() as session:
            work.hold(session, job, company.clock(), self.lease)
            made = self._made(company, session, number)
        if made is None:
            return Outcome("sent")
        outcome = line.send(made)
        if outcome.state != "down":
            with company.writing() as session:
                work.hold(session, job, company.clock(), self.lease)
                self._note(company, session, number, outcome)
        log.info("mail %s of %s: %s", number, company.name, outcome.problem or outcome.state)
        return outcome

    def _made(self, company: Company, session: Session, number: int) -> EmailMessage | None:
        """The mail, if it may still be sent; else why not is noted."""
        assert self.relay is not None
        at = company.clock()
        row = session.one(t.outbox, id=number, state="waiting")
        if row is None:
            return None
        kind, found = self.kinds[row.kind], session.one(t.identifiers, id=row.identifier)
        letter, state, problem = None, "failed", "it is out of date"
        if found is None or found.until is not None:
            problem = "the address was given up"
        elif not mailable(found.value):  # it holds up no other mail
            state, problem = "bounced", "it is no address that mail can be sent to"
        elif row.until is None or row.until > at:
            if may_send(company, session, row, found.value, kind.purposes(session, row), at):
                letter = kind.compose(company, session, row, self.relay.address)
            else:
                state, problem = "refused", "the policy does not allow it"
        if letter is None or found is None:
            self._lost(company, session, row, state, problem)
            return None
        letter = with_way_out(company, letter, row.person, self.relay.address, at)
        return message(company, self.relay, number, found.value, letter, row.created_at)

    def _lost(self, company: Company, session: Session, row: Row, state: str, problem: str) -> None:
        session.change(t.outbox, {"id": row.id}, state=state, problem=problem)
        self.kinds[row.kind].lost(company, session, row, company.clock())

    def _note(self, company: Company, session: Session, number: int, outcome: Outcome) -> None:
        at = company.clock()
        row = session.one(t.outbox, id=number, state="waiting")
        if row is None:
            return
        kind = self.kinds[row.kind]
        tries, problem = row.tries + 1, outcome.problem or None
        if outcome.state == "sent":
            session.change(
                t.outbox, {"id": number}, state="sent", sent_at=at, tries=tries, problem=None
            )
            kind.sent(company, session, row, at)
        elif outcome.state == "bounced":
            self._lost(company, session, row, "bounced", outcome.problem)
        elif at - row.created_at >= GIVEN_UP:
            self._lost(company, session, row, "failed", outcome.problem)
        else:
            wait = timedelta(minutes=WAITS[min(row.tries, len(WAITS) - 1)])
            session.change(t.outbox, {"id": number}, due_at=at + wait, tries=tries, problem=problem)
