"""The query reading over the store's own tables: one ask about one person, answered in SQL alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from sqlglot import exp

from troth.facts import Datum, Frame, Scene, frame_binding
from troth.facts.calendar import written
from troth.facts.sql import sql
from troth.language.formula import TRUE, Atom, Formula, all_of, atoms
from troth.language.meaning import Meaning
from troth.language.model import Ask, Stamp
from troth.query import Binding, predicate
from troth.query import written as in_words_of

Fetch = Callable[
    [str], tuple[int, int]
]  # a statement → (what was asked about, how much is allowed)
Origin = tuple[str, int, Stamp]  # a data word and a stamp with its number, as fields carry them
Slots = tuple[str | None, str | None, str | None]  # purpose, party, place of one leaf of the ask

# Each field under its own word and stamp, and under those of all it was derived from: every origin, and
# everybody the record is about, must allow.
HELD = """
    select f.id as field, o.data as word, o.stamp as stamp
    from fields f
    join (select company, id as field, data, stamp from fields
      union all select company, field, data, stamp from field_origins) o
      on o.company = f.company and o.field = f.id
    join records r on r.company = f.company and r.id = f.record
    join stamps s on s.company = f.company and s.id = o.stamp
    join record_people p on p.company = f.company and p.record = f.record
    where f.company = :company and f.data in (:data) and f.replaced_by is null
      and f.value is not null and r.given_at <= :now
      and exists (select 1 from record_people w where w.company = f.company
        and w.record = f.record and w.person = :person)
"""
COLUMNS = {
    "person": "p.person",
    "record": "f.record",
    "place": "s.place",
    "notice": "s.notice",
    "source": "r.source",
    "customer": "s.customer",
    "given_at": "r.given_at",
}


def verdict(
    meaning: Meaning,
    ask: Ask,
    scene: Scene,
    company: str,
    origins: Iterable[Origin],
    dialect: str,
    fetch: Fetch,
) -> str:
    """yes, no or in part, as the SQL of the dialect finds it.

    `scene` is what is one value for all rows: the moment, the person asked about, party and matter with
    their rows. `origins` are the words and stamps that occur.
    """
    statement = (
        _to_come(meaning, ask, scene, company)
        if ask.action in ("collect", "require")
        else _held(meaning, ask, scene, company, origins)
    )
    asked, allowed = fetch(in_words_of(statement, dialect)) if statement else (0, 0)
    return "no" if not allowed else "yes" if allowed == asked else "in part"


# -- what is held ----------------------------------------------------------------------------------


def _held(
    meaning: Meaning, ask: Ask, scene: Scene, company: str, origins: Iterable[Origin]
) -> exp.Expr | None:
    """For each field its leaves: how many there are, and how many are allowed. None: no word occurs."""
    leaves = _formulas(meaning, ask, scene, origins)
    if not leaves:
        return None
    frame = Frame(scene, company, **COLUMNS)
    columns = _columns(f for cases in leaves.values() for f in cases)
    inner = sql(
        HELD,
        company=company,
        data=tuple(sorted(meaning.words.leaves("data", (ask.data,), True))),
        now=written(scene.at),
        person=scene.person,
    )
    assert isinstance(inner, exp.Select)
    for atom, name in columns.items():
        column = exp.alias_(exp.Paren(this=frame_binding(frame)(atom)), name, copy=False)
        inner = inner.select(column, copy=False)
    found = exp.select("field")
    for number, cases in enumerate(leaves.values()):
        allowed = _ruled(cases, lambda atom: exp.column(columns[atom], "x"))
        column = exp.alias_(exp.Min(this=_one_if(allowed)), f"c{number}", copy=False)
        found = found.select(column, copy=False)
    per_field = found.from_(inner.subquery("x", copy=False), copy=False).group_by(
        "field", copy=False
    )
    passed = " + ".join(f"y.c{number}" for number in range(len(leaves)))
    counted = exp.select(f"count(*) * {len(leaves)}", f"coalesce(sum({passed}), 0)")
    return counted.from_(per_field.subquery("y", copy=False), copy=False)


Cases = dict[Formula, list[tuple[str, int]]]  # a formula and the words and stamps it rules


def _formulas(
    meaning: Meaning, ask: Ask, scene: Scene, origins: Iterable[Origin]
) -> dict[Slots, Cases]:
    """For each purpose, party and place the ask spreads to, what every word and stamp comes to."""
    found: dict[Slots, Cases] = {}
    for word, number, stamp in origins:
        wholes: dict[Slots, Formula] = {}
        for leaf in meaning.points(replace(ask, data=word)):
            slots = (leaf.purpose, leaf.party, leaf.place)
            whole = meaning.ruling(leaf, stamp, scene.day).whole
            wholes[slots] = all_of(wholes.get(slots, TRUE), whole)
        for slots, whole in wholes.items():
            found.setdefault(slots, {}).setdefault(whole, []).append((word, number))
    return found


def _columns(formulas: Iterable[Formula]) -> dict[Atom, str]:
    """A column for each atom, so that it is looked up once a row however often it is named."""
    named: dict[Atom, str] = {}
    for formula in formulas:
        for atom in atoms(formula):
            named.setdefault(atom, f"a{len(named)}")
    return named


def _ruled(cases: Cases, binding: Binding) -> exp.Expr:
    """The formula of a row's own word and stamp; of a word or stamp that is in none, not allowed."""
    ruled: list[exp.Expr] = []
    for formula, mine in cases.items():
        words = sorted({word for word, _ in mine})
        named = [
            exp.and_(
                exp.column("word", "x").eq(word),
                exp.column("stamp", "x").isin(*(n for w, n in mine if w == word)),
                copy=False,
            )
            for word in words
        ]
        whose = exp.paren(exp.or_(*named, copy=False), copy=False)
        whole = exp.paren(predicate(formula, binding), copy=False)
        ruled.append(exp.paren(exp.and_(whose, whole, copy=False), copy=False))
    return exp.or_(*ruled, copy=False)


# -- what is to come -------------------------------------------------------------------------------


def _to_come(meaning: Meaning, ask: Ask, scene: Scene, company: str) -> exp.Expr | None:
    """Collecting or requiring: nothing is held yet, and the version in force rules."""
    current = meaning.policy.at(scene.day)
    stamp = Stamp((current.id,) if current else ())
    rows: list[exp.Expr] = []
    for leaf in meaning.points(ask):
        whole = meaning.ruling(leaf, stamp, scene.day).whole
        frame = _frame_to_come(scene, company, leaf)
        allowed = predicate(whole, frame_binding(frame))
        rows.append(exp.select(exp.alias_(_one_if(allowed), "allowed", copy=False), copy=False))
    inner = rows[0]
    for row in rows[1:]:
        inner = exp.Union(this=inner, expression=row, distinct=False)
    counted = exp.select("count(*)", "coalesce(sum(x.allowed), 0)")
    return counted.from_(
        exp.Subquery(this=inner, alias=exp.TableAlias(this=exp.to_identifier("x")))
    )


def _frame_to_come(scene: Scene, company: str, leaf: Ask) -> Frame:
    return Frame(
        replace(scene, datum=Datum(place=leaf.place, given_at=scene.at)),
        company,
        person="null" if scene.person is None else str(scene.person),
        place="null" if leaf.place is None else f"'{leaf.place}'",
        given_at=f"'{written(scene.at)}'",
    )


def _one_if(condition: exp.Expr) -> exp.Expr:
    one = exp.If(this=condition, true=exp.Literal.number(1))
    return exp.Case(ifs=[one], default=exp.Literal.number(0))
