"""Receipts: each act of a person said back to her from its ledger entry, with the text she was shown.

The entry holds the digest of that text. So a receipt shows a text only if it is the one of the entry.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from troth import ledger
from troth.company import Company
from troth.gate import Asking
from troth.ledger import Entry
from troth.mail.outbox import email_of, write
from troth.mail.passing import in_hand, may_send
from troth.people.identifiers import normalised
from troth.people.same import came_through, same
from troth.people.stamps import stamp
from troth.store import Session
from troth.store import tables as t
from troth.store.columns import read_moment

ACTS = {
    "choice.said": "You said: {said}",
    "choice.taken-back": "You took back: {said}",
    "clause.agreed": "You agreed to {said}",
    "clause.refused": "You refused {said}",
    "record.kept": "You gave us {said}",
    "record.corrected": "You had {said} put right",
    "person.joined": "You joined two of your addresses",
    "person.parted": "You parted two addresses",
}
LASTS = timedelta(days=5)  # a receipt older than that is not mailed any more
MOST = 500
A_DAY = 10  # receipts to one address: nobody fills somebody else's postbox by sending forms
# Under these a mail may say what was noted, whoever noted it by which way; and under those, if the form named
# one of them for the address, that what was sent has arrived.
ON_RECORD = ("handling-choices", "serving", "account-messages", "service-messages")
ANSWERS = ("order-confirmation", "answering", "support", "contacting", "hiring", "purchase-updates")


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was done, when, in which words, and where it stands in the record."""

    entry: int
    person: int
    kind: str
    what: str
    at: datetime
    when: str
    text: str
    head: str
    policy: str = ""  # where the policy stands under which something was given: `/callminer/privacy/2003-06-05`


def receipts(company: Company, session: Session, person: int, since: int = 0) -> list[Receipt]:
    """Everything the person did after entry `since`, under each of her joined records, newest first; each act once."""
    found: dict[int, Receipt] = {}
    for each in same(session, person):
        for entry in ledger.entries(
            session, person=each, after_seq=since, limit=MOST, newest_first=True
        ):
            said = _said(company, session, entry)
            if said is not None:
                found[entry.seq] = said
    return [found[number] for number in sorted(found, reverse=True)]


def receipt(company: Company, session: Session, person: int, number: int) -> Receipt | None:
    """One of hers by its entry's number."""
    (entry,) = ledger.entries(session, after_seq=number - 1, limit=1) or (None,)
    if entry is None or entry.seq != number or entry.person not in same(session, person):
        return None
    return _said(company, session, entry)


def last_entry(session: Session) -> int:
    """The number of the newest entry: what comes after it is done from now on."""
    newest = ledger.entries(session, limit=1, newest_first=True)
    return newest[0].seq if newest else 0


def send_receipts(session: Session, person: int, since: int, at: datetime) -> None:
    """Have what the person did after entry `since` mailed to her; the policy is asked when it is sent."""
    acts, identifier = _acts(session, person, since), email_of(session, person)
    if acts and identifier is not None:
        write(session, "receipt", person, identifier, at, about=_about(acts), until=at + LASTS)


def confirm(
    company: Company, session: Session, person: int, address: str, since: int, at: datetime
) -> bool:
    """Have what the person gave and said after entry `since` confirmed to the address it was given with. False, and
    no mail, where the version does not let that address be used for it; the policy is asked again when it is sent."""
    acts, identifier = _acts(session, person, since), _identifier(session, person, address)
    if not acts or identifier is None or _sent_today(session, identifier, at) >= A_DAY:
        return False
    purposes, asking = confirming(session, _about(acts)), Asking(company.gate, session, at)
    if not may_send(company, asking, person, address, purposes, in_hand(session, person)):
        return False
    write(session, "receipt", person, identifier, at, about=_about(acts), until=at + LASTS)
    return True


def confirming(session: Session, about: str) -> tuple[str, ...]:
    """The purposes under which a receipt about these entries may be mailed."""
    named: set[str] = set()
    for number in numbers_of(about):
        for entry in ledger.entries(session, after_seq=number - 1, limit=1):
            if entry.kind == "record.kept" and entry.payload is not None:
                named |= _purposes(session, entry.payload["record"])
    return (*ON_RECORD, *(purpose for purpose in ANSWERS if purpose in named))


def _purposes(session: Session, record: int) -> set[str]:
    """What for the e-mail address of a record was given."""
    given = session.rows(t.fields, record=record, data="email")
    return {p for row in given for p in stamp(session, row.stamp).purposes}


def numbers_of(about: str) -> list[int]:
    """The entries a receipt is about."""
    return [int(number) for number in about.removeprefix("entries:").split(",")]


def _about(acts: list[int]) -> str:
    return f"entries:{','.join(map(str, acts))}"


def _acts(session: Session, person: int, since: int) -> list[int]:
    done = ledger.entries(session, person=person, after_seq=since, limit=MOST)
    return [entry.seq for entry in done if entry.kind in ACTS]


def _identifier(session: Session, person: int, address: str) -> int | None:
    mine = session.rows(t.identifiers, person=person, kind="email", until=None)
    wanted = normalised("email", address)
    return next((int(r.id) for r in mine if normalised("email", r.value) == wanted), None)


def _sent_today(session: Session, identifier: int, at: datetime) -> int:
    since = t.outbox.c.created_at > at - timedelta(days=1)
    return session.count(t.outbox, since, kind="receipt", identifier=identifier)


def _said(company: Company, session: Session, entry: Entry) -> Receipt | None:
    """None: no act of hers, or one that came over from a joined record and is told there."""
    form = ACTS.get(entry.kind)
    if form is None or entry.payload is None or entry.person is None:
        return None
    payload, shown = entry.payload, _shown(session, entry)
    if shown is None:
        return None
    text = shown
    said = _what(company, payload, text)
    at = read_moment(payload["at"]) if "at" in payload else entry.at
    when = at.astimezone(ZoneInfo(company.zone)).strftime("%Y-%m-%d %H:%M %Z")
    what = form.format(said=said)
    head, policy = entry.leaf[:16], _policy(session, payload)
    return Receipt(entry.seq, entry.person, entry.kind, what, at, when, text, head, policy)


def _policy(session: Session, payload: dict[str, Any]) -> str:
    """Where the policy stands under which a record was given."""
    given = session.rows(t.fields, record=payload["record"], limit=1) if "record" in payload else []
    versions = stamp(session, given[0].stamp).versions if given else ()
    name, _, date = versions[0].partition("/") if len(versions) == 1 else ("", "", "")
    return f"/{name}/privacy/{date}" if name else ""


def _what(company: Company, payload: dict[str, Any], text: str) -> str:
    if "choice" in payload:
        words = (
            company.policy.words.get(("purpose", p)) for c in payload["cells"] for p in _cell(c)
        )
        items = dict.fromkeys(word.phrase for word in words if word is not None)
        phrase = text.partition(" (")[0] or payload["choice"]
        return f"{phrase}{': ' + ', '.join(items) if items else ''}"
    if "clause" in payload:
        return f"{payload['version']}#{payload['clause']}"
    named = [company.policy.words.get(("data", word)) for word in _data(payload)]
    return ", ".join(word.phrase for word in named if word is not None) or "something"


def _cell(cell: str) -> list[str]:
    return cell.split("/")


def _data(payload: dict[str, Any]) -> Iterator[str]:
    for _, word, *_ in payload.get("fields", ()):
        yield word
    if "data" in payload:
        yield payload["data"]


def _shown(session: Session, entry: Entry) -> str | None:
    """The text she was shown, if it is the one the entry has the digest of. None: it was said through
    another of her records, and is told there."""
    payload = entry.payload
    if "text" not in payload or "at" not in payload:
        return ""
    table, mark = (t.choices, "carried_from") if "choice" in payload else (t.adoptions, "way")
    rows = session.rows(table, person=entry.person, at=read_moment(payload["at"]))
    fits = [r for r in rows if hashlib.sha256(r.text_shown.encode()).hexdigest() == payload["text"]]
    if fits and came_through(getattr(fits[0], mark)) is not None:
        return None
    return str(fits[0].text_shown) if fits else ""
