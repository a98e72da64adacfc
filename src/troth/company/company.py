"""A company with its policy, its store and its clock: what `troth.open(…).company(…)` gives."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager, suppress
from dataclasses import replace
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar, cast

from troth import gate
from troth.company.many import Many, People
from troth.gate import Gate, Given, Question, Taken, taking
from troth.language.meaning import Meaning
from troth.language.model import ACTIONS, Action, Answer, Ask, By, Choice, Policy, Stamp
from troth.ledger import Signer, origin
from troth.parties.recipients import kind_of
from troth.people.choices import NO_SCOPE, Scope
from troth.people.identifiers import Kind, find, find_each
from troth.people.intake import Arrival
from troth.people.people import add_person
from troth.refusal import NotAllowed, Refused, not_allowed
from troth.sql.doors import Databases
from troth.store import Session
from troth.store import tables as t

if TYPE_CHECKING:
    from troth.company.house import House
    from troth.decide import Residual

Person = int | str
T = TypeVar("T")
ADDRESSES: tuple[Kind, ...] = ("email", "phone")


class Company(Databases):
    """One company: ask, require, collect. Every answer and every record leaves its ledger entry."""

    def __init__(self, policy: Policy, house: House, entered: bool = False) -> None:
        self.policy = policy
        self.name = policy.name
        self.house = house
        self.store, self.clock, self.key = house.store, house.clock, house.key
        self.gate: Gate = Gate(policy)
        self.together = taking.queue(self._piped, self.key, self._learn)
        if not entered:
            self.store.add_company(self.name, self.title, self.zone)

    @property
    def title(self) -> str:
        """Its name as the policy prints it."""
        return self.policy.versions[-1].setting("company", self.name)

    @property
    def zone(self) -> str:
        return self.gate.zone

    @property
    def meaning(self) -> Meaning:
        return self.gate.decider.meaning

    @property
    def residuals(self) -> Callable[[Ask, Stamp, date], Residual]:
        """Each leaf's formula under a stamp on a day, reduced to what matters for it."""
        return self.gate.decider.residual

    @cached_property
    def sentences(self) -> Mapping[str, str]:
        """The public sentence of every clause of every text that speaks, by full id."""
        from troth.page.sentences import Sentences

        house = [self.policy.house] if self.policy.house else []
        beside = (*self.policy.notices, *self.policy.contracts)
        texts = [*self.policy.versions, *self.policy.laws, *beside, *house]
        return Sentences(texts, self.policy.words)

    @cached_property
    def doers(self) -> frozenset[str]:
        """By whom, and in what way, the policy knows that things are done: its ways, parties and roles."""
        words = self.policy.words.values()
        named = {word.name for word in words if word.kind in ("way", "party")}
        roles = {role for word in words for role in (*word.opened_by, *word.asserted_by)}
        texts = (*self.policy.versions, *self.policy.laws, *self.policy.contracts)
        conditions = (x for text in texts for clause in text.clauses for x in clause.conditions)
        return frozenset(
            named | roles | {w for x in conditions if isinstance(x, By) for w in x.ways}
        )

    @cached_property
    def signer(self) -> Signer:
        """Who signs the checkpoints of this company's ledger."""
        return Signer(origin(self.name), self.house.signing)

    def reading(self) -> AbstractContextManager[Session]:
        """A transaction that only reads, as a context manager."""
        return self.store.reading(self.name)

    def writing(self) -> AbstractContextManager[Session]:
        """A transaction that writes, as a context manager: all of it or nothing."""
        return self.store.writing(self.name)

    def commit(self, work: Callable[[Session], T]) -> T:
        """Do what writes, committed with whatever else arrived meanwhile: it is on the disk when this returns.
        What it raises takes back all it did, and nothing of what others did. Do not open a transaction in it."""
        return cast(T, self.together.do(Arrival(alone=work, at=self.clock())))

    def _piped(self) -> AbstractContextManager[Session]:
        return self.store.writing(self.name, piped=True)

    def _learn(self) -> None:
        self.store.learn()

    # -- may we? ----------------------------------------------------------------------------

    def ask(
        self,
        action: str,
        data: str,
        *,
        person: Person | None = None,
        party: str | None = None,
        purpose: str | None = None,
        place: str | None = None,
        within: str | None = None,
        by: str | None = None,
        at: datetime | None = None,
        observe: bool | None = None,
    ) -> Answer:
        """May we do this with what is held about the person?

        `person` is her number or an address of hers; `party` the id of a party or its word; `within` the
        id of a matter; `at` another moment than now. With `observe` (without it, as the house does) nothing
        is refused: the answer says what it would be, and is marked as observed. Raises `Refused` (G506)
        for a word that is not known.
        """
        slots = {"party": party, "purpose": purpose, "place": place, "within": within, "by": by}
        with self.writing() as session:
            moment = at or self.clock()
            question = self._question(session, moment, action, data, person=person, **slots)
            return self.gate.ask(session, question, observe=self._observing(observe))

    def asks(
        self,
        questions: Iterable[Mapping[str, Any]],
        *,
        at: datetime | None = None,
        observe: bool | None = None,
    ) -> list[Answer]:
        """Many asks in one transaction, each with the arguments of `ask`, all of one moment.

        Their entries are written together and are on the disk when this returns, in the order of the
        questions; until then no answer is given. Where one of them raises, nothing is recorded.
        """
        with self.writing() as session:
            moment, listed = at or self.clock(), list(questions)
            people = [question.get("person") for question in listed]
            found = self._found(session, people)
            asked = [
                self._question(session, moment, **{**question, "person": found.get(who, who)})
                for question, who in zip(listed, people, strict=True)
            ]
            return self.gate.ask_all(session, asked, moment, self._observing(observe))

    def _observing(self, observe: bool | None) -> bool:
        return self.house.observe if observe is None else observe

    def allowed(
        self,
        purpose: str,
        people: People,
        *,
        data: str = "email",
        party: str | None = None,
        within: str | None = None,
        by: str | None = None,
    ) -> list[bool]:
        """Of many people, in their order, whether all of that data of theirs may be used for a purpose now,
        or shared with the party for it: a mailing list, in one go. `people` are numbers and addresses; an
        array of numbers will do.

        An address that finds nobody, or several, is a no; so is a person of whom nothing of it is held. One
        entry is left for all: how many were asked about, how many allowed, nobody's name.
        """
        return self.many(purpose, data=data, party=party, within=within, by=by).of(people)

    def many(
        self,
        purpose: str,
        *,
        data: str = "email",
        party: str | None = None,
        within: str | None = None,
        by: str | None = None,
    ) -> Many:
        """The question of `allowed`, to be asked of list after list: `.of(people)`."""
        action: Action = "use" if party is None else "share"
        self._known(action, data, purpose, None)
        with self.reading() as session:
            word, party_id = self._party(session, party)
            self._must_be_a_matter(session, within)
        return Many(self, Ask(action, data, purpose, word, None, by), party_id, within)

    def _question(
        self,
        session: Session,
        at: datetime,
        action: str,
        data: str,
        *,
        person: Person | None = None,
        party: str | None = None,
        purpose: str | None = None,
        place: str | None = None,
        within: str | None = None,
        by: str | None = None,
    ) -> Question:
        self._known(action, data, purpose, place)
        who = self.person(session, person)
        word, party_id = self._party(session, party)
        self._must_be_a_matter(session, within)
        ask = Ask(cast(Action, action), data, purpose, word, place, by)
        return Question(ask, who, at, party_id, within)

    def require(self, action: str, data: str, **slots: Any) -> Answer:
        """As `ask`, but anything other than yes raises `NotAllowed` with the G501 text."""
        answer = self.ask(action, data, **slots)
        if not answer:
            raise NotAllowed(*not_allowed(answer, action, data, slots, self.sentences))
        return answer

    def collect(
        self,
        place: str,
        values: Mapping[str, Any],
        *,
        person: Person | None = None,
        at: datetime | None = None,
        observe: bool | None = None,
        **given: Any,
    ) -> int:
        """Keep what is given at a place, if the version shown there allows it; the record's number.

        Without `person` the one whose address is among the values is found, or entered anew. Raises
        `Refused` with nothing stored. With `observe` (without it, as the house does) what would be refused
        is kept all the same, under a stamp that nothing permits later.
        """
        return self.take(place, values, person=person, at=at, observe=observe, **given).record

    def take(
        self,
        place: str,
        values: Mapping[str, Any],
        *,
        person: Person | None = None,
        at: datetime | None = None,
        observe: bool | None = None,
        **given: Any,
    ) -> Taken:
        """As `collect`; which words would have been refused is told with the record's number."""
        moment = at or self.clock()
        for word in values:
            self._known("collect", word, None, place)
        whole = Given(place, values, **given)
        if self._observing(observe) or self.gate.ties(values):
            with self.writing() as session:
                about = self._giver(session, person, values, moment)
                return self.keep(session, replace(whole, people=about), moment, observe)

        def alone(session: Session) -> int:
            about = self._giver(session, person, values, moment)
            return self.gate.collect(session, replace(whole, people=about), moment)

        addresses = {kind: values[kind] for kind in ADDRESSES if values.get(kind)}
        arrived = taking.collected(self.gate, whole, person, addresses, moment, alone)
        return Taken(self.together.do(arrived))

    def keep(
        self, session: Session, given: Given, at: datetime, observe: bool | None = None
    ) -> Taken:
        """Keep what was given, in a transaction that does more than that."""
        if self._observing(observe):
            return gate.observe(self.gate, session, given, at)
        return Taken(self.gate.collect(session, given, at))

    def say(
        self,
        person: Person,
        choice: Choice,
        items: Iterable[str] = (),
        *,
        standing: bool,
        way: str,
        by: str,
        text_shown: str = "",
        complete: bool = True,
        scope: Scope = NO_SCOPE,
        at: datetime | None = None,
    ) -> tuple[int, ...]:
        """A person makes a choice, or takes it back; the numbers of its rows. As what is collected, it is
        on the disk when this returns, committed with whatever arrived meanwhile."""
        said = (standing, at or self.clock(), way, by, text_shown, complete, scope)
        arrived = taking.spoken(self.person, person, choice, items, *said)
        return cast("tuple[int, ...]", self.together.do(arrived))

    def _giver(
        self, session: Session, person: Person | None, values: Mapping[str, Any], at: datetime
    ) -> tuple[int, ...]:
        if isinstance(person, int):
            return (person,)
        given: dict[Kind, str] = {kind: values[kind] for kind in ADDRESSES if values.get(kind)}
        if person is not None:
            given = {"email" if "@" in person else "phone": person, **given}
        for kind, value in given.items():
            found = find(session, self.key, kind, value)
            if found is not None:
                return (found,)
        return (add_person(session, self.key, at, given),) if given else ()

    def _found(
        self, session: Session, people: Iterable[Person | None]
    ) -> dict[Person | None, Person]:
        """Whom an e-mail finds, many at once; who is found by nothing or is several is looked for singly."""
        mails = {person for person in people if isinstance(person, str) and "@" in person}
        each = find_each(session, self.key, "email", mails)
        return {mail: found[0] for mail, found in each.items() if len(found) == 1}

    # -- who and what is meant --------------------------------------------------------------

    def person(self, session: Session, person: Person | None) -> int | None:
        """Her number, by her number or an address of hers. Raises `Refused` (G506) where nobody has it."""
        if person is None or isinstance(person, int):
            return person
        for kind in ADDRESSES:
            with suppress(ValueError):  # what is no address of this kind is nobody's
                found = find(session, self.key, kind, person)
                if found is not None:
                    return found
        raise Refused("G506", "no such person is known here; a person erased is unknown")

    def _party(self, session: Session, party: str | None) -> tuple[str | None, str | None]:
        """The word and the id of a party; a bare word has no id, and nothing is known of it."""
        if party is None:
            return None, None
        kind = kind_of(session, party)
        if kind is not None:
            return kind, party
        if ("party", party) in self.policy.words or party == "anything":
            return party, None
        raise Refused("G506", f"`{party}` is neither a party of this company nor a word for one")

    @staticmethod
    def _must_be_a_matter(session: Session, id: str | None) -> None:
        if id is not None and session.one(t.matters, id=id) is None:
            raise Refused("G506", f"there is no matter {id}; open it first, or leave `within` out")

    def _known(self, action: str, data: str, purpose: str | None, place: str | None) -> None:
        if action not in ACTIONS:
            raise Refused("G506", f"`{action}` is no action; there are {', '.join(ACTIONS)}")
        slots = (("data", data), ("purpose", purpose), ("place", place))
        for kind, name in slots:
            if name is not None and name != "anything" and (kind, name) not in self.policy.words:
                raise Refused("G506", f"`{name}` is no {kind} word of this policy")
