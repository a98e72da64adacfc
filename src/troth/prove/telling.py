"""A witness told in the language of stories: the party, the calendar, the question and its answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, time, timedelta
from typing import Any, NamedTuple

from troth.language.vocabulary import Vocabulary

from .question import Giving, Witness
from .setting import MANDATE, MATTER, PARTY, SOURCE, Case

PERSON, ANOTHER = "Anna", "Ben"
BEFORE, GIVEN, OPENED, KNOWN, ASKED = time(7), time(8), time(9), time(10), time(12)
ID = "M-1"


class _Step(NamedTuple):
    day: date
    at: time
    text: str


def tell(witness: Witness, words: Vocabulary, answer: str = "yes") -> str:
    """The boxes of a file of stories; played, the answer is the witness's."""
    teller = _Teller(words, witness)
    steps = list(teller.steps())
    expected = "  ".join((answer, *witness.clauses[:1]))
    last = teller.taken_in() or f"{teller.asked(steps)}  {expected}"
    steps.append(_Step(witness.day, ASKED, last))
    lines = [_line(step) for step in sorted(steps, key=lambda step: step[:2])]
    boxes = ["```story", *lines, "```"]
    fixture = teller.fixture()
    if fixture:
        boxes = ["```fixtures", fixture, "```", "", *boxes]
    return "\n".join(boxes) + "\n"


def _line(step: _Step) -> str:
    clock = "" if step.at == ASKED else f" {step.at:%H:%M}"
    return f"{step.day}{clock}  {step.text}"


class _Teller:
    """Each circumstance as the steps that make it so."""

    def __init__(self, words: Vocabulary, witness: Witness) -> None:
        self.words = words
        self.witness = witness
        self.ask, self.case = witness.ask, witness.case
        self.versions = {clause: version for (clause, _), version in witness.wordings.items()}

    def steps(self) -> Iterator[_Step]:
        giving, day = self.witness.giving, self.witness.day
        if giving is not None:
            yield from self._states(giving.case, {}, giving.day, BEFORE)
            yield _Step(giving.day, GIVEN, self._gives(giving))
        if self.case.get(MATTER) is not None:
            yield _Step(day, OPENED, self._opens())
        yield from self._states(self.case, giving.case if giving else {}, day, KNOWN)

    @property
    def _party(self) -> str:
        """The party of the story: its word, and its name in brackets."""
        return f"{self.ask.party} ({self._code})"

    @property
    def _code(self) -> str:
        codes: frozenset[str] = self.case.get(("party", "code"), frozenset({PARTY}))
        return next(iter(codes))

    def _gives(self, giving: Giving) -> str:
        stamp = giving.stamp
        notice = f" with notice {stamp.notice.rpartition('/')[2]}" if stamp.notice else ""
        held = f" held for {stamp.customer}" if stamp.customer else ""
        held += _under(stamp.contract)
        source = " from tracked" if self.case.get(SOURCE) == "tracked" else ""
        return f"{PERSON} gives {self.ask.data} at {giving.place}{notice}{source}{held}"

    def _states(self, case: Case, known: Case, day: date, at: time) -> Iterator[_Step]:
        for (kind, *names), value in case.items():
            if known.get((kind, *names)) == value and kind in ("found", "person", "said"):
                continue
            for when, text in self._state(kind, names, value, day):
                yield _Step(when, at, text)
        for (kind, *names), value in known.items():
            if kind == "said" and value is not None and case.get((kind, *names), 0) is None:
                yield _Step(day, at, f"{PERSON} takes back {_choice(*names)}")

    def _state(
        self, kind: str, names: list[str], value: Any, day: date
    ) -> Iterator[tuple[date, str]]:
        match kind:
            case "said" if value is not None:
                yield _ago(day, value), f"{PERSON} says {_choice(*names)}"
            case "consented" if value:
                naming = (
                    f" naming {self._party}" if self.ask.party and day == self.witness.day else ""
                )
                yield day, f"{PERSON} consents to {names[0]}{naming}"
            case "told" if value is not None:
                version = names[0].rpartition("/")[2]
                yield _ago(day, value), f"{PERSON} is told of {version} by {names[1]}"
            case "answer" if value is not None:
                yield self._answers(names[0], value)
            case "event" if value is not None:
                for age in dict.fromkeys(value):
                    yield _ago(day, age), f"{names[0]} happens to {PERSON}"
            case "found" if value is not None:
                yield day, self._finds(names[0], value)
            case "person":
                yield from ((day, text) for text in self._is(names[0], value, day))

    def _answers(self, clause: str, value: tuple[str, str]) -> tuple[date, str]:
        digest, on = value
        verb = "refuses" if digest == "no" else "agrees to"
        version = self.versions[clause] if digest == "no" else self.witness.wordings[clause, digest]
        return (
            date.fromisoformat(on),
            f"{PERSON} {verb} {clause} of {version.rpartition('/')[2]}",
        )

    def _finds(self, fact: str, value: bool) -> str:
        if self.words.get("signal", fact) is not None:
            return f"{PERSON} signals {'' if value else 'no '}{fact}"
        word = self.words.words["fact", fact]
        of = PERSON
        if word.of[:1] == ("matter",):
            of = f"{self.case[MATTER][0]} {ID}"
        elif word.of[:1] == ("party",):
            of = self._party
        return f"{word.asserted_by[0]} finds {'' if value else 'no '}{fact} of {of}"

    def _is(self, attribute: str, values: Iterable[str], day: date) -> Iterator[str]:
        for value in sorted(values):
            match attribute:
                case "birth":
                    years = day.year - date.fromisoformat(value).year
                    yield f"{PERSON} is known to be {years}"
                case "country":
                    yield f"{PERSON} moves to {value}"
                case "services":
                    yield f"{PERSON} has service {value}"

    # -- matters, parties, the question -----------------------------------------------------

    def _opens(self) -> str:
        kind, hers = self.case[MATTER]
        word = self.words.words["matter", kind]
        who = PERSON if hers else ANOTHER
        known = {
            name[0]: sorted(value)
            for (of, *name), value in self.case.items()
            if of == "matter" and name
        }
        needed = {need: ["recorded"] for need in word.needs if not known.get(need)} if hers else {}
        entries = [f"{n} {', '.join(v)}" for n, v in (known | needed).items() if v]
        details = f": {'; '.join(entries)}" if entries else ""
        if not word.opened_by or "person" in word.opened_by:
            return f"{who} opens {kind} {ID}{details}"
        return f"we open {kind} {ID} on {who}{details}"

    def fixture(self) -> str:
        """The party of the story, with what is known of it and what it signed."""
        if self.ask.party is None:
            return ""
        told = [
            f"{name[0]} {', '.join(sorted(value))}"
            for (of, *name), value in self.case.items()
            if of == "party" and name != ["code"] and value
        ]
        terms = [name[0] for (of, *name), so in self.case.items() if of == "bound" and so]
        fields = f" for fields {self.ask.data}" if self.case.get(MANDATE) else ""
        if fields and not terms:
            terms = [self._term()]
        if terms:
            told.append(f"signs {', '.join(terms)}{fields}")
        return f"party {self.ask.party} {self._code}{': ' if told else ''}{'; '.join(told)}"

    def _term(self) -> str:
        """A term that nothing asks for, to sign a mandate under."""
        return next(n for k, n in self.words.words if k == "term" and ("bound", n) not in self.case)

    def taken_in(self) -> str:
        """What is collected for a customer or under a contract is not asked about: it is handed in."""
        ask, customer, contract = self.ask, self.witness.customer, self.witness.contract
        if ask.action != "collect" or not (customer or contract):
            return ""
        held = f" held for {customer}" if customer else ""
        return f"{PERSON} gives {ask.data} at {ask.place}{held}{_under(contract)}"

    def asked(self, before: list[_Step]) -> str:
        """The question at the end."""
        ask = self.ask
        parts = [f"may we {ask.action} {ask.data}"]
        if any(PERSON in step.text for step in before):
            parts.append(f"of {PERSON}")
        parts += [f"with {self._party}"] if ask.party else []
        parts += [f"for {ask.purpose}"] if ask.purpose else []
        parts += [f"at {ask.place}"] if ask.place else []
        parts += [f"within {self.case[MATTER][0]} {ID}"] if self.case.get(MATTER) else []
        parts += [f"by {ask.by}"] if ask.by else []
        return f"{' '.join(parts)}?"


def _under(contract: str | None) -> str:
    return f" under contract {contract.rpartition('/')[2]}" if contract else ""


def _ago(day: date, age: int) -> date:
    return day - timedelta(days=age)


def _choice(name: str, cell: str) -> str:
    return f"{name} for {cell.replace('/', ', ')}" if cell else name
