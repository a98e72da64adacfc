"""What a form gives, kept in one transaction or not at all: people, matter, records, what was ticked."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from troth import access, mail, matters
from troth.gate import Given
from troth.language.model import Choice, OnlyWith
from troth.people import choices as said
from troth.people.attributes import set_value
from troth.people.choices import Scope
from troth.people.identifiers import Kind, find
from troth.people.people import add_person, identify, person_at
from troth.people.problems import Conflict
from troth.site.codes import new_code, set_access_code
from troth.site.forms import COUNTRY, Field, Opened
from troth.site.given import Typed
from troth.site.offered import dimensions
from troth.site.signals import note
from troth.store import Session

ADDRESSES: tuple[Kind, ...] = ("email", "phone")
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # none that is taken for another
KNOWN = (
    "This address is registered already. Sign in with it first, and what you give here is added "
    "to what is held."
)


@dataclass(frozen=True)
class Sender:
    """Who sends a form, when, from which host and by which way."""

    at: datetime
    person: int | None = None  # signed in, or found by an operator
    host: str | None = None
    way: str = "site"
    by: str = "person"
    said_at: datetime | None = None  # when a choice was received, if that was before `at`
    signals: tuple[str, ...] = ()  # what the browser that sends it says by itself
    mails: bool = False  # a relay takes our mails: a receipt may go to the address given


@dataclass(frozen=True)
class Kept:
    """What came of a form: who sent it, the matter it opened, and how somebody new gets in again. `receipts` say
    what stands on record of it; `mailed` is the address to which they go as well, if the policy allows that."""

    person: int
    matter: str = ""
    code: str = ""
    token: str = ""
    receipts: tuple[mail.Receipt, ...] = ()
    mailed: str = ""


@dataclass
class _Group:
    """Fields of one form that are given alike: about the same person, at one place, for the same purposes."""

    of: str
    place: str
    purposes: tuple[str, ...]
    values: dict[str, str] = field(default_factory=dict)


def keep(opened: Opened, found: Typed, sender: Sender) -> Kept:
    """Keep all of it, committed with whatever else arrives meanwhile. Raises `Refused` or `Conflict` with
    nothing stored."""
    return opened.company.commit(lambda session: _keep(session, opened, found, sender))


def _keep(session: Session, opened: Opened, found: Typed, sender: Sender) -> Kept:
    company, at, before = opened.company, sender.at, mail.last_entry(session)
    person, new = _giver(session, opened, found, sender)
    note(session, company, person, sender.signals)
    country = found.kept.get(COUNTRY, "")
    if country:
        set_value(session, "person", person, "country", country, at)
    matter = _open(session, opened, person, sender) if opened.form.opens else ""
    notice = opened.notice
    for group in _groups(opened, found):
        given = Given(
            group.place,
            group.values,
            (_about(session, opened, found, group.of, person, at),),
            version=opened.version.id,
            notice=notice.id if notice is not None else None,
            host=sender.host,
            purposes=(*group.purposes, *opened.also),
            matter=matter or None,
        )
        company.keep(session, given, at)
    for choice in opened.offers:
        if choice.name in found.ticked:
            _say(session, opened, choice, person, sender)
    email = _addresses(opened.fields, found.kept, "").get("email", "")
    kept = Kept(
        person,
        matter,
        receipts=tuple(reversed(mail.receipts(company, session, person, before))),
        mailed=email
        if email and sender.mails and mail.confirm(company, session, person, email, before, at)
        else "",
    )
    if not new or sender.way != "site":
        return kept
    code = new_code()
    set_access_code(session, company.key, person, code, at)
    return replace(kept, code=code, token=access.start_for_person(session, person, at=at))


# -- who -------------------------------------------------------------------------------------------


def _giver(session: Session, opened: Opened, found: Typed, sender: Sender) -> tuple[int, bool]:
    """Who gives it, and whether she is new. An address of somebody else's is a Conflict: nobody adds to
    what is held about her without being signed in, unless all that is said is no."""
    company, addresses = opened.company, _addresses(opened.fields, found.kept, "")
    if sender.person is not None:
        for kind, value in addresses.items():
            identify(session, company.key, sender.person, kind, value, sender.at)
        return sender.person, False
    known = (
        find(session, company.key, "email", addresses["email"]) if "email" in addresses else None
    )
    if known is not None and not opened.refuses:
        raise Conflict(KNOWN)
    if known is not None:
        return known, False
    return add_person(session, company.key, sender.at, addresses), True


def _about(
    session: Session, opened: Opened, found: Typed, of: str, giver: int, at: datetime
) -> int:
    """Whom fields are about: the one who gives them, or somebody else, found by the address given."""
    if not of:
        return giver
    kind, value = next(iter(_addresses(opened.fields, found.kept, of).items()))
    return person_at(session, opened.company.key, kind, value, at)


def _addresses(fields: tuple[Field, ...], kept: Mapping[str, str], of: str) -> dict[Kind, str]:
    given = {f.word: kept[f.name] for f in fields if f.of == of and f.name in kept}
    return {kind: given[kind] for kind in ADDRESSES if kind in given}


# -- what ------------------------------------------------------------------------------------------


def _groups(opened: Opened, found: Typed) -> Iterator[_Group]:
    """One record for what is given alike, in the order of the form."""
    groups: dict[tuple[str, str, tuple[str, ...]], _Group] = {}
    for asked in opened.fields:
        if asked.name in found.kept and asked.name != COUNTRY:
            key = asked.of, asked.place, asked.purposes
            group = groups.setdefault(key, _Group(*key))
            group.values[asked.word] = found.kept[asked.name]
    yield from groups.values()


def _open(session: Session, opened: Opened, person: int, sender: Sender) -> str:
    """A matter under a number that can be read out: `support-case:K7M-4QX`."""
    word = opened.company.policy.words["matter", opened.form.opens]
    code = "".join(secrets.choice(LETTERS) for _ in range(6))
    known = f"{word.name}:{code[:3]}-{code[3:]}"
    matters.open_matter(session, known, word, sender.at, "person", people=(person,))
    return known


# -- what was ticked -------------------------------------------------------------------------------


def _say(session: Session, opened: Opened, choice: Choice, person: int, sender: Sender) -> None:
    shown = f"{choice.phrase} ({opened.version.id})"
    for scope in _scopes(session, opened, choice):
        said.say(
            session,
            person,
            choice,
            (),
            True,
            sender.said_at or sender.at,
            sender.way,
            sender.by,
            text_shown=shown,
            scope=scope,
            entered=sender.at,
        )


def _scopes(session: Session, opened: Opened, choice: Choice) -> Iterator[Scope]:
    """A consent that names whom and what it is for is given for those of the form alone."""
    if not choice.names:
        yield said.NO_SCOPE
        return
    company = opened.company
    words = {field.word for field in opened.fields if not field.of}
    named = {
        word
        for clause in opened.version.clauses
        if any(isinstance(c, OnlyWith) and choice.name in c.consents for c in clause.conditions)
        for word in words & company.gate.words.leaves("data", clause.data)
    }
    parties = dimensions(company, choice, session)[0]
    for party in parties or (None,):
        yield Scope(party, tuple(sorted(named)), zone=company.zone)
