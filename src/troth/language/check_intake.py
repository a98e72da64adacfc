"""Forms against the version they stand under: each field, each purpose of it, what they insist on and open."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import product

from .check_names import front_span
from .check_scope import Scope
from .formula import FALSE, TRUE, Atom, Formula, all_of, any_of, fold, is_false, no
from .meaning import BARRED_BY, Meaning
from .model import Action, Ask, Asked, By, Clause, Document, Form, From, Stamp
from .problem import Problem, did_you_mean
from .vocabulary import OTHER

USES = ("use", "share", "sell")


def check_forms(scope: Scope) -> Iterator[Problem]:
    """Every problem of the forms of a policy."""
    # held to what the company says; the laws are the gate's to apply, for they depend on whom it is about
    meaning = Meaning(replace(scope.policy, laws=()))
    for document in scope.policy.forms:
        version = _version_of(scope, document)
        if version is None:
            yield _of_no_version(scope, document)
            continue
        yield from _named(scope, "purpose", document.listed("also for"), document)
        known: dict[tuple[str, ...], bool] = {}
        barred: dict[Action, tuple[Clause, ...]] = {}
        day = max(d for d in (version.in_force, document.in_force) if d is not None)
        for form in document.forms:
            problems = list(_names(scope, form))
            yield from problems
            if not problems:
                at = _Place(scope, meaning, version, form, day, known, barred)
                yield from _fields(at)
                yield from _opened(scope, form)


def _version_of(scope: Scope, document: Document) -> Document | None:
    named = document.setting("forms")
    return next((v for v in scope.policy.versions if v.id == named and v.in_force), None)


def _of_no_version(scope: Scope, document: Document) -> Problem:
    named, known = document.setting("forms"), [v.id for v in scope.policy.versions]
    remedy = did_you_mean(named, known) or f"name one of {', '.join(known)}"
    return Problem(
        "P314", f"there is no version `{named}`", front_span(document, "forms"), (), remedy
    )


# -- names ---------------------------------------------------------------------------------------


def _named(scope: Scope, kind: str, names: Iterable[str], document: Document) -> Iterator[Problem]:
    for name in names:
        if not scope.known(kind, name):
            close = did_you_mean(name, scope.names.get(kind, {}))
            span = front_span(document, "also for", name)
            yield Problem("P180", f"unknown {kind} `{name}`", span, (), close)


def _names(scope: Scope, form: Form) -> Iterator[Problem]:
    """Names a form uses and nobody knows."""
    asked: list[tuple[str, tuple[str, ...], str]] = [
        ("place", (form.place,), "at"),
        ("way", form.ways, "by"),
        ("choice", form.offers, "offers"),
        ("matter", (form.opens,) if form.opens else (), "opens"),
    ]
    for each in form.asked:
        key = "needs" if each.needed else "asks"
        asked += [("data", each.data, key), ("purpose", each.purposes, "for")]
        asked += [("place", (each.place,), "at")] if each.place else []
    for kind, names, after in asked:
        for name in names:
            problem = scope.unknown((kind,), name, form.span, after)
            if problem is not None:
                yield problem
    known = [n.setting("notice") for n in scope.policy.notices]
    if form.notice and form.notice not in known:
        span = scope.span(form.span, form.notice, "notice")
        remedy = did_you_mean(form.notice, known) or f"write notices/{form.notice}.md"
        yield Problem("P180", f"unknown notice `{form.notice}`", span, (), remedy)


def _opened(scope: Scope, form: Form) -> Iterator[Problem]:
    """P313: who sends a form opens a matter herself, and gives it nothing but her word."""
    word = scope.get("matter", form.opens) if form.opens else None
    if word is None:
        return
    span, where = scope.span(form.span, form.opens, "opens"), ((word.span, "defined here"),)
    if word.opened_by and "person" not in word.opened_by:
        who = " or ".join(word.opened_by)
        message = f"`{form.name}` opens `{word.name}`, which is opened by {who}"
        yield Problem("P313", message, span, where, "open another matter, or none")
    elif word.needs:
        message = f"`{form.name}` opens `{word.name}`, which needs {', '.join(word.needs)}"
        yield Problem("P313", message, span, where, "open another matter, or none")


# -- fields --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Place:
    """A form where it stands: under one version, from one day on."""

    scope: Scope
    meaning: Meaning
    version: Document
    form: Form
    day: date
    known: dict[tuple[str, ...], bool]  # what other forms of the file asked before
    barred: dict[Action, tuple[Clause, ...]]

    def possible(self, ask: Ask, place: str) -> bool:
        """Whether there are circumstances in which this is allowed with what is given at the place."""
        notice = (
            f"{self.scope.policy.name}/notices/{self.form.notice}" if self.form.notice else None
        )
        stamp = Stamp((self.version.id,), place, notice)
        return not is_false(_given_at(self.meaning.ruling(ask, stamp, self.day).whole, place))

    def collects(self, action: Action, data: str, place: str) -> bool:
        """Whether the datum may ever be asked for at the place, or insisted on. Where a clause says so without
        a condition and no `never` stands against it, no ruling is worked out."""
        reach = self.scope.words.leaves
        plain = any(
            (clause.modal, clause.action, clause.conditions) == ("may", action, ())
            and place in reach("place", clause.places, True)
            and data in reach("data", clause.data)
            and self._plain(clause, data, place)
            for clause in self.version.clauses
        )
        return plain or self.possible(Ask(action, data, place=place), place)

    def uses(self, data: str) -> Iterator[Clause]:
        """The clauses that let something be done with a datum, of the version and of the form's notice."""
        notices = (n for n in self.scope.policy.notices if n.setting("notice") == self.form.notice)
        for text in (self.version, *notices):
            for clause in text.clauses:
                reach = self.scope.words.leaves("data", clause.data)
                if clause.modal == "may" and clause.action in USES and data in reach:
                    yield clause

    def _plain(self, clause: Clause, data: str, place: str, purpose: str = "") -> bool:
        """Whether it is plain that the clause may take effect: it is our own, and no `never` stands against
        such an act whoever it is about. It spares working out a ruling for most fields."""
        section = clause.name.partition(".")[0]
        return (
            section not in self.version.listed("entrusted")
            and self._reaches(clause, place)
            and not any(
                self._bars(never, clause, data, place, purpose)
                for never in self._nevers(clause.action)
                if clause.name not in never.excepts and section not in never.excepts
            )
        )

    def _reaches(self, clause: Clause, place: str) -> bool:
        """Whether it speaks of what is given at the place, and of somebody who is not our own hand: to share
        with whoever acts for us is our use."""
        reach = self.scope.words.leaves
        places = [c.places for c in clause.conditions if isinstance(c, From)]
        words = [self.scope.get("party", name) for name in reach("party", clause.parties, True)]
        ours = [word is not None and word.acts_for_us for word in words]
        if clause.action == "share" and ours and all(ours):
            return False
        return all(place in reach("place", p, True) for p in places)

    def _nevers(self, action: Action) -> tuple[Clause, ...]:
        """Those of the version and of the operator's file that keep from an act whoever it is about: one that
        depends on a fact, a choice or a day leaves the others."""
        if action not in self.barred:
            house = self.scope.policy.house
            self.barred[action] = tuple(
                clause
                for text in (self.version, *([house] if house is not None else []))
                for clause in text.clauses
                if clause.modal == "never" and clause.action in BARRED_BY[action]
                if all(isinstance(condition, (From, By)) for condition in clause.conditions)
            )
        return self.barred[action]

    def _bars(self, never: Clause, clause: Clause, data: str, place: str, purpose: str) -> bool:
        """Whether a `never` covers what a clause lets do with the datum for the purpose, as far as is plain."""
        reach = self.scope.words.leaves
        parties = reach("party", never.parties, True), reach("party", clause.parties, True)
        spoken = reach("purpose", never.purposes, True)
        elsewhere = clause.action not in USES and place not in reach("place", never.places, True)
        return (
            data in reach("data", never.data, True)
            and not (never.places and elsewhere)
            and not (purpose and never.purposes and purpose not in spoken)
            and not (never.parties and clause.parties and parties[0].isdisjoint(parties[1]))
        )

    def allows(self, data: str, purpose: str, place: str) -> bool:
        """Whether any clause allows the purpose for what is given there, ourselves or with somebody."""
        key = self.form.notice, data, purpose, place
        if key not in self.known:
            self.known[key] = self._allows(data, purpose, place)
        return self.known[key]

    def _allows(self, data: str, purpose: str, place: str) -> bool:
        reach = self.scope.words.leaves
        for clause in self.uses(data):
            if purpose in reach("purpose", clause.purposes, True) or "anything" in clause.purposes:
                parties: list[str | None] = [*sorted(reach("party", clause.parties, True))]
                places: list[str | None] = [*sorted(reach("place", clause.places, True))]
                if self._plain(clause, data, place, purpose):
                    return True
                teams: list[str | None] = [
                    way for c in clause.conditions if isinstance(c, By) for way in c.ways
                ]
                slots = product(parties or [None], places or [None], teams or [None])
                asks = (Ask(clause.action, data, purpose, *slot) for slot in slots)
                if any(self.possible(ask, place) for ask in asks):
                    return True
        return False


def _given_at(formula: Formula, place: str) -> Formula:
    """What is left of a formula once it is known where the data were given."""

    def known(atom: Atom) -> Formula:
        if atom.kind != "given_at":
            return atom
        return TRUE if place in atom.args else FALSE

    return fold(formula, known, no, lambda parts: all_of(*parts), lambda parts: any_of(*parts))


def _fields(at: _Place) -> Iterator[Problem]:
    seen: set[tuple[str, str]] = set()
    for asked in at.form.asked:
        for word in asked.data:
            yield from _twice(at, asked, word, seen)
            yield from _field(at, asked, word)


def _twice(at: _Place, asked: Asked, word: str, seen: set[tuple[str, str]]) -> Iterator[Problem]:
    leaves = {(leaf, asked.of) for leaf in at.scope.words.leaves("data", (word,), True)}
    if leaves & seen:
        message = f"`{at.form.name}` asks for `{word}` twice"
        span = at.scope.span(at.form.span, word, "needs" if asked.needed else "asks")
        yield Problem("P146", message, span, (), "name all its purposes in one line")
    seen |= leaves


def _field(at: _Place, asked: Asked, word: str) -> Iterator[Problem]:
    place = asked.place or at.form.place
    key = "needs" if asked.needed else "asks"
    leaves = [x for x in sorted(at.scope.words.leaves("data", (word,))) if not x.endswith(OTHER)]
    for leaf in leaves:
        said = f"`{leaf}`" if leaf == word else f"`{leaf}` (in `{word}`)"
        where = f"at `{place}` under {at.version.id}"
        if not at.collects("collect", leaf, place):
            span = at.scope.span(at.form.span, word, key)
            message = f"no clause lets `{at.form.name}` ask for {said} {where}"
            remedy = "leave the field out, or say in the next version that it may be collected"
            yield Problem("P310", message, span, (), remedy)
            return
        if asked.needed and not at.collects("require", leaf, place):
            span = at.scope.span(at.form.span, word, key)
            message = f"no clause lets `{at.form.name}` insist on {said} {where}"
            yield Problem("P311", message, span, (), f"write `asks {word}` in place of `needs`")
            return
        for purpose in asked.purposes:
            if not _every(at, leaf, purpose, place):
                message = f"no clause allows {said}, given {where}, for `{purpose}`"
                purposes = at.scope.span(at.form.span, purpose, word)
                remedy = "take the purpose out, or say in the next version what it is used for"
                yield Problem("P312", message, purposes, (), remedy)
                return


def _every(at: _Place, data: str, purpose: str, place: str) -> bool:
    purposes = at.scope.words.leaves("purpose", (purpose,), True)
    return all(at.allows(data, leaf, place) for leaf in purposes)
