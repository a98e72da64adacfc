"""The tests of a fact's formula over the dated register: true, and whether it is known at all.

An attribute's values at the moment are those with since ≤ now < until. A test is true when some value
passes it; it is known when each side has a value. `age` is read from `birth`, so that it grows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from troth.language.model import Attribute, FactFormula

from .calendar import back, written
from .scene import Frame, Scene
from .sql import sql

if TYPE_CHECKING:
    from sqlglot import exp

OF_THE_RECORD = (
    "place",
    "notice",
    "source",
    "customer",
)  # columns of the stamp, not rows of the register


def formula_true(scene: Scene, formula: FactFormula) -> bool:
    """Whether the test is passed."""
    left, right = _values(scene, formula.left), _right(scene, formula)
    match formula.test:
        case "present":
            return bool(left)
        case "holds" | "is" | "in":
            return any(value in right for value in left)
        case "is not":
            return bool(left) and bool(right) and not any(value in right for value in left)
        case "before":
            return any(value < limit for value in left for limit in right)
        case "under" | "at least":
            return any(_measured(scene, formula, value) for value in left)


def formula_known(scene: Scene, formula: FactFormula) -> bool:
    """Whether both sides have a value."""
    if formula.test == "present":
        return True
    return bool(_values(scene, formula.left)) and bool(_right(scene, formula))


def _values(scene: Scene, attribute: Attribute) -> list[str]:
    if attribute.of == "record" and attribute.name in OF_THE_RECORD:
        value = getattr(scene.datum, attribute.name)
        return [] if value is None else [value]
    key = scene.key(attribute.of)
    return [
        v.value
        for v in scene.rows.valued
        if (v.of, v.key, v.name) == (attribute.of, key, stored_as(attribute.name))
        and v.since <= scene.at
        and (v.until is None or v.until > scene.at)
    ]


def _right(scene: Scene, formula: FactFormula) -> list[str]:
    if isinstance(formula.right, Attribute):
        return _values(scene, formula.right)
    return [scene.day.isoformat() if value == "now" else value for value in formula.right]


def stored_as(name: str) -> str:
    return "birth" if name == "age" else name


def _measured(scene: Scene, formula: FactFormula, value: str) -> bool:
    """Years of age against a birth day; any other attribute as a number."""
    limit = int(_right(scene, formula)[0])
    if formula.left.name == "age":
        youngest = back(scene.day, limit, "years").isoformat()
        return value > youngest if formula.test == "under" else value <= youngest
    number = float(value)
    return number < limit if formula.test == "under" else number >= limit


# -- the same in SQL -------------------------------------------------------------------------------


def formula_sql(frame: Frame, formula: FactFormula, surely: bool) -> exp.Expr:
    """The test over rows; `surely`: passed; otherwise: passed, or not known."""
    test = _test(frame, formula)
    if surely or formula.test == "present":
        return _put(frame, formula, test)
    known = _exists(frame, formula.left, "a", "true")
    if isinstance(formula.right, Attribute):
        known = f"({known} and {_exists(frame, formula.right, 'b', 'true')})"
    return _put(frame, formula, f"({test} or not {known})")


def _put(frame: Frame, formula: FactFormula, template: str) -> exp.Expr:
    scene = frame.scene
    right = () if isinstance(formula.right, Attribute) else tuple(_right(scene, formula))
    age = formula.left.name == "age"
    limit = back(scene.day, int(right[0]), "years").isoformat() if age and right else ""
    return sql(
        template,
        company=frame.company,
        now=written(scene.at),
        right=right,
        first=right[0] if right else "",
        youngest=limit,
        number=int(right[0]) if right and right[0].isdigit() else 0,
        party=scene.party,
        matter=scene.key("matter"),
    )


def _test(frame: Frame, formula: FactFormula) -> str:
    left, right = formula.left, formula.right
    if isinstance(right, Attribute):
        equal = _equal(frame, left, right)
        other = f"({_exists(frame, left, 'a', 'true')} and {_exists(frame, right, 'b', 'true')})"
    else:
        equal, other = (
            _exists(frame, left, "a", "{a} in (:right)"),
            _exists(frame, left, "a", "true"),
        )
    match formula.test:
        case "present":
            return _exists(frame, left, "a", "true")
        case "holds" | "is" | "in":
            return equal
        case "is not":
            return f"({other} and not {equal})"
        case "before":
            return _exists(frame, left, "a", "{a} < :first")
        case "under" | "at least":
            return _exists(frame, left, "a", _measure(formula))


def _measure(formula: FactFormula) -> str:
    under = formula.test == "under"
    if formula.left.name == "age":
        return "{a} > :youngest" if under else "{a} <= :youngest"
    return f"cast({{a}} as double) {'<' if under else '>='} :number"


def _equal(frame: Frame, left: Attribute, right: Attribute) -> str:
    """Some value of the one is one of the other. One select and not one inside the other: not every database
    lets what stands two deep name the row."""
    if _of_the_record(left) or _of_the_record(right):
        beside = _exists(frame, right, "b", "b.value = {left}").replace("{left}", "{a}")
        return _exists(frame, left, "a", beside)
    return f"""exists (select 1 from attributes a join attributes b on b.value = a.value
        where {_holding(frame, left, "a")} and {_holding(frame, right, "b")})"""


def _of_the_record(attribute: Attribute) -> bool:
    return attribute.of == "record" and attribute.name in OF_THE_RECORD


def _exists(frame: Frame, attribute: Attribute, alias: str, condition: str) -> str:
    """Some value of the attribute at the moment passes the condition, in which `{a}` is the value."""
    if _of_the_record(attribute):
        column = getattr(frame, attribute.name)
        value = condition.replace("{a}", column).replace(f"{alias}.value", column)
        return f"({column} is not null and {value})"
    return f"""exists (select 1 from attributes {alias} where {_holding(frame, attribute, alias)}
        and {condition.replace("{a}", f"{alias}.value")})"""


def _holding(frame: Frame, attribute: Attribute, alias: str) -> str:
    """A row of the register that holds a value of the attribute at the moment."""
    keys = {
        "person": f"cast({frame.person} as text)",
        "record": f"cast({frame.record} as text)",
        "party": ":party",
        "matter": ":matter",
    }
    return f"""{alias}.company = :company
        and {alias}."of" = '{attribute.of}' and {alias}."key" = {keys[attribute.of]}
        and {alias}.name = '{stored_as(attribute.name)}' and {alias}.since <= :now
        and ({alias}."until" is null or {alias}."until" > :now)"""
