"""Observing: what `collect` would refuse is kept all the same, under a stamp that nothing permits later.

A system of before would have kept it anyway; so what observing changes is that it is on record. One thing is
refused even so: what a law forbids to collect, of what is known of the person.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from troth import ledger
from troth.gate.gate import OBSERVED, Gate, allowed
from troth.gate.question import Given, stamp_of
from troth.language.model import Document, Leaf
from troth.refusal import Refused, refusal
from troth.store import Session


@dataclass(frozen=True, slots=True)
class Taken:
    """What was kept: the number of its record, and the words that would have been refused."""

    record: int
    against: tuple[str, ...] = ()


def observe(gate: Gate, session: Session, given: Given, at: datetime) -> Taken:
    """Keep what was given as `gate.collect` does; what that would refuse too, marked, with an entry.

    Refused all the same (`Refused`): a word that is not a leaf of the policy, nothing at all, and what a
    law forbids of what is known.
    """
    given = gate.tied(session, given)
    gate.leaf_words(given)
    version, code = _shown(gate, given, at)
    stamp = stamp_of(given, version)
    withheld = [leaf for leaf in gate.judged(session, given, stamp, at) if not allowed(leaf)]
    unlawful = tuple(leaf for leaf in withheld if not gate.lawful(session, given, leaf, stamp, at))
    if unlawful or not given.values:
        raise refusal("G502", "collect", given.place, unlawful)
    words = {leaf.ask.data for leaf in withheld}
    against = tuple(word for word in given.values if code or word in words)
    spoiled = replace(stamp, against=True)
    under = {word: spoiled if word in against else stamp for word in given.values}
    record = gate.keep(session, given, under, at)
    if against:
        payload = _payload(given, record, against, code or "G502", withheld)
        events = [ledger.Event(OBSERVED, payload, person) for person in given.people]
        ledger.record_all(session, events, at=at)
    return Taken(record, against)


def _shown(gate: Gate, given: Given, at: datetime) -> tuple[Document | None, str]:
    """The version it was given under; or none, and the code of what is wrong with notice, origin or host."""
    try:
        return gate.shown(given, at), ""
    except Refused as refused:
        return None, refused.code


def _payload(
    given: Given, record: int, against: tuple[str, ...], code: str, withheld: list[Leaf]
) -> dict[str, Any]:
    """Words, clauses and the code of the refusal that was none: no value of anybody."""
    clauses = dict.fromkeys(clause for leaf in withheld for clause in leaf.decision.clauses)
    return {
        "action": "collect",
        "data": list(against),
        "place": given.place,
        "record": record,
        "verdict": "no" if len(against) == len(given.values) else "in part",
        "code": code,
        "clauses": list(clauses),
    }
