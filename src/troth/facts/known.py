"""What is known: facts with a formula or asserted by a role, and where a person lives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troth.language.formula import Atom
from troth.language.regions import countries

from .calendar import written
from .formulas import formula_known, formula_sql, formula_true
from .scene import Frame, Scene
from .sql import negated, sql

if TYPE_CHECKING:
    from sqlglot import exp


def fact(scene: Scene, atom: Atom) -> bool:
    (name,) = atom.args
    word = scene.words.get("fact", name)
    if word is not None and word.formula is not None:
        if formula_true(scene, word.formula):
            return True
        return not atom.surely and not formula_known(scene, word.formula)
    of = word.of[0] if word is not None and word.of else "person"
    key = scene.key(of)
    rows = [
        a
        for a in scene.rows.asserted
        if a.fact == name and a.of == of and a.key == key and a.at <= scene.at
    ]
    return rows[-1].value if rows and key is not None else not atom.surely


ASSERTED = """
    exists (select 1 from assertions c
    where c.company = :company and c.fact = :fact and c."of" = :of and c."key" = {key}
      and c."at" <= :now and c.value = :value
      and not exists (
        select 1 from assertions n
        where n.company = c.company and n.fact = c.fact and n."of" = c."of" and n."key" = c."key"
          and n."at" <= :now and (n."at" > c."at" or (n."at" = c."at" and n.id > c.id))))
"""


def fact_sql(frame: Frame, atom: Atom) -> exp.Expr:
    (name,) = atom.args
    word = frame.scene.words.get("fact", name)
    if word is not None and word.formula is not None:
        return formula_sql(frame, word.formula, atom.surely)
    of = word.of[0] if word is not None and word.of else "person"
    found = sql(
        ASSERTED.format(key=key_sql(frame, of)),
        company=frame.company,
        fact=name,
        of=of,
        key=frame.scene.key(of),
        now=written(frame.scene.at),
        value=atom.surely,  # surely: known yes; possibly: not known no
    )
    return found if atom.surely else negated(found)


def key_sql(frame: Frame, of: str) -> str:
    """The register key of a fact's subject: a column for person and record, a value for the others."""
    if of in ("person", "record"):
        return f"cast({getattr(frame, of)} as text)"
    return ":key"


def lives(scene: Scene, atom: Atom) -> bool:
    """Only asked as `possibly`: a country not known may be any."""
    listed = countries(atom.args)
    key = scene.key("person")
    now = [
        v.value
        for v in scene.rows.valued
        if (v.of, v.key, v.name) == ("person", key, "country")
        and v.since <= scene.at
        and (v.until is None or v.until > scene.at)
    ]
    return not now or any(c in listed for c in now)


def lives_sql(frame: Frame, atom: Atom) -> exp.Expr:
    at_moment = f"""select 1 from attributes a where a.company = :company and a."of" = 'person'
        and a."key" = cast({frame.person} as text) and a.name = 'country' and a.since <= :now
        and (a."until" is null or a."until" > :now)"""
    return sql(
        f"(not exists ({at_moment}) or exists ({at_moment} and a.value in (:listed)))",
        company=frame.company,
        now=written(frame.scene.at),
        listed=countries(atom.args),
    )
