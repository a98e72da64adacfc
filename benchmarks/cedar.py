"""The same policy for Cedar: one `permit` or `forbid` for each clause, words as entities, a person as the context.

Cedar has no versions and no letting go, so this holds for one version alone; there both must agree.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from benchmarks.people import Person
from benchmarks.policies import Field
from troth.language.meaning import BARRED_BY
from troth.language.model import (
    Action,
    Ask,
    Choice,
    Clause,
    Condition,
    Document,
    If,
    OnlyWith,
    Unless,
    Within,
)


def policies(version: Document) -> dict[str, str]:
    """Cedar's text for each clause, by the clause's full id."""
    choices = {choice.name: choice for choice in version.choices}
    mays = {clause.name: clause for clause in version.clauses if clause.modal == "may"}
    found = {}
    for clause in version.clauses:
        may = clause.modal == "may"
        actions = (clause.action,) if may else _barred(clause.action)
        head, rest = _scope(clause, actions)
        when = _block("when", _all(*rest, *_conditions(clause, choices, may)))
        excepted = [f"({_met(mays[name], choices)})" for name in clause.excepts]
        unless = _block("unless", " || ".join(excepted))
        text = f"{'permit' if may else 'forbid'}({head}){when}{unless};"
        found[f"{version.id}#{clause.name}"] = text
    return found


def joined(texts: dict[str, str], only: Iterable[str] | None = None) -> str:
    """One policy set. Cedar numbers its policies in this order, and cites them as `policy0`, `policy1` …"""
    return "\n".join(texts[name] for name in (texts if only is None else only))


def entities(field: Field) -> str:
    """The three hierarchies, as Cedar reads them."""
    found: list[dict[str, Any]] = []
    trees = (("Data", field.data), ("Purpose", field.purposes), ("Party", field.parties))
    for kind, tree in trees:
        top = f"all-{kind.lower()}"
        found.append(_entity(kind, top, None))
        for group, leaves in tree.items():
            found.append(_entity(kind, group, top))
            found += [_entity(kind, leaf, group) for leaf in leaves]
    return json.dumps(found)


def request(ask: Ask, person: Person) -> dict[str, Any]:
    """One ask about one person."""
    return {
        "principal": {"type": "Party", "id": ask.party or "us"},
        "action": {"type": "Action", "id": ask.action},
        "resource": {"type": "Data", "id": ask.data},
        "context": json.dumps(
            {
                "purpose": {"__entity": {"type": "Purpose", "id": ask.purpose}},
                "facts": person.facts,
                "said": sorted(person.said),
                "matters": sorted(person.matters),
            }
        ),
    }


def _entity(kind: str, name: str, parent: str | None) -> dict[str, Any]:
    parents = [{"type": kind, "id": parent}] if parent else []
    return {"uid": {"type": kind, "id": name}, "attrs": {}, "parents": parents}


def _barred(action: Action) -> tuple[str, ...]:
    """The acts a `never` of this action stands against: `never share` covers selling."""
    return tuple(act for act in ("use", "share", "sell") if action in BARRED_BY[act])


def _scope(clause: Clause, actions: tuple[str, ...]) -> tuple[str, list[str]]:
    """What Cedar can index (one word a slot) in the head, all else as conditions."""
    head, rest = {"principal": "principal", "resource": "resource"}, []
    for slot, kind, names in (
        ("principal", "Party", clause.parties),
        ("resource", "Data", clause.data),
    ):
        if len(names) == 1:
            head[slot] = f'{slot} in {kind}::"{names[0]}"'
        elif names:
            rest.append(f"{slot} in {_listed(kind, names)}")
    acts = _listed("Action", actions)
    if clause.purposes:
        rest.append(f"context.purpose in {_listed('Purpose', clause.purposes)}")
    return f"{head['principal']}, action in {acts}, {head['resource']}", rest


def _met(may: Clause, choices: dict[str, Choice]) -> str:
    """Where a `may` covers the ask and its conditions are known to hold."""
    parts = [f'action == Action::"{may.action}"', f"resource in {_listed('Data', may.data)}"]
    if may.parties:
        parts.append(f"principal in {_listed('Party', may.parties)}")
    if may.purposes:
        parts.append(f"context.purpose in {_listed('Purpose', may.purposes)}")
    return _all(*parts, *_conditions(may, choices, True))


def _block(word: str, body: str) -> str:
    return f" {word} {{ {body} }}" if body else ""


def _listed(kind: str, names: tuple[str, ...]) -> str:
    return "[" + ", ".join(f'{kind}::"{name}"' for name in names) + "]"


def _conditions(clause: Clause, choices: dict[str, Choice], surely: bool) -> list[str]:
    return [_condition(condition, choices, surely) for condition in clause.conditions]


def _condition(condition: Condition, choices: dict[str, Choice], surely: bool) -> str:
    match condition:
        case If(facts):
            return _any(*(_fact(fact, surely) for fact in facts))
        case Within(matters):
            return _any(*(f'context.matters.contains("{matter}")' for matter in matters))
        case Unless(names) | OnlyWith(names):
            said = _any(*(_said(choices[name]) for name in names))
            return f"!{said}" if isinstance(condition, Unless) else said
    raise ValueError(f"not said in Cedar here: {condition}")


def _fact(name: str, surely: bool) -> str:
    """An unknown fact does not hold in a `may`, and holds in a `never`."""
    has, value = f'context.facts has "{name}"', f'context.facts["{name}"]'
    return f"({has} && {value})" if surely else f"(!({has}) || {value})"


def _said(choice: Choice) -> str:
    """For its topic the cell of the topic; for any other purpose, only when said for all its topics."""
    if not choice.for_each:
        return f'context.said.contains("{choice.name}/")'
    cells = {item: f'context.said.contains("{choice.name}/{item}")' for item in choice.for_each[0]}
    inside = [f'(context.purpose in Purpose::"{item}" && {said})' for item, said in cells.items()]
    outside = f"!(context.purpose in {_listed('Purpose', choice.for_each[0])})"
    return _any(*inside, f"({_all(outside, *cells.values())})")


def _all(*parts: str) -> str:
    return " && ".join(parts)


def _any(*parts: str) -> str:
    return f"({' || '.join(parts)})"
