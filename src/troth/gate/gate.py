"""The gate: `collect` and `ask`, the one "may we?". Finds stamps and versions, decides, records, returns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from functools import cached_property
from typing import Any

from troth import ledger
from troth.decide import Decider, verdict
from troth.facts import Datum, Rows, Scene, getter, load_rows
from troth.facts.calendar import day_of
from troth.gate.question import Given, Question, collecting, stamp_of
from troth.language.formula import holds, known
from troth.language.model import Answer, Ask, Document, Leaf, Policy, Stamp
from troth.people import records, stamps
from troth.people.holdings import Held
from troth.people.identifiers import identifiers_of
from troth.people.reading import Reading
from troth.refusal import Refused, refusal
from troth.store.session import Session

COLLECTING = ("collect", "require")  # of what is still to come
ORIGINS = ("supplied", "tracked")  # a third origin (bought, enriched) is refused
OBSERVED = "observed"  # the kind of the entry of what was not refused, only because we observed

Known = Callable[[int | None], Rows]  # what is known of somebody who gives something


class Gate:
    """The gate of one company. Every answer is recorded in the transaction of its session."""

    def __init__(self, policy: Policy, decider: Decider | None = None) -> None:
        self.policy = policy
        self.decider = decider or Decider(policy)
        self.words = self.decider.meaning.words

    @cached_property
    def zone(self) -> str:
        return self.policy.versions[-1].setting("zone") if self.policy.versions else "UTC"

    # -- asking -----------------------------------------------------------------------------

    def ask(
        self, session: Session, question: Question, entry: bool = True, observe: bool = False
    ) -> Answer:
        """May this be done with what is held about the person? `entry=False` leaves no ledger entry.

        With `observe` nothing is refused: what is not a yes is answered as it is, marked as observed.
        """
        answer = self.answer(Reading(session), question)
        if observe:
            answer = replace(answer, observed=answer.verdict != "yes")
        if not entry:
            return answer
        kind, payload = _kind(answer), _payload(question, answer)
        recorded = ledger.record(session, kind, payload, at=question.at, person=question.person)
        return replace(answer, entry=recorded.seq)

    def ask_all(
        self,
        session: Session,
        questions: Iterable[Question],
        at: datetime,
        observe: bool = False,
    ) -> list[Answer]:
        """Many questions in one transaction: what they share is read once, and all entries are written
        together, as of `at`. The answers are on record when the transaction ends."""
        read, asked = Reading(session), list(questions)
        read.ahead(
            (q.person, self._data(q))
            for q in asked
            if q.person is not None and q.ask.action not in COLLECTING
        )
        answers = [self.answer(read, question) for question in asked]
        if observe:
            answers = [replace(answer, observed=answer.verdict != "yes") for answer in answers]
        entries = self.record(session, asked, answers, at)
        return [
            Answer(answer.verdict, answer.leaves, entry, answer.observed)
            for answer, entry in zip(answers, entries, strict=True)
        ]

    def record(
        self,
        session: Session,
        asked: Iterable[Question],
        answers: Iterable[Answer],
        at: datetime,
    ) -> range:
        """Record many answers together, as of `at`; the number of each entry."""
        return ledger.record_all(session, _events(asked, answers), at=at)

    def allowed_all(self, session: Session, questions: Iterable[Question]) -> list[bool]:
        """Of many questions which come to a plain yes. Nothing is recorded: whoever asks records it."""
        read, asked = Reading(session), list(questions)
        read.ahead((q.person, self._data(q)) for q in asked if q.person is not None)
        return [self.answer(read, question).allowed for question in asked]

    def answer(self, read: Reading, question: Question) -> Answer:
        """The answer, by what was read; whoever asks so records it (`record`)."""
        leaves = tuple(self._leaves(read, question))
        return Answer(verdict(leaves), leaves)

    def _leaves(self, read: Reading, question: Question) -> Iterator[Leaf]:
        if question.ask.action in COLLECTING:
            current = self._version(question.at)
            stamp = Stamp((current.id,) if current else ())
            rows = read.rows(question.person, None, question.matter)
            yield from self._to_come(question, stamp, rows)
        elif question.person is not None:
            everything = read.held(question.person, self._data(question))
            held = [one for one in everything if one.given_at <= question.at]
            for person in dict.fromkeys(who for one in held for who in one.people):
                rows = read.rows(person, question.party, question.matter)
                about = question if person == question.person else replace(question, person=person)
                for one in held:
                    if person in one.people:  # all of them must allow
                        yield from self.about(read, about, one, rows)

    def _data(self, question: Question) -> frozenset[str]:
        return self.words.leaves("data", (question.ask.data,), True)

    def about(self, read: Reading, question: Question, held: Held, rows: Rows) -> Iterator[Leaf]:
        """The ask for one stored field and one of the people it is about. A derived value carries the
        words and stamps of all its sources, and each must allow."""
        for word, number in held.origins:
            stamp = read.stamp(number)
            scene = self.scene(question, datum_of(held, stamp), rows)
            for leaf in self.decider.meaning.points(question.ask, word):
                yield self._decided(scene, leaf, stamp, held)

    def _to_come(self, question: Question, stamp: Stamp, rows: Rows) -> Iterator[Leaf]:
        """The ask for what is not held yet: collecting it, or requiring it."""
        for leaf in self.decider.meaning.points(question.ask):
            datum = Datum(place=leaf.place, given_at=question.at, customer=stamp.customer)
            yield self._decided(self.scene(question, datum, rows), leaf, stamp, None)

    def scene(self, question: Question, datum: Datum, rows: Rows) -> Scene:
        return Scene(
            self.words,
            self.zone,
            question.at,
            question.person,
            question.party,
            datum,
            question.notice_shown,
            rows,
        )

    def _decided(self, scene: Scene, leaf: Ask, stamp: Stamp, held: Held | None) -> Leaf:
        residual = self.decider.residual(leaf, stamp, scene.day)
        decision = residual(residual.bits(getter(scene)))
        version = stamp.versions[0] if stamp.versions else None
        if held is None:
            return Leaf(leaf, decision, person=scene.person, version=version)
        return Leaf(leaf, decision, held.field, held.record, scene.person, version)

    # -- collecting -------------------------------------------------------------------------

    def collect(self, session: Session, given: Given, at: datetime) -> int:
        """Keep what the version shown allows to collect there; the number of the record.

        Refused as a whole, with nothing stored, where any part of it is not allowed (`Refused`).
        """
        given = self.tied(session, given)
        stamp = self.stamped(given, at, _reading(session, given))
        return self.keep(session, given, dict.fromkeys(given.values, stamp), at)

    def ties(self, values: Iterable[str]) -> dict[str, str]:
        """Of the words given, those that are another word once they are tied to somebody: that word."""
        found = {word: self.words.get("data", word) for word in values}
        return {name: word.becomes for name, word in found.items() if word and word.becomes}

    def tied(self, session: Session, given: Given) -> Given:
        """Tying a code to a person is collecting the word for that tie: what is given about somebody known by
        an address is given under it."""
        ties = self.ties(given.values)
        if not ties or not any(identifiers_of(session, person) for person in given.people):
            return given
        twice = next((name for name, tie in ties.items() if tie in given.values), None)
        if twice is not None:
            raise Refused("G506", f"`{twice}` of somebody known is `{ties[twice]}`; give it once")
        return replace(given, values={ties.get(n, n): v for n, v in given.values.items()})

    def stamped(self, given: Given, at: datetime, known: Known) -> Stamp:
        """The stamp under which all of it may be collected, by what is known of each of its people;
        `Refused` where any part may not."""
        version = self.shown(given, at)
        self.leaf_words(given)
        stamp = stamp_of(given, version)
        judged = self._judged(given, stamp, at, known)
        withheld = tuple(leaf for leaf in judged if not allowed(leaf))
        if withheld or not given.values:
            raise refusal("G502", "collect", given.place, withheld)
        return stamp

    def judged(self, session: Session, given: Given, stamp: Stamp, at: datetime) -> Iterator[Leaf]:
        """What the policy says of each thing given, for everybody it is about."""
        return self._judged(given, stamp, at, _reading(session, given))

    def _judged(self, given: Given, stamp: Stamp, at: datetime, known: Known) -> Iterator[Leaf]:
        for person in given.people or (None,):
            rows = known(person)
            for word in given.values:
                yield from self._to_come(collecting(given, word, person, at), stamp, rows)

    def keep(self, session: Session, given: Given, under: Mapping[str, Stamp], at: datetime) -> int:
        """Keep everything given, each thing under its stamp; the number of the record."""
        source = given.source if given.source in ORIGINS else "import"
        numbers = {s: stamps.stamp_id(session, s, given.source) for s in set(under.values())}
        fields = [
            records.Given(word, value, numbers[under[word]]) for word, value in given.values.items()
        ]
        return records.keep(
            session,
            given.people,
            fields,
            at,
            source=source,  # type: ignore[arg-type]  # one of the three by now
            place=given.place,
            host=given.host,
            matter=given.matter,
        ).record

    def shown(self, given: Given, at: datetime) -> Document:
        """The version it was given under, if its notice, its origin and its host are right (G503 to G505)."""
        version = self._shown(given, at)
        self._origin(given, version, at)
        return version

    def lawful(
        self, session: Session, given: Given, leaf: Leaf, stamp: Stamp, at: datetime
    ) -> bool:
        """Whether no law, of what is known of the person and not only possible, forbids to collect it."""
        question = collecting(given, leaf.ask.data, leaf.person, at)
        rows = load_rows(session, leaf.person, None, given.matter)
        scene = self.scene(question, Datum(place=given.place, given_at=at), rows)
        ruling, truth = self.decider.residual(leaf.ask, stamp, scene.day).ruling, getter(scene)
        bars = [bar for text in ruling.over if text.id.startswith("law/") for bar in text.bars]
        return not any(
            holds(known(bar.applies), truth) and not holds(bar.excepted, truth) for bar in bars
        )

    def _shown(self, given: Given, at: datetime) -> Document:
        """The version whose notice was shown decides, not the clock; it must have been in force by then."""
        current = self._version(at)
        if current is None:
            raise Refused(
                "G503",
                f"no version of {self.policy.name} is in force yet; nothing may be collected",
            )
        self._must_hold(given, day_of(at, self.zone))
        if given.version is None or given.version == current.id:
            return current
        shown = next((v for v in self.policy.versions if v.id == given.version), None)
        if shown is None or shown.in_force is None or shown.in_force > day_of(at, self.zone):
            raise Refused(
                "G503",
                f"the notice shown names {given.version}, which is not in force; show the form again",
            )
        return shown

    def _must_hold(self, given: Given, day: date) -> None:
        """The form's own notice and the contract it is given under are this policy's, and in force that day."""
        policy = self.policy
        for named, texts in ((given.notice, policy.notices), (given.contract, policy.contracts)):
            if named is not None and not any(t.id == named and t.holds_on(day) for t in texts):
                raise Refused("G503", f"{policy.name} has no {named} in force")

    def _origin(self, given: Given, version: Document, at: datetime) -> None:
        if given.source not in ORIGINS:
            raise Refused(
                "G504",
                f"the origin {given.source} is not allowed; data comes from the person or her visit",
            )
        hosts = version.covered(day_of(at, self.zone))
        if given.host is not None and given.host not in hosts:
            raise Refused(
                "G505",
                f"{given.host} is not covered by {version.id}; it covers {', '.join(hosts)}",
            )

    def leaf_words(self, given: Given) -> None:
        """Each thing is given by the word of a leaf (G506)."""
        for word in given.values:
            leaves = self.words.leaves("data", (word,), True)
            if word not in leaves:  # an open word that holds nothing by name is a leaf itself
                named = ", ".join(sorted(leaves))
                raise Refused("G506", f"`{word}` holds {named}; give each by its own word")

    def _version(self, at: datetime) -> Document | None:
        return self.policy.at(day_of(at, self.zone))


def allowed(leaf: Leaf) -> bool:
    return leaf.decision.allowed


def datum_of(held: Held, stamp: Stamp) -> Datum:
    return Datum(held.record, stamp.place, stamp.notice, held.source, stamp.customer, held.given_at)


def _events(asked: Iterable[Question], answers: Iterable[Answer]) -> list[ledger.Event]:
    """What is recorded of many answers. Those that say the same share one payload, written once."""
    payloads: dict[Any, dict[str, Any]] = {}
    events = []
    for question, answer in zip(asked, answers, strict=True):
        same = (question.ask, question.party, question.matter, answer.verdict, answer.clauses)
        if same not in payloads:
            payloads[same] = _payload(question, answer)
        events.append(ledger.Event(_kind(answer), payloads[same], question.person))
    return events


def _kind(answer: Answer) -> str:
    """What would have been refused, had we not only observed, is another kind of entry."""
    return OBSERVED if answer.observed else "asked"


def _payload(question: Question, answer: Answer) -> dict[str, Any]:
    """The question in words and the clauses that decided: no value of anybody."""
    ask = question.ask
    said = {
        "action": ask.action,
        "data": ask.data,
        "purpose": ask.purpose,
        "party": ask.party,
        "place": ask.place,
        "by": ask.by,
        "with": question.party,
        "within": question.matter,
    }
    words: dict[str, Any] = {key: value for key, value in said.items() if value is not None}
    return {**words, "verdict": answer.verdict, "clauses": list(answer.clauses)}


def _reading(session: Session, given: Given) -> Known:
    return lambda person: load_rows(session, person, None, given.matter)
