"""Two versions compared clause by clause: what each gains and loses, and what becomes of the data already held."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from troth.language.meaning import section_of
from troth.language.model import Ask, Choice, Clause, Document, Duty, Saying, Span, Stamp, Statement
from troth.prove import Prover, Wider, widened
from troth.prove.cells import Cell

from .fate import Fate, Fates


@dataclass(frozen=True, slots=True)
class Change:
    """Asks of one clause that share a fate. `clause` is of the later version where something is gained, of
    the earlier where something is lost. `data` are the widest words that hold just what it is about."""

    clause: str
    action: str
    fate: Fate
    asks: tuple[Ask, ...]
    data: tuple[str, ...]

    def slot(self, name: str) -> tuple[str, ...]:
        """The parties, purposes or places of its asks."""
        return tuple(sorted({v for ask in self.asks if (v := getattr(ask, name)) is not None}))


@dataclass(frozen=True)
class Comparison:
    """All that differs between two versions of a policy. Falsy where nothing does."""

    old: Document
    new: Document
    gained: tuple[Change, ...]
    lost: tuple[Change, ...]
    reworded: tuple[str, ...]  # statements under one name that say it otherwise, and allow the same
    moved: tuple[tuple[str, str], ...]  # the same statement under another name
    added: tuple[str, ...]  # duties, choices and sayings
    dropped: tuple[str, ...]
    same: int

    def __bool__(self) -> bool:
        return bool(
            self.gained or self.lost or self.reworded or self.moved or self.added or self.dropped
        )

    @cached_property
    def waiting(self) -> tuple[Change, ...]:
        """What of it waits for a notice or a consent, of data given before."""
        return tuple(change for change in self.gained if change.fate.waits)


def compare(prover: Prover, old: Document, new: Document) -> Comparison:
    """The change from one version to a later one of the same policy."""
    fates = Fates(prover, old, new)
    gained = tuple(_changes(prover, fates, new, gains=True))
    lost = tuple(_changes(prover, fates, old, gains=False))
    before, after = _named(old), _named(new)
    moved = tuple(_moved(before, after))
    gone = {one for one, _ in moved}, {two for _, two in moved}
    kept = [name for name in after if name in before]
    said_otherwise = [n for n in kept if _bare(before[n]) != _bare(after[n])]
    changing = {c.clause.rpartition("#")[2] for c in (*gained, *lost)}
    return Comparison(
        old,
        new,
        gained,
        lost,
        tuple(n for n in said_otherwise if n not in changing),
        moved,
        tuple(n for n in after if n not in before and n not in gone[1] and _no_act(after[n])),
        tuple(n for n in before if n not in after and n not in gone[0] and _no_act(before[n])),
        len(kept) - len(said_otherwise),
    )


def witness(prover: Prover, comparison: Comparison, change: Change) -> Wider | None:
    """A person for whom the one version allows what the other does not; none where no story tells it."""
    pair = (comparison.new, comparison.old)
    stamped = comparison.new if change.fate.widened else comparison.old
    if not change.fate.widened:
        pair = (comparison.old, comparison.new)
    for ask in change.asks:
        found = widened(prover, Cell(ask, Stamp((stamped.id,))), *pair)
        if found is not None:
            return found
    return None


# -- acts ------------------------------------------------------------------------------------------


def _changes(prover: Prover, fates: Fates, version: Document, gains: bool) -> Iterator[Change]:
    """The asks of each clause that are wider (or narrower) now, those of one fate together."""
    entrusted = set(version.listed("entrusted"))
    for clause in version.clauses:
        if clause.modal != "may" or section_of(clause) in entrusted:
            continue
        groups: dict[Fate, list[Ask]] = {}
        for ask in _asks(prover, clause, version):
            fate = fates.of(ask)
            if fate.widened if gains else fate.narrowed:
                # of an ask that is both, each half is told with the clause that says it
                half = replace(fate, narrowed=False) if gains else replace(fate, widened=False)
                groups.setdefault(half, []).append(ask)
        for fate, asks in groups.items():
            name = f"{version.id}#{clause.name}"
            data = _data(prover, clause, {ask.data for ask in asks})
            yield Change(name, clause.action, fate, tuple(asks), data)


def _data(prover: Prover, clause: Clause, asked: set[str]) -> tuple[str, ...]:
    """The widest words that hold nothing but these, each of which stands for all that are alike."""
    words = prover.words
    mine = words.leaves("data", clause.data)
    left = {leaf for one in asked for leaf in prover.classes.alike("data", one, mine)}
    known = [(name, words.leaves("data", (name,), True)) for k, name in words.words if k == "data"]
    found: list[str] = []
    while left:
        inside = [(name, leaves) for name, leaves in known if leaves <= left]
        if not inside:
            break
        name, leaves = max(inside, key=lambda pair: len(pair[1]))  # of equals the first defined
        found.append(name)
        left -= leaves
        known = [(n, those) for n, those in known if not those.isdisjoint(left)]
    return tuple(found)


def _asks(prover: Prover, clause: Clause, version: Document) -> Iterable[Ask]:
    return dict.fromkeys(cell.ask for cell in prover.cells.of_clause(clause, version))


# -- statements ------------------------------------------------------------------------------------


def _named(document: Document) -> dict[str, Statement]:
    return {f"choice {s.name}" if isinstance(s, Choice) else s.name: s for s in document.statements}


def _bare(statement: Statement) -> Statement:
    """What it says, without where it stands and what is noted beside it."""
    if isinstance(statement, Choice):
        return replace(statement, section="", comments=(), span=Span())
    return replace(statement, comments=(), span=Span())


def _moved(before: dict[str, Statement], after: dict[str, Statement]) -> Iterator[tuple[str, str]]:
    """Statements that say the same under another name."""
    left = {_nameless(s): name for name, s in before.items() if name not in after}
    for name, statement in after.items():
        if name not in before and _nameless(statement) in left:
            yield left.pop(_nameless(statement)), name


def _nameless(statement: Statement) -> Statement:
    return replace(_bare(statement), name="")


def _no_act(statement: Statement) -> bool:
    return isinstance(statement, (Duty, Saying, Choice)) or statement.modal == "never"
