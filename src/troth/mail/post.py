"""The post: delivers what lies in the outbox, mail by mail, and notes what became of each.

A few mails at a time pass the gate and are composed in one transaction; then each is handed over to the
relay, and a transaction of its own notes that. Killed between the two, it is handed over again, with the
same Message-ID: at the relay a mail arrives at least once, in our record exactly once.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Mapping
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from time import monotonic

from sqlalchemy import select

from troth import work
from troth.company import Company, House
from troth.gate import Asking
from troth.mail.asked import LINK, send_link
from troth.mail.bounces import read_bounces
from troth.mail.kinds import KINDS
from troth.mail.letter import Kind, Row, mailable, message
from troth.mail.outbox import POST, next_due
from troth.mail.passing import ALONE, EMAIL, in_hand, may_send
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
TOGETHER = 25  # that are asked about together
GOOD_FOR = 2.0  # seconds for which a yes to them is good
O = t.outbox.c  # noqa: E741


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
        due, down = deque(self._due(one)), False
        try:
            while due and not down:
                down = not self._some(one, job, line, due)
        finally:
            line.close()
        with one.writing() as session:
            at = one.clock()
            work.later(session, job, at + REST if down else next_due(session, self.kinds))

    def _some(self, company: Company, job: Job, line: Line, due: deque[int]) -> bool:
        """Hand over the next few. What a slow relay leaves for later is asked about again: a yes is good
        for seconds. False where nothing can be handed over now."""
        with company.writing() as session:
            work.hold(session, job, company.clock(), self.lease)
            made = self._made(
                company, session, [due.popleft() for _ in range(min(len(due), TOGETHER))]
            )
        begun = monotonic()
        for number, (row, mail) in enumerate(made):
            if number and monotonic() - begun > GOOD_FOR:
                due.extendleft(row.id for row, _ in reversed(made[number:]))
                return True
            if not self._one(company, job, line, row, mail):
                return False
        return True

    def _due(self, company: Company) -> list[int]:
        mine = O.kind.in_(list(self.kinds))  # what a newer release brought waits for a newer worker
        due = select(O.id).where(O.state == "waiting", O.due_at <= company.clock(), mine)
        with company.reading() as session:
            return list(session.execute(due.order_by(O.due_at, O.id).limit(AT_ONCE)).scalars())

    def _one(self, company: Company, job: Job, line: Line, row: Row, mail: EmailMessage) -> bool:
        """Hand over one mail and note what became of it; False where nothing can be handed over now."""
        outcome = line.send(mail)
        if outcome.state != "down":
            with company.writing() as session:
                work.hold(session, job, company.clock(), self.lease)
                self._note(company, session, row, outcome)
        log.info("mail %s of %s: %s", row.id, company.name, outcome.problem or outcome.state)
        return outcome.state != "down"

    def _made(
        self, company: Company, session: Session, numbers: list[int]
    ) -> list[tuple[Row, EmailMessage]]:
        """The mails of these that may still be sent; of the others it is noted why not."""
        rows = session.rows(t.outbox, O.id.in_(numbers), state="waiting", order=(O.due_at, O.id))
        named = {row.identifier for row in rows}
        found = session.rows(t.identifiers, t.identifiers.c.id.in_(named)) if rows else []
        addresses = {one.id: one.value for one in found if one.until is None}
        asking = Asking(company.gate, session, company.clock())
        asking.ahead({row.person for row in rows}, EMAIL)
        made = [
            (row, self._mail(company, asking, row, addresses.get(row.identifier))) for row in rows
        ]
        asking.record()
        return [(row, mail) for row, mail in made if mail is not None]

    def _mail(
        self, company: Company, asking: Asking, row: Row, to: str | None
    ) -> EmailMessage | None:
        """One mail, if it may still be sent."""
        assert self.relay is not None
        kind, session, at = self.kinds[row.kind], asking.session, asking.at
        letter, state, problem = None, "failed", "it is out of date"
        if to is None:
            problem = "the address was given up"
        elif not mailable(to):  # it holds up no other mail
            state, problem = "bounced", "it is no address that mail can be sent to"
        elif row.until is None or row.until > at:
            within = in_hand(session, row.person) if kind.in_hand else ALONE
            if may_send(company, asking, row.person, to, kind.purposes(session, row), within):
                letter = kind.compose(company, session, row, self.relay.address)
            else:
                state, problem = "refused", "the policy does not allow it"
        if letter is None or to is None:
            self._lost(company, session, row, state, problem)
            return None
        letter = with_way_out(company, letter, row.person, self.relay.address, at)
        return message(company, self.relay, row.id, to, letter, row.created_at)

    def _lost(self, company: Company, session: Session, row: Row, state: str, problem: str) -> None:
        session.change(t.outbox, {"id": row.id}, state=state, problem=problem)
        self.kinds[row.kind].lost(company, session, row, company.clock())

    def _note(self, company: Company, session: Session, row: Row, outcome: Outcome) -> None:
        at, kind = company.clock(), self.kinds[row.kind]
        waiting = {"id": row.id, "state": "waiting"}  # unless its person is forgotten meanwhile
        tries, problem = row.tries + 1, outcome.problem or None
        if outcome.state == "sent":
            if session.change(
                t.outbox, waiting, state="sent", sent_at=at, tries=tries, problem=None
            ):
                kind.sent(company, session, row, at)
        elif session.one(t.outbox, **waiting) is None:
            return
        elif outcome.state == "bounced":
            self._lost(company, session, row, "bounced", outcome.problem)
        elif at - row.created_at >= GIVEN_UP:
            self._lost(company, session, row, "failed", outcome.problem)
        else:
            wait = timedelta(minutes=WAITS[min(row.tries, len(WAITS) - 1)])
            session.change(t.outbox, waiting, due_at=at + wait, tries=tries, problem=problem)
