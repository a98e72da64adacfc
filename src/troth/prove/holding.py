"""Whether an atom holds where each of its circumstances has a value: the bindings of the rows, said of cases."""

from __future__ import annotations

from troth.language.days import back, reach
from troth.language.formula import Atom
from troth.language.model import Attribute, FactFormula
from troth.language.regions import countries

from .setting import GAP, MANDATE, MATTER, NOTICE, PLACE, SOURCE, Case, Circumstance, Setting


def looked_at(of: Attribute) -> Circumstance | None:
    """The circumstance an attribute is; none where the stamp settles it."""
    if of.of == "record" and of.name in ("notice", "customer"):
        return None
    if of.of == "record" and of.name in ("place", "source"):
        return (of.name,)
    return (of.of, "birth" if of.name == "age" else of.name)


def values(of: Attribute, case: Case, setting: Setting) -> tuple[str, ...]:
    """The values of an attribute that hold in the case."""
    circumstance = looked_at(of)
    if circumstance is None:
        known = getattr(setting.stamp, of.name)
        return () if known is None else (known,)
    found = case[circumstance]
    if circumstance in (PLACE, SOURCE):
        return () if found is None else (found,)
    return tuple(found)


def holds(atom: Atom, case: Case, setting: Setting) -> bool:
    """Whether the atom is so in the case. KeyError where the case says nothing of what it looks at."""
    args = atom.args
    match atom.kind:
        case "said":
            age = case["said", args[0], args[1]]
            return age is not None and (not args[2:] or age <= reach(setting.day, *args[2:]))
        case "consented":
            return bool(case["consented", args[0]])
        case "fact":
            return _fact(atom, case, setting)
        case "lives":
            lives = case["person", "country"]
            return not lives or not lives.isdisjoint(countries(args))
        case "within":
            return _within(args[0], case, setting)
        case "given_at":
            place = case[PLACE]
            return place in args if place is not None else not atom.surely
        case "bound":
            return bool(case["bound", args[0]])
        case "mandate":
            return bool(case[MANDATE])
        case "notice_shown":
            return bool(case[NOTICE])
        case "told":
            return _told(atom, case)
        case "agreed":
            answer = case["answer", args[0]]
            return answer is not None and answer[0] == args[1] and answer[1] >= args[2]
        case "refused":
            answer = case["answer", args[0]]
            return answer is not None and answer[0] == "no"
        case "after":
            oldest, _ = _ages(args[1], case)
            return oldest is not None and oldest > args[0]
        case "kept":
            _, newest = _ages(args[2], case)
            return newest is None or newest <= reach(setting.day, args[0], args[1])
    raise KeyError(atom.kind)


def _told(atom: Atom, case: Case) -> bool:
    versions, days, ways = atom.args
    ages = [
        age
        for (kind, *named), age in case.items()
        if kind == "told" and named[0] in versions and (not ways or named[1] in ways)
    ]
    if versions and not ages:
        raise KeyError("told")
    return any(age is not None and (days is None or age > days) for age in ages)


def _ages(event: str, case: Case) -> tuple[int | None, int | None]:
    """How many days ago it happened first, and last."""
    if event == "collection":
        return case[GAP], case[GAP]
    ages: tuple[int, int] | None = case["event", event]
    return ages if ages is not None else (None, None)


def _within(kind: str, case: Case, setting: Setting) -> bool:
    word = setting.words.get("matter", kind)
    if word is None or case[MATTER] != (kind, True):
        return False
    return all(case.get(("matter", need), ("on record",)) for need in word.needs)


# -- facts -----------------------------------------------------------------------------------------


def _fact(atom: Atom, case: Case, setting: Setting) -> bool:
    (name,) = atom.args
    word = setting.words.get("fact", name)
    if word is not None and word.formula is not None:
        if passes(word.formula, case, setting):
            return True
        return not atom.surely and not _known(word.formula, case, setting)
    found = case["found", name]
    return found if found is not None else not atom.surely


def passes(formula: FactFormula, case: Case, setting: Setting) -> bool:
    """Whether the test is passed."""
    left, right = values(formula.left, case, setting), _right(formula, case, setting)
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
            return any(_measured(formula, value, right, setting) for value in left)


def _known(formula: FactFormula, case: Case, setting: Setting) -> bool:
    if formula.test == "present":
        return True
    return bool(values(formula.left, case, setting)) and bool(_right(formula, case, setting))


def _right(formula: FactFormula, case: Case, setting: Setting) -> tuple[str, ...]:
    if isinstance(formula.right, Attribute):
        return values(formula.right, case, setting)
    return tuple(setting.day.isoformat() if v == "now" else v for v in formula.right)


def _measured(formula: FactFormula, value: str, right: tuple[str, ...], setting: Setting) -> bool:
    """Years of age against a birth day; any other attribute as a number."""
    limit = int(right[0])
    if formula.left.name == "age":
        youngest = back(setting.day, limit, "years").isoformat()
        return value > youngest if formula.test == "under" else value <= youngest
    return float(value) < limit if formula.test == "under" else float(value) >= limit
