"""Somebody asks for a link to an address. Whether anybody has that address is found out later, by a worker.

So what the page does, and how long it takes, is the same for every address; and the job knows the keyed
hash of what was typed, not the address.
"""

from __future__ import annotations

import secrets
from datetime import datetime

from troth import work
from troth.company import Company
from troth.mail.links import LASTS, make_link
from troth.mail.outbox import write
from troth.people.identifiers import hashed, rows_of
from troth.people.same import same
from troth.store import Session
from troth.work import Job

LINK = "link"  # the kind of job


def ask_for_link(
    company: Company,
    session: Session,
    address: str,
    at: datetime,
    *,
    next: str = "",
    joins: int | None = None,
) -> None:
    """Have a link sent to the address if somebody here has it: to sign in, or to join with `joins`."""
    digest = hashed(session, company.key, "email", address)
    payload = {"hash": digest, "next": next, "joins": joins}
    work.put(session, LINK, secrets.token_hex(8), payload, at, at)


def send_link(company: Company, job: Job) -> None:
    """The job: a link and its mail, or nothing where nobody has the address."""
    at = company.clock()
    with company.writing() as session:
        found = _whose(session, job.payload["hash"])
        joins = job.payload["joins"]
        if found is not None and not (joins and found[0] in same(session, joins)):
            person, identifier = found
            kind = "join" if joins else "sign-in"
            link = make_link(company, session, kind, person, at, joins, job.payload["next"])
            write(session, kind, person, identifier, at, link=link, until=at + LASTS)
        work.done(session, job, at)


def _whose(session: Session, digest: str) -> tuple[int, int] | None:
    """Who has the address now, and the number of the identifier."""
    for row in rows_of(session, "email", digest):
        if row.until is None and row.erased_at is None:
            return int(row.person), int(row.id)
    return None
