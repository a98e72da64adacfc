"""Two records found to be one person: refusals unite, consents intersect, and it can be undone.

What one record takes over from the other is written as further rows, marked with whose they are. So every
reading of the histories sees the joined state. Parting returns each record to what it said itself, but no
refusal is lost by it: which of the two meant it is not known any more, so both keep it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from troth import ledger
from troth.people import choices, notices
from troth.people.choices import Said, Scope
from troth.people.notices import Answer
from troth.people.problems import Conflict, must_know_people
from troth.people.same import SAME_AS, came_through, same, through
from troth.store import Session
from troth.store import tables as t


def join(session: Session, one: int, other: int, at: datetime) -> None:
    """The two are one person from now on; what either says next counts for both."""
    must_know_people(session, (one, other))
    if other in same(session, one):
        raise Conflict(f"persons {one} and {other} are joined already")
    for person, value in ((one, other), (other, one)):
        known = {"of": "person", "key": str(person), "name": SAME_AS, "value": str(value)}
        session.add(t.attributes, **known, since=at, until=None)
    people = same(session, one)
    _join_choices(session, people, at)
    _join_answers(session, people, at)
    _enter(session, "person.joined", one, other, at)


def part(session: Session, one: int, other: int, at: datetime) -> None:
    """They were not one person after all: each keeps what was said for it, and every refusal of either."""
    before = same(session, one)
    ended = 0
    for person, value in ((one, other), (other, one)):
        keys = {"of": "person", "key": str(person), "name": SAME_AS, "value": str(value)}
        ended += session.change(t.attributes, {**keys, "until": None}, until=at)
    if not ended:
        raise Conflict(f"persons {one} and {other} were not joined with one another")
    for person in before:
        circle = same(session, person)
        apart = [each for each in before if each not in circle]
        _part_choices(session, person, circle, apart, at)
        _part_answers(session, person, circle, apart, at)
    _enter(session, "person.parted", one, other, at)


def _enter(session: Session, kind: str, one: int, other: int, at: datetime) -> None:
    for person, with_ in ((one, other), (other, one)):
        payload = {"person": person, "with": with_}
        ledger.record(session, kind, payload, at=at, person=person)


# -- choices ---------------------------------------------------------------------------------------


def _join_choices(session: Session, people: Sequence[int], at: datetime) -> None:
    latest = {person: choices.latest(session, person, at) for person in people}
    for key in sorted({key for said in latest.values() for key in said}):
        said = {person: latest[person].get(key) for person in people}
        joined = _together([s for s in said.values() if s is not None], len(people), at)
        for person, own in said.items():
            if own is None and not joined.standing:
                continue  # nothing said is not taken back
            if own is None or not _alike(own, joined):
                _write_said(session, person, joined, through(_decider(said, person, joined)), at)


def _decider(said: Mapping[int, Said | None], person: int, joined: Said) -> int:
    """Whose word, or silence, changed this record: parting from them undoes it."""
    others = {p: s for p, s in said.items() if p != person}
    same_word = (p for p, s in others.items() if s is not None and _alike(s, joined))
    silent = (p for p, s in others.items() if s is None or not s.standing)
    return next(same_word, None) or next(silent, None) or next(iter(others))


def _together(said: Sequence[Said], people: int, at: datetime) -> Said:
    """What is said once all are one: a refusal by any stands, a consent only of all, to the least of them."""
    standing = [s for s in said if s.standing and (s.until is None or at < s.until)]
    if said[0].kind == "choice":
        lasting = sorted(standing, key=lambda s: (s.until is None, s.until or s.at))
        return lasting[-1] if lasting else said[0]
    scope = _narrowest([s.scope for s in standing])
    if len(standing) < people or scope is None:
        return replace(said[0], standing=False)
    ends = [s.until for s in standing if s.until is not None]
    return replace(standing[0], scope=scope, until=min(ends, default=None))


def _narrowest(scopes: Sequence[Scope]) -> Scope | None:
    """What every scope covers; None: nothing."""
    if not scopes:
        return None
    narrow = scopes[0]
    for scope in scopes[1:]:
        both = tuple(word for word in narrow.data if word in scope.data)
        if narrow.data and scope.data and not both:
            return None
        since = max((d for d in (narrow.since, scope.since) if d is not None), default=None)
        until = min((d for d in (narrow.until, scope.until) if d is not None), default=None)
        narrow = Scope(narrow.party, both or narrow.data or scope.data, since, until)
    empty = narrow.since is not None and narrow.until is not None and narrow.until < narrow.since
    return None if empty else narrow


def _alike(own: Said, other: Said) -> bool:
    return (own.standing, own.until, own.scope) == (other.standing, other.until, other.scope)


def _part_choices(
    session: Session, person: int, circle: Iterable[int], apart: Sequence[int], at: datetime
) -> None:
    spoken = [s for s in choices.history(session, person) if s.at <= at]
    now = {(s.choice, s.cell): s for s in spoken}
    own = {(s.choice, s.cell): s for s in spoken if _belongs(s.carried_from, circle)}
    for key, last in now.items():
        said = own.get(key) or replace(last, standing=False)
        refused = last.kind == "choice" and last.standing and not said.standing
        if refused or _alike(last, said) or _withdrawn(session, apart, said):
            continue
        _write_said(session, person, said, through(person), at)


def _withdrawn(session: Session, apart: Sequence[int], own: Said) -> bool:
    """A consent that one of the others took back after she gave it stays taken back."""
    return (
        own.kind == "consent"
        and own.standing
        and any(
            not s.standing and s.at >= own.at and (s.choice, s.cell) == (own.choice, own.cell)
            for other in apart
            for s in choices.history(session, other, own.choice)
            if came_through(s.carried_from) is None
        )
    )


def _belongs(mark: str | None, circle: Iterable[int]) -> bool:
    source = came_through(mark)
    return source is None or source in circle


def _write_said(session: Session, person: int, said: Said, mark: str, at: datetime) -> None:
    row = {name: getattr(said, name) for name in Said.__slots__ if name != "id"}
    row |= {"person": person, "at": at, "carried_from": mark}
    session.add(t.choices, **row | {"scope": choices.write_scope(said.scope)})


# -- answers to clauses ----------------------------------------------------------------------------


def _join_answers(session: Session, people: Sequence[int], at: datetime) -> None:
    """A no of one is a no of all. An agreement only some gave is none: it is written as a no as well,
    the one answer that lifts nothing, until they are asked again."""
    latest = {person: notices.answers(session, person, at).by_wording for person in people}
    for key in sorted({key for given in latest.values() for key in given}):
        given = {person: latest[person].get(key) for person in people}
        refused = next((a for a in given.values() if a is not None and a.answer == "no"), None)
        silent = next((person for person, a in given.items() if a is None), None)
        for person, had in given.items():
            if had is not None and had.answer == "yes" and (refused or silent is not None):
                by = refused.person if refused else silent
                assert by is not None
                _write_answer(session, person, replace(had, answer="no"), through(by), at)
            elif had is None and refused:
                _write_answer(session, person, refused, through(refused.person), at)


def _part_answers(
    session: Session, person: int, circle: Iterable[int], apart: Sequence[int], at: datetime
) -> None:
    """Back to what she answered herself, except where one of the others said no. What she never answered
    stays a no: it lifts nothing."""
    given = [a for a in notices.answers_given(session, person) if a.at <= at]
    now = {(a.clause, a.digest): a for a in given}
    own = {(a.clause, a.digest): a for a in given if _belongs(a.way, circle)}
    others = [a for other in apart for a in notices.answers_given(session, other)]
    refused = {
        (a.clause, a.digest) for a in others if a.answer == "no" and came_through(a.way) is None
    }
    for key, last in now.items():
        answer = own.get(key) or replace(last, answer="no")
        if answer.answer != last.answer and (answer.answer == "no" or key not in refused):
            _write_answer(session, person, answer, through(person), at)


def _write_answer(session: Session, person: int, answer: Answer, mark: str, at: datetime) -> None:
    row = {name: getattr(answer, name) for name in Answer.__slots__ if name != "id"}
    session.add(t.adoptions, **row | {"person": person, "at": at, "way": mark})
