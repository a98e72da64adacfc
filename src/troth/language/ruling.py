"""What speaks about one leaf of an ask: grants, bars and needs by text, and the one formula they come to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from .formula import Atom, Formula, all_of, any_of, atoms, no
from .model import Ask, Clause, Document
from .silence import Silence


@dataclass(frozen=True, slots=True)
class Grant:
    """A `may` that covers the ask: it allows where `holds`."""

    id: str
    text: Document
    clause: Clause
    holds: Formula


@dataclass(frozen=True)
class Bar:
    """A `never` that covers the ask: it forbids where it `applies` and no exception holds."""

    id: str
    applies: Formula
    excepted: Formula
    exceptions: tuple[str, ...]

    @cached_property
    def passed(self) -> Formula:
        return any_of(no(self.applies), self.excepted)


@dataclass(frozen=True, slots=True)
class Need:
    """A duty that is a condition of the act: the agreement, the mandate, the notice shown."""

    id: str
    holds: Formula


@dataclass(frozen=True)
class Layer:
    """One text that has its say about the ask: a version, a law, the operator's file."""

    id: str
    grants: tuple[Grant, ...]
    bars: tuple[Bar, ...]
    needs: tuple[Need, ...] = ()
    silence: Silence = Silence()

    @cached_property
    def granted(self) -> Formula:
        return any_of(*(g.holds for g in self.grants))

    @cached_property
    def clear(self) -> Formula:
        """No `never` of this text stands in the way."""
        return all_of(*(b.passed for b in self.bars))

    @cached_property
    def needed(self) -> Formula:
        return all_of(*(n.holds for n in self.needs))


@dataclass(frozen=True)
class Ruling:
    """All texts that speak about one leaf of an ask, and the one formula they come to."""

    ask: Ask
    current: Layer | None  # the version in force; None before the first
    older: tuple[Layer, ...]  # the version given under and those between
    over: tuple[Layer, ...]  # laws and the operator's file: they narrow
    compelled: tuple[Grant, ...]  # a law's `compels`: the one thing that widens
    stated: Formula  # purposes stated at collection also limit use
    let_go: dict[tuple[str, str], Formula]  # (older layer, current grant) → silence lifted there
    agreed: dict[tuple[str, str], Formula]  # the same → her agreement to it, and told as promised

    @cached_property
    def formulas(self) -> tuple[Formula, ...]:
        """Every formula of the ruling before it is put together: a citation may need an atom that the
        whole, simplified, no longer has."""
        layers = [x for x in (self.current, *self.older, *self.over) if x is not None]
        return (
            *(g.holds for layer in layers for g in layer.grants),
            *(f for layer in layers for b in layer.bars for f in (b.applies, b.excepted)),
            *(n.holds for layer in layers for n in layer.needs),
            *(g.holds for g in self.compelled),
            *self.let_go.values(),
            *self.agreed.values(),
            self.stated,
        )

    def kept(self, layer: Layer, grant: Grant) -> Formula:
        """Whether one older version's promises stand aside for one clause of the version in force."""
        key = layer.id, grant.id
        if key not in self._kept:
            self._kept[key] = self._stands_aside(layer, grant)
        return self._kept[key]

    @cached_property
    def _kept(self) -> dict[tuple[str, str], Formula]:
        return {}

    def wanting(self, layer: Layer, grant: Grant, truth: Callable[[Atom], bool]) -> frozenset[str]:
        """Of what lets one older version's promises go for one clause at her word, what is wanting still:
        `told` where it promised to tell her, `agreed`."""
        let_go = self.agreed[layer.id, grant.id]
        return frozenset(atom.kind for atom in atoms(let_go) if not truth(atom))

    def _stands_aside(self, layer: Layer, grant: Grant) -> Formula:
        lifted = self.let_go[layer.id, grant.id]
        if layer.silence.nevers_too:
            let = any_of(all_of(layer.granted, layer.clear), lifted)
        else:
            let = all_of(any_of(layer.granted, lifted), layer.clear)
        return any_of(self.agreed[layer.id, grant.id], let)

    @cached_property
    def paths(self) -> tuple[tuple[Grant, Formula], ...]:
        """Each clause of the version in force that covers the ask, with every promise made since."""
        grants = self.current.grants if self.current else ()
        return tuple(
            (g, all_of(g.holds, *(self.kept(layer, g) for layer in self.older))) for g in grants
        )

    @cached_property
    def unbarred(self) -> Formula:
        """What no clause of the version in force can make up for: its `never`s, laws, the operator's
        file, duties that are conditions, purposes stated. An older `never` is in the `path`: she may let it go."""
        texts = (*((self.current,) if self.current else ()), *self.over)
        return all_of(
            *(layer.clear for layer in texts),
            *(layer.needed for layer in (*texts, *self.older)),
            self.stated,
        )

    @cached_property
    def whole(self) -> Formula:
        permitted = all_of(any_of(*(path for _, path in self.paths)), self.unbarred)
        return any_of(*(g.holds for g in self.compelled), permitted)
