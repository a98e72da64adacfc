"""The way out: which choice ends the mails of a purpose, and the one click that says it (RFC 8058)."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from troth.company import Company
from troth.facts.calendar import day_of
from troth.language.model import Choice, Document, Unless
from troth.mail.letter import Letter
from troth.people import choices
from troth.store import Session
from troth.store import tables as t

WAY = "unsubscribe-link"
EVERYTHING = "anything"  # every purpose for which a choice ends our mails


def leave_token(company: Company, person: int, purpose: str) -> str:
    """What a mail's way out ends in: whose, out of what. It lasts, as old mails do."""
    said = f"{person}.{purpose}"
    return f"{said}.{_mark(company, said)}"


def leaving(company: Company, token: str) -> tuple[int, str] | None:
    """Who leaves what; None where the token is not ours."""
    said, _, mark = token.rpartition(".")
    number, _, purpose = said.partition(".")
    ours = hmac.compare_digest(mark.encode("utf-8", "replace"), _mark(company, said).encode())
    if not ours or not number.isascii() or not number.isdigit():
        return None
    return int(number), purpose


def unsubscribe(company: Company, session: Session, token: str, at: datetime) -> bool:
    """Say every choice that ends e-mail for the purpose. False where the token is none of ours, or the
    person was forgotten; said before, it is not said again."""
    found = leaving(company, token)
    if found is None or session.one(t.people, id=found[0], erased_at=None) is None:
        return False
    person, purpose = found
    standing = choices.standing(session, person, at)
    for choice, text in ways_out(company, purpose):
        cells = [c for c in _cells(company, choice, purpose) if (choice.name, c) not in standing]
        if cells:
            items = [] if cells == [""] else cells
            shown = f"{choice.phrase} ({text.id})"
            choices.say(session, person, choice, items, True, at, WAY, "person", text_shown=shown)
    return True


def address_to_leave(company: Company, person: int, purpose: str, address: str) -> str:
    """Where one click ends the mails of a purpose; `address` is that of the service."""
    return f"{address}/{company.name}/unsubscribe/{leave_token(company, person, purpose)}"


def with_way_out(
    company: Company, letter: Letter, person: int, address: str, at: datetime
) -> Letter:
    """The letter as it is sent: with a way out of its own where the policy promises one in every mail."""
    if letter.leave or not _in_every_mail(company, at) or not ways_out(company, EVERYTHING):
        return letter
    leave = address_to_leave(company, person, EVERYTHING, address)
    text = f"{letter.text.rstrip()}\n\n-- \nOnly the mails you ask for, and no others: {leave}\n"
    return replace(letter, text=text, leave=leave)


def _in_every_mail(company: Company, at: datetime) -> bool:
    version, house = company.policy.at(day_of(at, company.zone)), company.policy.house
    texts = [text for text in (version, house) if text is not None]
    duties = [d for text in texts for d in text.duties if d.form == "carry-every"]
    return any("email" in d.slot("ways") for d in duties)


def works(company: Company, person: int, letter: Letter) -> bool:
    """Whether the way out of a letter stands in its text as well, is hers, and ends something."""
    found = leaving(company, letter.leave.rpartition("/")[2]) if letter.leave else None
    if found is None or letter.leave not in letter.text:
        return False
    return found[0] == person and bool(ways_out(company, found[1]))


def ways_out(company: Company, purpose: str) -> list[tuple[Choice, Document]]:
    """The choices on which a clause stands that lets us write for this purpose, newest text first."""
    found: dict[str, tuple[Choice, Document]] = {}
    for text in _texts(company):
        offered = {choice.name: choice for choice in text.choices}
        for name in _named(company, text, purpose):
            if name in offered:
                found.setdefault(name, (offered[name], text))
    return list(found.values())


def _texts(company: Company) -> list[Document]:
    house = [company.policy.house] if company.policy.house else []
    return [*reversed(company.policy.versions), *house]


def _named(company: Company, text: Document, purpose: str) -> Iterator[str]:
    reach = company.gate.words.leaves
    wanted = reach("purpose", (purpose,), True)
    for clause in text.clauses:
        speaks = clause.modal == "may" and clause.action == "use"
        if not speaks or "email" not in reach("data", clause.data):
            continue
        if wanted & reach("purpose", clause.purposes, True):
            for condition in clause.conditions:
                if isinstance(condition, Unless):
                    yield from condition.names


def _cells(company: Company, choice: Choice, purpose: str) -> list[str]:
    """The cells that cover an e-mail for this purpose; all of them where none is for it alone."""
    every = choices.cells(choice)
    wanted = company.gate.words.leaves("purpose", (purpose,), True)
    lines = [set(line) for line in choice.for_each]
    narrow = [
        cell
        for cell in every
        if all(
            part == "email" if "email" in line else part in wanted or not (wanted & line)
            for part, line in zip(cell.split("/"), lines, strict=False)
        )
    ]
    return narrow or list(every)


def _mark(company: Company, said: str) -> str:
    message = f"leave {company.name} {said}".encode("utf-8", "replace")
    return hmac.new(company.key, message, hashlib.sha256).hexdigest()[:32]
