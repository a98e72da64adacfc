"""Stories against the policy: every word, clause, version and party that a step names is there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import islice

from .check_scope import Scope
from .model import Policy, Span
from .problem import Problem, did_you_mean
from .story_model import Fixture, Step, Story, Subject

LIMIT = 200  # problems told of one file of stories
NOWHERE = Span()
FACT_OR_CHOICE = ("choice", "fact", "signal")


def check_stories(
    stories: Sequence[Story],
    fixtures: Sequence[Fixture],
    policy: Policy,
    sources: Mapping[str, str],
) -> tuple[Problem, ...]:
    """All names in the stories and fixtures of one company that are not in its policy."""
    teller = _Teller(Scope(policy, sources), fixtures)
    return tuple(islice(teller.problems(stories), LIMIT))


@dataclass
class _Told:
    """What a story has told so far."""

    persons: set[str] = field(default_factory=set)
    matters: set[tuple[str, str]] = field(default_factory=set)


class _Teller:
    """Goes through stories with the policy at hand."""

    def __init__(self, scope: Scope, fixtures: Sequence[Fixture]) -> None:
        self.scope = scope
        self.fixtures = fixtures
        self.parties = {(f.kind, f.name) for f in fixtures}

    def problems(self, stories: Iterable[Story]) -> Iterator[Problem]:
        seen: dict[tuple[str, str], Fixture] = {}
        for fixture in self.fixtures:
            first = seen.setdefault((fixture.kind, fixture.name), fixture)
            if first is not fixture:
                yield _twice(fixture, first)
            yield from self._fixture(fixture)
        for story in stories:
            yield from self._story(story)

    # -- fixtures and the order of days -----------------------------------------------------

    def _fixture(self, fixture: Fixture) -> Iterator[Problem]:
        yield from self._words(("party",), (fixture.kind,), fixture.span)
        for signed in fixture.agreements:
            yield from self._words(("term",), signed.terms, signed.span)
            yield from self._words(("data",), signed.fields, signed.span)

    def _story(self, story: Story) -> Iterator[Problem]:
        told = _Told()
        before: Step | None = None
        for step in story.steps:
            if before is not None and (step.day, step.at) < (before.day, before.at):
                remedy = "stories go forward in time"
                others = ((before.span, "later than this"),)
                yield Problem(
                    "P193", "the step comes before the one above", step.span, others, remedy
                )
            before = step
            yield from self._names(step)
            yield from self._known(step, told)

    # -- names ------------------------------------------------------------------------------

    def _words(
        self, kinds: tuple[str, ...], names: Iterable[str], where: Span | Step
    ) -> Iterator[Problem]:
        for name in names:
            problem = self.scope.unknown(kinds, name, NOWHERE) if name else None
            if problem is not None:
                span = _at(where, name) if isinstance(where, Step) else where
                yield replace(problem, code="P191", span=span)

    def _names(self, step: Step) -> Iterator[Problem]:
        yield from self._words(("data",), step.data, step)
        yield from self._words(("place",), (step.place,), step)
        yield from self._words(("purpose",), step.purposes, step)
        yield from self._words(("choice",), (step.choice,), step)
        yield from self._words(("way",), (step.way,), step)
        yield from self._words(("fact",), (step.fact,), step)
        yield from self._words(("signal",), (step.signal,), step)
        for signed in step.agreements:
            yield from self._words(("term",), signed.terms, step)
            yield from self._words(("data",), signed.fields, step)
        if step.matter is not None:
            yield from self._words(("matter",), (step.matter.kind,), step)
        if step.party is not None:
            yield from self._party(step, step.party)
        if step.kind == "happens":
            yield from self._words(("event",), (step.event,), step)
        yield from self._asked(step)
        yield from self._items(step)
        yield from self._texts(step)

    def _asked(self, step: Step) -> Iterator[Problem]:
        ask = step.ask
        if ask is None:
            return
        yield from self._words(("data",), (ask.data,), step)
        yield from self._words(("purpose",), (ask.purpose or "",), step)
        yield from self._words(("place",), (ask.place or "",), step)

    def _party(self, step: Step, party: Subject) -> Iterator[Problem]:
        yield from self._words(("party",), (party.kind,), step)
        if party.name and (party.kind, party.name) not in self.parties:
            known = [name for kind, name in self.parties if kind == party.kind]
            remedy = did_you_mean(party.name, known)
            remedy = remedy or f"add `party {party.kind} {party.name}` to the fixtures"
            message = f"unknown fixture `{party.kind} ({party.name})`"
            yield Problem("P192", message, _at(step, party.name), (), remedy)

    def _items(self, step: Step) -> Iterator[Problem]:
        """The items a choice is said for, or cells of them: `own-offers/email`."""
        choice = self.scope.choices.get(step.choice)
        if choice is None or not step.items:
            return
        known = [item for dimension in choice.for_each for item in dimension]
        for item in step.items:
            for part in item.split("/"):
                if part not in known:
                    remedy = (
                        did_you_mean(part, known) or f"its items are {', '.join(known) or 'none'}"
                    )
                    message = f"`{choice.name}` has no item `{part}`"
                    yield Problem("P191", message, _at(step, item), (), remedy)

    # -- versions, notices and clauses ------------------------------------------------------

    @cached_property
    def versions(self) -> tuple[str, ...]:
        return tuple(v.id for v in self.scope.policy.versions)

    @cached_property
    def clauses(self) -> frozenset[str]:
        """Full ids of all that a step may cite; duties and needs are cited too."""
        return frozenset(
            f"{document.id}#{statement.name}"
            for document in self.scope.documents
            for statement in document.statements
        )

    def _texts(self, step: Step) -> Iterator[Problem]:
        if step.version and self._version(step.version) not in self.versions:
            days = [v.rpartition("/")[2] for v in self.versions]
            remedy = did_you_mean(step.version, days) or f"its versions are {', '.join(days)}"
            message = f"unknown version `{step.version}`"
            yield Problem("P191", message, _at(step, step.version), (), remedy)
        if step.contract:
            known = [d.setting("contract") for d in self.scope.policy.contracts]
            if step.contract not in known:
                remedy = did_you_mean(step.contract, known) or "name a file under contracts/"
                message = f"unknown contract `{step.contract}`"
                yield Problem("P191", message, _at(step, step.contract), (), remedy)
        if step.notice:
            known = [n.setting("notice") for n in self.scope.policy.notices]
            if step.notice not in (*known, "none"):  # `with notice none`: it was not shown
                remedy = did_you_mean(step.notice, known) or "name a file under notices/"
                message = f"unknown notice `{step.notice}`"
                yield Problem("P191", message, _at(step, step.notice), (), remedy)
        if step.clause:
            yield from self._clause(step, step.clause, step.version)
        for cited in step.cited:
            text, _, name = cited.rpartition("#")
            yield from self._clause(step, name, text)

    def _version(self, written: str) -> str:
        return written if "/" in written else f"{self.scope.policy.name}/{written}"

    def _clause(self, step: Step, name: str, text: str) -> Iterator[Problem]:
        """A clause of the text named, or of the version in force; `text` alone may be cited for a need."""
        if text:
            texts = [self._version(text)]
        else:
            current = self.scope.policy.at(step.day)
            texts = [current.id] if current is not None else list(self.versions)
        if any(f"{t}#{name}" in self.clauses for t in texts):
            return
        here = [c.partition("#")[2] for c in self.clauses if c.partition("#")[0] in texts]
        remedy = did_you_mean(name, here) or _elsewhere(name, self.clauses)
        written = f"{text}#{name}" if text else name
        where = f"{texts[0]} has no clause `{name}`"
        yield Problem("P191", where, _at(step, written), (), remedy)

    # -- what was there before --------------------------------------------------------------

    def _known(self, step: Step, told: _Told) -> Iterator[Problem]:
        told.persons.update(step.persons)
        if step.kind == "asked" and not told.persons:
            remedy = "name her with `of`, or tell of her before"
            yield Problem("P192", "the question is about nobody", step.span, (), remedy)
        matter = step.matter
        if matter is None:
            return
        key = (matter.kind, matter.name)
        if step.kind == "opens":
            told.matters.add(key)
        elif step.kind in ("closes", "finds") and key not in told.matters:
            message = f"`{matter.kind} {matter.name}` was not opened before"
            yield Problem("P192", message, matter.span, (), "open it first, on an earlier line")


def _at(step: Step, name: str) -> Span:
    """Where a name of the step stands."""
    return next((span for word, span in step.spans if word == name), step.span)


def _twice(fixture: Fixture, first: Fixture) -> Problem:
    return Problem(
        "P194",
        f"the fixture `{fixture.kind} {fixture.name}` is given twice",
        fixture.span,
        ((first.span, "given here"),),
        "keep one of the two, or give one another name",
    )


def _elsewhere(name: str, clauses: Iterable[str]) -> str:
    """The same clause in another text."""
    found = sorted(c for c in clauses if c.partition("#")[2] == name)
    return f"it stands in `{found[0]}`" if found else "name it as `section.name`"
