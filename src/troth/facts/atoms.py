"""One table: each atom with its getter over rows and its SQL expression.

This binding, not the formula, is where the readings could drift; so both sides of an atom stand
together, in the module of their idea, and the agreement tests start from stored rows.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from troth.language.formula import Atom

from . import known, occasions, said
from .scene import Frame, Scene

if TYPE_CHECKING:
    from sqlglot import exp

Getter = Callable[[Scene, Atom], bool]


class Bound(NamedTuple):
    """An atom's two sides."""

    get: Getter
    in_sql: Callable[[Frame, Atom], exp.Expr]


BINDINGS: dict[str, Bound] = {
    "said": Bound(said.said, said.said_sql),
    "consented": Bound(said.consented, said.consented_sql),
    "told": Bound(said.told, said.told_sql),
    "agreed": Bound(said.agreed, said.agreed_sql),
    "refused": Bound(said.refused, said.refused_sql),
    "fact": Bound(known.fact, known.fact_sql),
    "lives": Bound(known.lives, known.lives_sql),
    "within": Bound(occasions.within, occasions.within_sql),
    "given_at": Bound(occasions.given_at, occasions.given_at_sql),
    "bound": Bound(occasions.bound, occasions.settled(occasions.bound)),
    "mandate": Bound(occasions.mandate, occasions.settled(occasions.mandate)),
    "notice_shown": Bound(occasions.notice_shown, occasions.settled(occasions.notice_shown)),
    "after": Bound(occasions.after, occasions.after_sql),
    "kept": Bound(occasions.kept, occasions.kept_sql),
}


_GETTERS = {kind: bound.get for kind, bound in BINDINGS.items()}


def getter(scene: Scene) -> Callable[[Atom], bool]:
    """Whether each atom holds in a scene."""
    return lambda atom: _GETTERS[atom.kind](scene, atom)


def frame_binding(frame: Frame) -> Callable[[Atom], exp.Expr]:
    """Each atom as an expression over the rows of a frame."""
    return lambda atom: BINDINGS[atom.kind].in_sql(frame, atom)
