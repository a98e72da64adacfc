"""What a policy means: every clause once, as one formula over atoms, for one ask about one leaf.

The ten points of "Meaning, whole" in docs/language.md stand here and nowhere else; decide, query,
prove and page fold what this module makes and give no word a meaning of their own.
"""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, cached_property
from itertools import product

from .conditions import Choices, Terms
from .formula import FALSE, TRUE, Atom, Formula, all_of, any_of, no
from .model import ACTIONS, Ask, Choice, Clause, Document, Policy, Stamp
from .needs import CONDITIONS, Needs
from .ruling import Bar, Grant, Layer, Ruling
from .silence import Silence, silence_of
from .speech import Clauses, Speech, Spoken
from .vocabulary import Vocabulary

# A `may` covers its own action only; data may be kept while some use of it is allowed (point 5).
GRANTED_BY = {action: (action,) for action in ACTIONS} | {"keep": ("keep", "use")}
# `never share` covers selling; `never use … for P` covers sharing for P (point 5).
BARRED_BY = {
    "collect": ("collect",),
    "require": ("require", "collect"),
    "use": ("use",),
    "share": ("share", "use"),
    "sell": ("sell", "share", "use"),
    "keep": ("keep",),
}


def section_of(clause: Clause) -> str:
    """The section a clause stands in."""
    return clause.name.partition(".")[0]


@dataclass(frozen=True, eq=False)
class Basis:
    """What of a stamp and a day matters to a ruling: equal for all that are ruled alike."""

    stamp: Stamp
    versions: tuple[Document, ...]
    over: tuple[Document, ...]


class Meaning:
    """The meaning of one company's policy: rulings for its asks, worked out when first asked.

    `like` is the meaning of a policy that differs in few texts: what the others say is taken from there.
    """

    def __init__(self, policy: Policy, like: Meaning | None = None) -> None:
        self.policy = policy
        self._like = like if like is not None and _speak_alike(policy, like.policy) else None
        self.words: Vocabulary = self._like.words if self._like else Vocabulary(policy.words)
        self._layers: dict[tuple[object, ...], Layer] = {}
        self.points = cache(self._points)
        self._places: dict[str, Formula] = {}
        self._silent = cache(_silent)
        self._choices = Choices(policy)
        self._clauses = Clauses()
        self._speeches: dict[tuple[object, ...], Speech] = {}
        self._alike: dict[tuple[object, ...], Basis] = {}
        self._bases: dict[tuple[Stamp, int], Basis] = {}
        self._rulings: dict[tuple[Ask, Basis], Ruling] = {}
        self._digests: dict[tuple[str, str], str] = {}

    # -- the leaves of an ask ---------------------------------------------------------------

    def _points(self, ask: Ask, word: str | None = None) -> tuple[Ask, ...]:
        """The ask for each leaf its words hold (point 1), in a settled order; of the data it asks for,
        `word` alone where it is given."""
        data = sorted(self.words.leaves("data", (word or ask.data,), True))
        purposes = self._spread("purpose", ask.purpose)
        parties = self._spread("party", ask.party)
        places = self._spread("place", ask.place)
        return tuple(
            replace(ask, data=d, purpose=p, party=q, place=w)
            for d, p, q, w in product(data, purposes, parties, places)
        )

    def _spread(self, kind: str, name: str | None) -> tuple[str | None, ...]:
        if name is None or name == "anything":
            return (None,)
        return tuple(sorted(self.words.leaves(kind, (name,), True)))

    # -- rulings ----------------------------------------------------------------------------

    def ruling(self, ask: Ask, stamp: Stamp, day: date) -> Ruling:
        """What the texts say about one leaf (`points`) of data with this stamp, on a day of the zone."""
        key = ask, self._basis(stamp, day)
        found = self._rulings.get(key)
        if found is None:
            found = self._rulings[key] = self._rule(*key)
        return found

    def _basis(self, stamp: Stamp, day: date) -> Basis:
        """One basis from each day a text begins or ends to the next, shared by stamps that differ in
        nothing a ruling looks at."""
        key = stamp, bisect_right(self.turns, day.toordinal())
        found = self._bases.get(key)
        if found is None:
            if not any(c.id == stamp.contract and c.holds_on(day) for c in self.policy.contracts):
                stamp = replace(
                    stamp, contract=None
                )  # a contract counts from its first day to its last
            versions, over = self.versions(stamp, day), self._over(day)
            texts = tuple(text.id for text in versions), tuple(text.id for text in over)
            limits = (stamp.notice, stamp.role, stamp.contract, stamp.purposes, stamp.against)
            basis = Basis(stamp, versions, over)
            found = self._alike.setdefault((texts, bool(stamp.versions), *limits), basis)
            self._bases[key] = found
        return found

    @cached_property
    def texts(self) -> tuple[Document, ...]:
        """What may speak: the versions, the laws, the operator's file."""
        house = (self.policy.house,) if self.policy.house else ()
        return (*self.policy.versions, *self.policy.laws, *house)

    @cached_property
    def turns(self) -> list[int]:
        """The days on which another set of texts speaks than the day before, as ordinals."""
        texts = (*self.texts, *self.policy.contracts)
        begin = {text.in_force.toordinal() for text in texts if text.in_force}
        return sorted(begin | {text.ends.toordinal() + 1 for text in texts if text.ends})

    def versions(self, stamp: Stamp, day: date) -> tuple[Document, ...]:
        """The version given under and all in force since (point 3); unstamped and held data, and
        new collection, only the one in force."""
        current = self.policy.at(day)
        if current is None:
            return ()
        if stamp.role == "held" or not stamp.versions:
            return (current,)
        first = min(
            (v for v in self.policy.versions if v.id in stamp.versions),
            key=self.policy.versions.index,
            default=None,
        )
        if first is None:
            return ()
        return self.policy.since(first, day)

    def _over(self, day: date) -> tuple[Document, ...]:
        """Laws in force on the day, and the operator's file."""
        house = (self.policy.house,) if self.policy.house else ()
        return tuple(text for text in (*self.policy.laws, *house) if text.holds_on(day))

    def _rule(self, ask: Ask, basis: Basis) -> Ruling:
        stamp, versions, over = basis.stamp, basis.versions, basis.over
        act = self._our_use(ask)
        current = self._version_layer(versions[-1], act, ask, stamp) if versions else None
        older = tuple(self._version_layer(v, act, ask, stamp) for v in versions[:-1])
        narrowing = tuple(self._over_layer(d, act, ask) for d in over)
        compelled = tuple(g for d in over if d.kind == "law" for g in self._compels(d, ask))
        grants = current.grants if current else ()
        stated = self._stated(ask, stamp)
        if not stamp.versions and ask.action not in ("collect", "require"):
            stated = all_of(stated, self._basic(ask))
        let_go = {
            (layer.id, g.id): self._lifted(layer, g, versions[number + 1 :])
            for number, layer in enumerate(older)
            for g in grants
        }
        agreed = {
            (layer.id, g.id): self._agreed(layer, versions[number], g, versions[number + 1 :])
            for number, layer in enumerate(older)
            for g in grants
        }
        return Ruling(ask, current, older, narrowing, compelled, stated, let_go, agreed)

    def _our_use(self, ask: Ask) -> Ask:
        """Handing to a party that acts for us is our use, not a share (words: party)."""
        word = self.words.get("party", ask.party) if ask.party else None
        if ask.action == "share" and word is not None and word.acts_for_us:
            return replace(ask, action="use", party=None)
        return ask

    # -- layers -----------------------------------------------------------------------------

    def _version_layer(self, version: Document, act: Ask, ask: Ask, stamp: Stamp) -> Layer:
        home = self._home(version)
        key = (version.id, act, ask, stamp.role, stamp.contract, stamp.notice)
        found = home._layers.get(key)
        if found is None:
            found = home._layers[key] = home._of_version(version, act, ask, stamp)
        return found

    def _over_layer(self, text: Document, act: Ask, ask: Ask) -> Layer:
        home = self._home(text)
        found = home._layers.get((text.id, act, ask))
        if found is None:
            found = home._layers[text.id, act, ask] = home._of_over(text, act, ask)
        return found

    def _home(self, text: Document) -> Meaning:
        """Where the layers of a text are kept: with the other policy, if the text stands in that too."""
        like = self._like
        return self if like is None or all(text is not other for other in like.texts) else like

    def _of_version(self, version: Document, act: Ask, ask: Ask, stamp: Stamp) -> Layer:
        return self._layer(version, self._said(version, stamp), act, ask, self.silence(version))

    def _of_over(self, text: Document, act: Ask, ask: Ask) -> Layer:
        """A law or the operator's file narrows: its `may`s only except its own `never`s."""
        speech = self._speech(text)
        if not self._narrows(text, speech, act):
            return self._silent(text.id)
        layer = self._layer(text, speech, act, ask, Silence())
        where = self._where(text)
        bars = tuple(replace(b, applies=all_of(where, b.applies)) for b in layer.bars)
        periods = Needs(self.words, Terms(self._choices, self.words, text, act), text).periods(act)
        needs = tuple(
            replace(n, holds=any_of(no(where), n.holds)) for n in (*layer.needs, *periods)
        )
        return replace(layer, grants=(), bars=bars, needs=needs)

    def _narrows(self, text: Document, speech: Speech, act: Ask) -> bool:
        """Whether anything in the text can stand in the way of it: a `never`, a period, a duty."""
        return bool(
            speech.about("never", BARRED_BY[act.action], act.data)
            or speech.about("may", ("keep",), act.data)
            or any(duty.form in CONDITIONS for duty in text.duties)
        )

    def _said(self, version: Document, stamp: Stamp) -> Speech:
        """What governs in a version of data with this stamp."""
        key = (version.id, stamp.role, stamp.contract, stamp.notice)
        if key not in self._speeches:
            self._speeches[key] = Speech(self.words, self.governing(version, stamp))
        return self._speeches[key]

    def _speech(self, text: Document) -> Speech:
        """A law or the operator's file: all its clauses govern."""
        if (text.id,) not in self._speeches:
            self._speeches[text.id,] = Speech(self.words, ((text, c) for c in text.clauses))
        return self._speeches[text.id,]

    def _where(self, text: Document) -> Formula:
        """Unknown jurisdiction: all named laws apply."""
        if text.id not in self._places:
            places = text.listed("where")
            self._places[text.id] = Atom("lives", places, surely=False) if places else TRUE
        return self._places[text.id]

    def governing(self, version: Document, stamp: Stamp) -> list[Spoken]:
        """The clauses that govern: entrusted sections for what is held for a customer, all others for
        our own (point 8); a contract overrides those it names; a form's notice adds what was said there."""
        entrusted = set(version.listed("entrusted"))
        held = stamp.role == "held"
        spoken = [(version, c) for c in version.clauses if (section_of(c) in entrusted) == held]
        contract = next((d for d in self.policy.contracts if d.id == stamp.contract), None)
        if contract is not None:
            replaced = set(contract.listed("supersedes"))
            spoken = [(d, c) for d, c in spoken if c.name not in replaced]
            spoken += [(contract, c) for c in contract.clauses]
        notice = next((d for d in self.policy.notices if d.id == stamp.notice), None)
        if notice is not None and not held:
            spoken += [(notice, c) for c in notice.clauses if c.modal == "may"]
        return spoken

    def _layer(self, text: Document, speech: Speech, act: Ask, ask: Ask, silence: Silence) -> Layer:
        terms = Terms(self._choices, self.words, text, act)
        needs = Needs(self.words, terms, text)
        keeping = (c for _, c in speech.about("may", ("keep",), act.data))
        kept = needs.still_kept(keeping, act)
        grants = tuple(
            _grant(by, c, all_of(kept, *(terms.surely(x) for x in c.conditions)))
            for by, c in self._mays(speech, act)
        )
        bars = tuple(self._bar(by, terms, c, grants) for by, c in self._nevers(speech, act))
        return Layer(text.id, grants, bars, tuple(needs.of(ask)), silence)

    def _bar(self, by: Document, terms: Terms, never: Clause, grants: tuple[Grant, ...]) -> Bar:
        """A `never`, and those of the covering `may`s that it names as exceptions."""
        excepted = [g for g in grants if _excepts(never, g.clause)] if never.excepts else []
        return Bar(
            f"{by.id}#{never.name}",
            all_of(*(terms.possibly(x) for x in never.conditions)),
            any_of(*(g.holds for g in excepted)),
            tuple(g.id for g in excepted),
        )

    def _compels(self, law: Document, ask: Ask) -> Iterable[Grant]:
        for by, c in self._speech(law).about("compels", (ask.action,), ask.data):
            if self._covers(c, ask, reaching=False):
                terms, where = Terms(self._choices, self.words, law, ask), self._where(law)
                yield _grant(by, c, all_of(where, *(terms.surely(x) for x in c.conditions)))

    # -- coverage ---------------------------------------------------------------------------

    def forbidding(self, ask: Ask, stamp: Stamp, day: date) -> Iterator[str]:
        """The `never`s that cover a leaf and except no `may` that covers it, by full id: what a ruling bars,
        whatever the conditions, without working them out."""
        act, basis = self._our_use(ask), self._basis(stamp, day)
        for version in reversed(basis.versions):
            said = self._said(version, stamp)
            mays = [c for _, c in self._mays(said, act)]
            for by, never in self._nevers(said, act):
                if not any(_excepts(never, may) for may in mays):
                    yield f"{by.id}#{never.name}"
        for text in basis.over:
            yield from (f"{by.id}#{c.name}" for by, c in self._nevers(self._speech(text), act))

    def _mays(self, speech: Speech, act: Ask) -> list[Spoken]:
        said = speech.about("may", GRANTED_BY[act.action], act.data)
        return [
            (by, c)
            for by, c in said
            if c.action != act.action or self._covers(c, act, reaching=False)
        ]

    def _nevers(self, speech: Speech, act: Ask) -> list[Spoken]:
        said = speech.about("never", BARRED_BY[act.action], act.data)
        return [(by, c) for by, c in said if self._covers(c, act, reaching=True)]

    def _covers(self, clause: Clause, act: Ask, reaching: bool) -> bool:
        """By leaves; that the data do, `Speech.about` has found. A slot the ask leaves out is all of it:
        a `may` must leave it out too, a `never` (`reaching`) is met by any of it."""
        return (
            self._slot("party", clause.parties, act.party, reaching)
            and self._slot("purpose", clause.purposes, act.purpose, reaching)
            and self._slot("place", clause.places, act.place, reaching)
        )

    def _slot(self, kind: str, said: tuple[str, ...], asked: str | None, reaching: bool) -> bool:
        if not said or "anything" in said:
            return True
        if asked is None:
            return reaching
        return asked in self.words.leaves(kind, said, True)

    # -- what the stamp limits ----------------------------------------------------------------

    def _stated(self, ask: Ask, stamp: Stamp) -> Formula:
        if stamp.against:
            return FALSE
        if not stamp.purposes or ask.action not in ("use", "share", "sell"):
            return TRUE
        leaves = self.words.leaves("purpose", stamp.purposes, True)
        return TRUE if ask.purpose in leaves else FALSE

    def _basic(self, ask: Ask) -> Formula:
        """Without a stamp only `basic` purposes (point 4)."""
        return TRUE if ask.purpose in self._basic_leaves else FALSE

    @cached_property
    def _basic_leaves(self) -> frozenset[str]:
        basic = tuple(n for (k, n), w in self.words.words.items() if k == "purpose" and w.basic)
        return self.words.leaves("purpose", basic, True)

    # -- letting go -------------------------------------------------------------------------

    def silence(self, version: Document) -> Silence:
        """What that version lets silence say, and whether it promised to tell each person first."""
        return silence_of(version)

    def _lifted(self, layer: Layer, grant: Grant, later: tuple[Document, ...]) -> Formula:
        """The silence of an older version, lifted for one clause: told of it, waited, not refused."""
        silence = layer.silence
        if silence.wait_days is None:
            return FALSE
        refused = no(Atom("refused", (grant.clause.name,)))
        if not silence.individual:
            return refused
        return all_of(self._told(silence, grant, later, silence.wait_days), refused)

    def _told(
        self, silence: Silence, grant: Grant, later: tuple[Document, ...], days: int | None
    ) -> Formula:
        """Told of a later version that says the clause in the same words, by a way that was promised; with
        `days`, that many ago."""
        same = tuple(v.id for v in later if self._says_the_same(v, grant))
        return Atom("told", (same, days, silence.ways))

    def _agreed(
        self, layer: Layer, older: Document, grant: Grant, later: tuple[Document, ...]
    ) -> Formula:
        """Her consent to one clause lets go what was promised by then, and no promise made after it. Where
        telling her first was promised, it lets go nothing before that was done."""
        digest = self.digest(grant.text, grant.clause)
        agreed = Atom("agreed", (grant.clause.name, digest, str(older.in_force)))
        if not layer.silence.promised:
            return agreed
        return all_of(agreed, self._told(layer.silence, grant, later, None))

    def _says_the_same(self, version: Document, grant: Grant) -> bool:
        named = self._clauses.named(version, grant.clause.name)
        if named is None or named is grant.clause:
            return named is not None
        return self.digest(version, named) == self.digest(grant.text, grant.clause)

    def digest(self, text: Document, clause: Clause) -> str:
        """What a clause says once its words are resolved: the same digest, the same promise."""
        key = (text.id, clause.name)
        if key not in self._digests:
            resolved = [
                clause.modal,
                clause.action,
                sorted(self.words.leaves("data", clause.data)),
                sorted(self.words.leaves("party", clause.parties)),
                sorted(self.words.leaves("purpose", clause.purposes)),
                sorted(self.words.leaves("place", clause.places)),
                sorted(repr(c) for c in clause.conditions),
            ]
            raw = json.dumps(resolved, separators=(",", ":")).encode()
            self._digests[key] = hashlib.sha256(raw).hexdigest()[:16]
        return self._digests[key]


def _excepts(never: Clause, may: Clause) -> bool:
    return may.name in never.excepts or section_of(may) in never.excepts


def _grant(text: Document, clause: Clause, holds: Formula) -> Grant:
    return Grant(f"{text.id}#{clause.name}", text, clause, holds)


def _speak_alike(policy: Policy, other: Policy) -> bool:
    """Whether each text says by itself the same in both: the words are the same, the choices, and what is
    added to a version by contracts and notices."""
    if policy.words is not other.words:
        return False
    beside = (policy.contracts, policy.notices) == (other.contracts, other.notices)
    return beside and _choices(policy) == _choices(other)


def _choices(policy: Policy) -> list[tuple[str, tuple[Choice, ...]]]:
    house = (policy.house,) if policy.house else ()
    return [(text.id, text.choices) for text in (*policy.versions, *policy.laws, *house)]


def _silent(text: str) -> Layer:
    """A text that says nothing of what is asked."""
    return Layer(text, (), ())
