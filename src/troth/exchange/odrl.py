"""ODRL (JSON-LD): each clause a permission or a prohibition; its conditions are constraints of a profile of ours.

Whoever does not know the profile must not evaluate the policy, so no condition is ever dropped in reading.
"""

from __future__ import annotations

import re
from typing import Any

from troth.exchange.carried import Lost, Words, conditions, sorted_out
from troth.exchange.draft import Draft, clause_name, needed
from troth.exchange.linked import (
    OURS,
    PREFIXES,
    address,
    graph,
    links,
    many,
    nodes,
    said,
    spoken,
    word_at,
    words_in,
)
from troth.language.model import Action, Clause, Document, Kind
from troth.language.read import read

PROFILE = f"{OURS}odrl"
NAMESPACE = "http://www.w3.org/ns/odrl/2/"
CONDITION = f"{OURS}condition"
ACTIONS: dict[Action, str] = {
    "use": f"{NAMESPACE}use",
    "share": f"{NAMESPACE}distribute",
    "sell": f"{NAMESPACE}sell",
    "collect": f"{OURS}action:collect",
    "require": f"{OURS}action:require",
    "keep": f"{OURS}action:keep",
}
OPERANDS: dict[Kind, str] = {
    "purpose": f"{NAMESPACE}purpose",
    "party": f"{NAMESPACE}recipient",
    "place": f"{OURS}place",
}
TYPES: dict[Kind, str] = {
    "data": "odrl:AssetCollection",
    "purpose": "skos:Concept",
    "party": "odrl:PartyCollection",
    "place": "skos:Concept",
}
_SECTION = re.compile(r"#([a-z0-9-]+)(?![a-z0-9.-])")  # `except #ads`: all of a section
RULES = {"may": "permission", "never": "prohibition"}


def policy(document: Document, words: Words) -> tuple[dict[str, Any], tuple[Lost, ...]]:
    """The ODRL policy of a version, and what it cannot say."""
    clauses, lost = sorted_out(document, lambda c: "" if c.modal in RULES else "compels")
    found = {
        "@id": f"{OURS}policy:{document.id}",
        "@type": "odrl:Set",
        "odrl:profile": {"@id": PROFILE},
        **{
            f"odrl:{name}": [_rule(document, c) for c in clauses if c.modal == modal]
            for modal, name in RULES.items()
        },
    }
    graph_ = [found, *nodes(spoken(clauses, words), TYPES)]
    return {"@context": {**PREFIXES, "odrl": NAMESPACE}, "@graph": graph_}, lost


def _rule(document: Document, clause: Clause) -> dict[str, Any]:
    named: tuple[tuple[Kind, tuple[str, ...]], ...] = (
        ("purpose", clause.purposes),
        ("party", clause.parties),
        ("place", clause.places),
    )
    constraints: list[dict[str, Any]] = [
        _constraint(OPERANDS[kind], "isAnyOf", links(kind, names)) for kind, names in named if names
    ]
    constraints += [_constraint(CONDITION, "eq", line) for line in conditions(clause)]
    return {
        "@id": f"{OURS}clause:{document.id}#{clause.name}",
        "odrl:action": {"@id": ACTIONS[clause.action]},
        "odrl:target": links("data", clause.data),
        **({"odrl:constraint": constraints} if constraints else {}),
    }


def _constraint(operand: str, operator: str, right: Any) -> dict[str, Any]:
    return {
        "odrl:leftOperand": {"@id": operand},
        "odrl:operator": {"@id": NAMESPACE + operator},
        "odrl:rightOperand": right,
    }


# -- reading ---------------------------------------------------------------------------------------


def draft(found: Any, name: str, words: Words) -> Draft:
    """A draft from ODRL as written here, or in ODRL's own context with our words as assets and purposes."""
    clauses: list[Clause] = []
    lost: list[Lost] = []
    taken: set[str] = set()
    for node in graph(found):
        for modal, rule in RULES.items():
            for one in many(said(node, "odrl", rule)):
                clause = _clause(one, modal, taken)
                if clause is None:
                    lost.append(Lost(address(one) or rule, "a rule that our words cannot say"))
                else:
                    clauses.append(clause)
        for duty in many(said(node, "odrl", "obligation")):
            lost.append(Lost(address(duty) or "obligation", "an obligation"))
    listed = tuple(clauses)
    return Draft(name, needed(listed, words_in(found, words)), listed, tuple(lost))


def _clause(rule: Any, modal: str, taken: set[str]) -> Clause | None:
    """The clause of a rule, if every part of it is understood."""
    if not isinstance(rule, dict) or said(rule, "odrl", "duty"):
        return None
    by_address = {_full(address_): action for action, address_ in ACTIONS.items()}
    action = by_address.get(_full(address(said(rule, "odrl", "action"))))
    data = [word_at(target, "data") for target in many(said(rule, "odrl", "target"))]
    slots: dict[str, list[str]] = {"purpose": [], "party": [], "place": []}
    lines: list[str] = []
    for constraint in many(said(rule, "odrl", "constraint")):
        operand = _full(address(said(constraint, "odrl", "leftOperand")))
        right = said(constraint, "odrl", "rightOperand")
        kind = next((k for k, o in OPERANDS.items() if o == operand), "")
        operator = _full(address(said(constraint, "odrl", "operator")))
        if kind and operator in (f"{NAMESPACE}isAnyOf", f"{NAMESPACE}eq"):
            slots[kind] += [word_at(value, kind) for value in many(right)]
        elif operand == CONDITION and isinstance(right, str):
            lines.append(right)
        else:
            return None
    if action is None or not data or not all([*data, *(n for s in slots.values() for n in s)]):
        return None
    return _read(clause_name(address(rule), taken), modal, action, data, slots, lines)


def _read(
    name: str,
    modal: str,
    action: str,
    data: list[str],
    slots: dict[str, list[str]],
    lines: list[str],
) -> Clause | None:
    """The clause as the language reads it: what is no condition of ours is no clause."""
    section, _, short = name.partition(".")
    head = f"{short}: {modal} {action} {', '.join(data)}"
    for word, kind in (("with", "party"), ("for", "purpose"), ("at", "place")):
        head += f" {word} {', '.join(slots[kind])}" if slots[kind] else ""
    if any("\n" in line or "`" in line for line in lines):
        return None
    statement = "\n    ".join([head, *lines])
    front = "---\npolicy: x\ncompany: x\nin force: 2000-01-01\nzone: UTC\n---\n\n"
    excepted = [name for line in lines for name in _SECTION.findall(line) if name != section]
    headings = "".join(f"# X {{#{name}}}\n\n" for name in dict.fromkeys(excepted))
    text = f"{front}{headings}# X {{#{section}}}\n\n```policy\n{statement}\n```\n"
    document, problems = read(text, "imported.md")
    clauses = document.clauses if document is not None and not problems else ()
    return clauses[0] if len(clauses) == 1 else None


def _full(address_: str) -> str:
    """An address in full: `odrl:use`, or `use` as ODRL's own context has it."""
    if address_.startswith("odrl:"):
        return NAMESPACE + address_.removeprefix("odrl:")
    return address_ if ":" in address_ else NAMESPACE + address_
