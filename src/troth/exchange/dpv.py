"""DPV (JSON-LD): each clause without condition a permission or a prohibition, with its processing, data, purposes, recipients."""

from __future__ import annotations

from typing import Any

from troth.exchange.carried import Lost, Words, plain, sorted_out, without_conditions
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

NAMESPACE = "https://w3id.org/dpv#"
PROCESSING: dict[Action, str] = {
    "use": "dpv:Use",
    "share": "dpv:Share",
    "collect": "dpv:Collect",
    "keep": "dpv:Store",
    "sell": f"{OURS}action:sell",  # no processing of theirs says it
    "require": f"{OURS}action:require",
}
RULES = {"may": "dpv:Permission", "never": "dpv:Prohibition"}
SLOTS: tuple[tuple[Kind, str], ...] = (
    ("data", "hasPersonalData"),
    ("purpose", "hasPurpose"),
    ("party", "hasRecipient"),
    ("place", "hasLocation"),
)
TYPES: dict[Kind, str] = {
    "data": "dpv:PersonalData",
    "purpose": "dpv:Purpose",
    "party": "dpv:Recipient",
    "place": "dpv:Location",
}


def handling(document: Document, words: Words) -> tuple[dict[str, Any], tuple[Lost, ...]]:
    """What a version does with personal data, as DPV says it, and what it cannot say."""
    clauses, lost = sorted_out(document, _hinders)
    found = {
        "@id": f"{OURS}policy:{document.id}",
        "@type": "dpv:PersonalDataHandling",
        "rdfs:label": f"{document.setting('company')}, {document.id}",
        "dpv:hasRule": [_rule(document, clause) for clause in clauses],
    }
    graph_ = [found, *nodes(spoken(clauses, words), TYPES)]
    return {"@context": {**PREFIXES, "dpv": NAMESPACE}, "@graph": graph_}, lost


def _hinders(clause: Clause) -> str:
    return without_conditions(clause) or ("" if clause.modal in RULES else clause.modal)


def _rule(document: Document, clause: Clause) -> dict[str, Any]:
    named: dict[str, tuple[str, ...]] = {
        "data": clause.data,
        "purpose": clause.purposes,
        "party": clause.parties,
        "place": clause.places,
    }
    return {
        "@id": f"{OURS}clause:{document.id}#{clause.name}",
        "@type": RULES[clause.modal],
        "dpv:hasProcessing": {"@id": PROCESSING[clause.action]},
        **{f"dpv:{slot}": links(kind, named[kind]) for kind, slot in SLOTS if named[kind]},
    }


def draft(found: Any, name: str, words: Words) -> Draft:
    """A draft from DPV as written here. A rule with anything that is not understood is not taken."""
    clauses: list[Clause] = []
    lost: list[Lost] = []
    taken: set[str] = set()
    for node in graph(found):
        for rule in many(said(node, "dpv", "hasRule")):
            clause = _clause(rule, taken)
            if clause is None:
                lost.append(Lost(address(rule) or "a rule", "a rule that our words cannot say"))
            else:
                clauses.append(clause)
    listed = tuple(clauses)
    return Draft(name, needed(listed, words_in(found, words)), listed, tuple(lost))


def _clause(rule: Any, taken: set[str]) -> Clause | None:
    if not isinstance(rule, dict):
        return None
    known = {
        "@id",
        "@type",
        "rdfs:label",
        "dpv:hasProcessing",
        *(f"dpv:{slot}" for _, slot in SLOTS),
    }
    modal = next((m for m, kind in RULES.items() if kind in many(rule.get("@type"))), None)
    does = address(rule.get("dpv:hasProcessing", "")).replace(NAMESPACE, "dpv:")
    action = next((a for a, processing in PROCESSING.items() if processing == does), None)
    named = {
        kind: tuple(word_at(value, kind) for value in many(rule.get(f"dpv:{slot}")))
        for kind, slot in SLOTS
    }
    understood = all(name for names in named.values() for name in names)
    if (
        modal is None
        or action is None
        or not named["data"]
        or not understood
        or rule.keys() - known
    ):
        return None
    called = clause_name(address(rule), taken)
    slots = (named["data"], named["party"], named["purpose"], named["place"])
    return plain(Clause(called, modal, action, *slots))  # type: ignore[arg-type]  # `may` or `never`
