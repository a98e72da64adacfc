"""A mailing: one text to everybody whom the policy lets us write to for its purpose, and nobody else."""

from __future__ import annotations

from datetime import datetime

from troth import ledger
from troth.company import Company
from troth.gate import Question
from troth.language.model import Ask
from troth.mail.outbox import write_all
from troth.mail.unsubscribe import ways_out
from troth.people.people import everybody_with
from troth.refusal import Refused
from troth.store import Session
from troth.store import tables as t


def write_mailing(
    company: Company,
    session: Session,
    purpose: str,
    subject: str,
    body: str,
    by: str,
    at: datetime,
) -> tuple[int, int]:
    """Put it into the outbox for whoever may be written to now; to how many, and how many were left out.

    Each is asked about again when her mail is sent. Raises `Refused` (G506) for a word that is not known,
    or a purpose that no choice ends: what cannot be left is not sent.
    """
    if ("purpose", purpose) not in company.policy.words:
        raise Refused("G506", f"`{purpose}` is no purpose word of this policy")
    if not ways_out(company, purpose):
        raise Refused("G506", f"no choice ends mails for `{purpose}`; offer one, then send")
    said = {"purpose": purpose, "subject": subject, "body": body, "at": at, "by": by}
    number = session.add(t.mailings, **said)
    everybody = everybody_with(session, "email")
    allowed = [
        (person, identifier)
        for person, identifier in everybody
        if company.gate.ask(
            session, Question(Ask("use", "email", purpose), person, at), entry=False
        )
    ]
    written = write_all(session, "news", allowed, at, f"mailing:{number}")
    payload = {"mailing": number, "purpose": purpose, "people": written, "by": by}
    ledger.record(session, "mailing.written", payload, at=at)
    return written, len(everybody) - written
