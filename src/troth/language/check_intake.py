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
        barred: dict[Action, frozenset[str]] = {}
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
    barred: dict[Action, frozenset[str]]

    def possible(self, ask: Ask, place: str) -> bool:
        """Whether there are circumstances in which this is allowed with what is given at the place."""
        notice = (
            f"{self.scope.policy.name}/notices/{self.form.notice}" if self.form.notice else None
        )
        stamp = Stamp((self.version.id,), place, notice)
        return not is_false(_given_at(self.meaning.ruling(ask, stamp, self.day).whole, place))

    def uses(self, data: str) -> Iterator[Clause]:
        """The clauses that let something be done with a datum, of the version and of the form's notice."""
        notices = (n for n in self.scope.policy.notices if n.setting("notice") == self.form.notice)
        for text in (self.version, *notices):
            for clause in text.clauses:
                reach = self.scope.words.leaves("data", clause.data)
                if clause.modal == "may" and clause.action in USES and data in reach:
                    yield clause

    def _plain(self, clause: Clause, data: str, place: str) -> bool:
        """Whether it is plain that the clause may take effect: no `never` speaks of such an act with the
        datum at all. It spares working out a ruling for most fields."""
        places = [c.places for c in clause.conditions if isinstance(c, From)]
        own = clause.name.partition(".")[0] not in self.version.listed("entrusted")
        reached = all(place in self.scope.words.leaves("place", p, True) for p in places)
        return own and reached and data not in self._barred(clause.action)

    def _barred(self, action: Action) -> frozenset[str]:
        """The words that some `never` of the version or of the operator's file keeps from an act."""
        if action not in self.barred:
            house = self.scope.policy.house
            self.barred[action] = frozenset(
                leaf
                for text in (self.version, *([house] if house is not None else []))
                for clause in text.clauses
                if clause.modal == "never" and clause.action in BARRED_BY[action]
                for leaf in self.scope.words.leaves("data", clause.data, True)
            )
        return self.barred[action]

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
                if self._plain(clause, data, place):
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
    span = at.scope.span(at.form.span, word, key)
    leaves = [x for x in sorted(at.scope.words.leaves("data", (word,))) if not x.endswith(OTHER)]
    for leaf in leaves:
        said = f"`{leaf}`" if leaf == word else f"`{leaf}` (in `{word}`)"
        where = f"at `{place}` under {at.version.id}"
        if not at.possible(Ask("collect", leaf, place=place), place):
            message = f"no clause lets `{at.form.name}` ask for {said} {where}"
            remedy = "leave the field out, or say in the next version that it may be collected"
            yield Problem("P310", message, span, (), remedy)
            return
        if asked.needed and not at.possible(Ask("require", leaf, place=place), place):
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
