"""What waits: for each word and stamp that is held, the clauses of a new version that an older promise keeps closed.

It depends on the texts alone and not on the person, so it is worked out once for each stamp, however many
people gave something under it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, lru_cache
from itertools import product

from sqlalchemy import select

from troth.campaigns.promised import tells_of
from troth.decide import Truth
from troth.facts import Datum, Rows, getter
from troth.facts.calendar import start_of
from troth.gate import Gate, Question
from troth.language.formula import holds
from troth.language.model import Ask, Clause, Document, Stamp
from troth.language.ruling import Grant, Layer, Ruling
from troth.people.stamps import load_stamps
from troth.store import Session
from troth.store import tables as t

DONE = ("use", "share", "sell")
Pair = tuple[str, int]  # a data word and the number of a stamp, as fields carry them


@dataclass(frozen=True, slots=True)
class Wait:
    """A clause of the new version, and the older version that keeps it closed: until its person was told
    and so many days passed (and did not refuse), or, with None, until she agreed."""

    clause: str
    older: str
    days: int | None


@dataclass(frozen=True)
class Waiting:
    """What waits by word and stamp; `told` are the versions that promised to tell of any change of theirs."""

    by_pair: Mapping[Pair, tuple[Wait, ...]]
    told: Mapping[Pair, tuple[str, ...]] = field(default_factory=dict)

    @property
    def pairs(self) -> frozenset[Pair]:
        """The words and stamps of whom must be told."""
        return frozenset((*self.by_pair, *self.told))

    @cached_property
    def clauses(self) -> dict[str, frozenset[Pair]]:
        """For each clause that waits, the words and stamps it waits for."""
        found: dict[str, set[Pair]] = {}
        for pair, waits in self.by_pair.items():
            for wait in waits:
                found.setdefault(wait.clause, set()).add(pair)
        return {clause: frozenset(pairs) for clause, pairs in found.items()}


def what_waits(
    session: Session, gate: Gate, version: Document, pairs: Iterable[Pair] | None = None
) -> Waiting:
    """Of everything held, or of these words and stamps, what the version would allow and an older one
    does not yet."""
    stamps = load_stamps(session)
    found: dict[Pair, tuple[Wait, ...]] = {}
    told: dict[Pair, tuple[str, ...]] = {}
    for word, number in _held(session) if pairs is None else sorted(pairs):
        waits, telling = _known(gate, version.id, word, stamps[number])
        if waits:
            found[word, number] = waits
        if telling:
            told[word, number] = telling
    return Waiting(found, told)


@lru_cache(maxsize=4096)
def _known(
    gate: Gate, version: str, word: str, stamp: Stamp
) -> tuple[tuple[Wait, ...], tuple[str, ...]]:
    """What waits of a word under a stamp, and who promised to tell: the texts say it, no row does."""
    new = next(v for v in gate.policy.versions if v.id == version)
    day = new.in_force
    assert day is not None
    waits = tuple(dict.fromkeys(_of(gate, word, stamp, day, new)))
    return waits, _telling(gate, stamp, day, new)


def _telling(gate: Gate, stamp: Stamp, day: date, new: Document) -> tuple[str, ...]:
    """The older versions that promised to tell of what the new one changes, be it wider or not."""
    meaning = gate.decider.meaning
    versions = meaning.versions(stamp, day)
    if not versions or versions[-1] is not new:
        return ()
    return tuple(older.id for older in versions[:-1] if tells_of(meaning, older, new))


def _held(session: Session) -> list[Pair]:
    fields = select(t.fields.c.data, t.fields.c.stamp).distinct()
    origins = select(t.field_origins.c.data, t.field_origins.c.stamp).distinct()
    pairs = [*session.execute(fields), *session.execute(origins)]
    return sorted({(str(row.data), int(row.stamp)) for row in pairs})


def _of(gate: Gate, word: str, stamp: Stamp, day: date, new: Document) -> Iterator[Wait]:
    versions = gate.decider.meaning.versions(stamp, day)
    if len(versions) < 2 or versions[-1] is not new:
        return
    truth = _of_nobody(gate, stamp, versions[0], day)
    for clause in new.clauses:
        for ask in _points(gate, clause, word):
            ruling = gate.decider.meaning.ruling(ask, stamp, day)
            for grant in ruling.current.grants if ruling.current else ():
                if grant.clause is clause:
                    yield from _closing(ruling, grant, truth)


def _points(gate: Gate, clause: Clause, word: str) -> Iterator[Ask]:
    """The asks about one word that a clause speaks of."""
    if clause.modal != "may" or clause.action not in DONE:
        return
    if word in gate.words.leaves("data", clause.data):
        for purpose, party in product(clause.purposes or (None,), clause.parties or (None,)):
            yield from gate.decider.meaning.points(Ask(clause.action, word, purpose, party))


def _of_nobody(gate: Gate, stamp: Stamp, given: Document, day: date) -> Truth:
    """What holds of a datum with this stamp where nothing is known of its person: told of nothing, nothing
    chosen, nothing found. Where and when it was given is known."""
    at = start_of(day, gate.zone)
    since = start_of(given.in_force or day, gate.zone)
    datum = Datum(place=stamp.place, notice=stamp.notice, customer=stamp.customer, given_at=since)
    return getter(gate.scene(Question(Ask("use", ""), None, at), datum, Rows()))


def _closing(ruling: Ruling, grant: Grant, truth: Truth) -> Iterator[Wait]:
    """Older versions that said nothing of the kind, or forbid it, and do not let it go by posting alone."""
    for layer in ruling.older:
        barred = any(not bar.exceptions and not holds(bar.passed, truth) for bar in layer.bars)
        if (layer.grants and not barred) or holds(ruling.kept(layer, grant), truth):
            continue
        if layer.silence.individual or barred:
            yield Wait(grant.clause.name, layer.id, _days(layer, barred))


def _days(layer: Layer, barred: bool) -> int | None:
    silence = layer.silence
    return None if barred and not silence.nevers_too else silence.wait_days
