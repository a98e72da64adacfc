"""A fideslang manifest: permitted uses as a system's declarations, forbidden ones as a policy's rules, words as a dataset.

It speaks of categories of data and of uses alone: of no condition, place, time, choice or duty.
"""

from __future__ import annotations

from typing import Any

from troth.exchange.carried import Lost, Words, sorted_out, without_conditions
from troth.exchange.draft import Draft, clause_name, named, needed
from troth.language.fideslang import CATEGORIES, SUBJECTS, USES
from troth.language.model import ANYTHING, Clause, Document, Kind, Word

DECLARED = ("use", "share")


def manifest(document: Document, words: Words) -> tuple[dict[str, Any], tuple[Lost, ...]]:
    """The manifest of a version, and what it cannot say."""
    clauses, lost = sorted_out(document, lambda clause: _hinders(clause, words))
    key = document.id.replace("/", "_")
    permitted = [clause for clause in clauses if clause.modal == "may"]
    forbidden = [clause for clause in clauses if clause.modal == "never"]
    found: dict[str, Any] = {
        "dataset": [_dataset(key, document, clauses, words)],
        "system": [
            {
                "fides_key": f"{key}_system",
                "name": document.setting("company"),
                "description": f"What {document.id} permits",
                "system_type": "Application",
                "privacy_declarations": [
                    declaration for c in permitted for declaration in _declarations(c, words)
                ],
            }
        ],
        "policy": [
            {
                "fides_key": f"{key}_policy",
                "name": document.setting("company"),
                "description": f"What {document.id} never does",
                "rules": [_rule(clause, words) for clause in forbidden],
            }
        ],
    }
    return found, lost


def _hinders(clause: Clause, words: Words) -> str:
    if why := without_conditions(clause):
        return why
    if clause.action not in (DECLARED if clause.modal == "may" else ("use",)):
        return f"{clause.modal} {clause.action}: it speaks of uses"
    if clause.places or not clause.purposes or (clause.parties and clause.action == "use"):
        return "it has a slot that a manifest does not know"
    slots: tuple[tuple[Kind, tuple[str, ...]], ...] = (
        ("data", clause.data),
        ("purpose", clause.purposes),
    )
    untied = [n for kind, names in slots for n in names if not _key(words, kind, n)]
    return f"no key for {', '.join(untied)}" if untied else ""


def _key(words: Words, kind: Kind, name: str) -> str:
    word = words.get((kind, name))
    return "" if word is None or name == ANYTHING else word.standard


def _keys(words: Words, kind: Kind, names: tuple[str, ...]) -> list[str]:
    return list(dict.fromkeys(_key(words, kind, name) for name in names))


def _declarations(clause: Clause, words: Words) -> list[dict[str, Any]]:
    categories = _keys(words, "data", clause.data)
    said: dict[str, Any] = {"name": clause.name, "data_categories": categories}
    if clause.action == "share":
        said |= {
            "data_shared_with_third_parties": True,
            "third_parties": ", ".join(clause.parties),
            "shared_categories": categories,
        }
    return [{**said, "data_use": use} for use in _keys(words, "purpose", clause.purposes)]


def _rule(clause: Clause, words: Words) -> dict[str, Any]:
    return {
        "name": clause.name,
        "data_categories": {"matches": "ANY", "values": _keys(words, "data", clause.data)},
        "data_uses": {"matches": "ANY", "values": _keys(words, "purpose", clause.purposes)},
        "data_subjects": {"matches": "ANY", "values": sorted(SUBJECTS)},
    }


def _dataset(
    key: str, document: Document, clauses: tuple[Clause, ...], words: Words
) -> dict[str, Any]:
    data = dict.fromkeys(name for clause in clauses for name in clause.data)
    fields = [
        {
            "name": name,
            "description": words["data", name].phrase,
            "data_categories": [words["data", name].standard],
        }
        for name in data
    ]
    collections = [{"name": "data", "fields": fields}]
    return {
        "fides_key": f"{key}_data",
        "name": document.setting("company"),
        "collections": collections,
    }


# -- reading ---------------------------------------------------------------------------------------


def draft(found: dict[str, Any], name: str, words: Words) -> Draft:
    """A draft from any manifest. Its keys become words: those of the vocabulary, else new ones."""
    known = {(w.kind, w.standard): w for w in reversed(words.values()) if w.standard}  # type: ignore[call-overload]
    known |= _fields(found, words)
    made: dict[tuple[Kind, str], Word] = {}
    lost: list[Lost] = []
    clauses: dict[str, Clause] = {}
    taken: set[str] = set()

    def word(kind: Kind, key: str) -> str:
        if (kind, key) not in known:
            known[kind, key] = made[kind, key] = Word(kind, named(key), key, standard=key)
        return str(known[kind, key].name)

    for uid, modal, action, data, uses, parties in _said(found, lost):
        names = tuple(dict.fromkeys(word("data", key) for key in data))
        purposes = tuple(dict.fromkeys(word("purpose", key) for key in uses))
        for party in parties:
            if ("party", party) not in words:
                made["party", party] = Word("party", named(party), party)
        with_ = tuple(party if ("party", party) in words else named(party) for party in parties)
        again = clauses.get(uid)
        if again is not None and (again.modal, again.action, again.data) == (modal, action, names):
            joined = tuple(dict.fromkeys((*again.purposes, *purposes)))
            clauses[uid] = Clause(again.name, again.modal, again.action, names, with_, joined)
            continue
        called = clause_name(uid, taken)
        key = uid if again is None else called
        clauses[key] = Clause(called, modal, action, names, with_, purposes)
    listed = tuple(clauses.values())
    return Draft(name, needed(listed, (*words.values(), *made.values())), listed, tuple(lost))


def _fields(found: dict[str, Any], words: Words) -> dict[tuple[Kind, str], Word]:
    """The data words that the datasets name as fields: which of several words with one key was meant."""
    fields = [
        field
        for dataset in found.get("dataset") or ()
        for collection in dataset.get("collections") or ()
        for field in collection.get("fields") or ()
    ]
    return {
        ("data", key): words["data", field["name"]]
        for field in reversed(fields)
        for key in field.get("data_categories") or ()
        if ("data", field.get("name")) in words
    }


def _said(found: dict[str, Any], lost: list[Lost]) -> Any:
    """Each declaration and rule: its name, modal, action, categories, uses, parties."""
    for system in found.get("system") or ():
        for said in system.get("privacy_declarations") or ():
            uid = str(said.get("name") or system.get("fides_key", "system"))
            data, uses = [*(said.get("data_categories") or [])], [said.get("data_use")]
            if _unknown(uid, data, uses, lost):
                continue
            parties = [p.strip() for p in str(said.get("third_parties") or "").split(",")]
            if said.get("data_shared_with_third_parties"):
                yield uid, "may", "share", data, uses, [party for party in parties if party]
            else:
                yield uid, "may", "use", data, uses, []
            if period := said.get("retention_period"):
                lost.append(Lost(uid, f"retention_period {period}"))
    for policy in found.get("policy") or ():
        for rule in policy.get("rules") or ():
            uid = str(rule.get("name") or policy.get("fides_key", "policy"))
            matched = [rule.get(f"data_{of}") or {} for of in ("categories", "uses", "subjects")]
            data, uses, subjects = ([*(one.get("values") or [])] for one in matched)
            anybody = set(subjects) >= SUBJECTS
            if {one.get("matches") for one in matched} != {"ANY"} or not anybody:
                lost.append(Lost(uid, "a rule for some people, or one that does not match ANY"))
            elif not _unknown(uid, data, uses, lost):
                yield uid, "never", "use", data, uses, []


def _unknown(uid: str, data: list[Any], uses: list[Any], lost: list[Lost]) -> bool:
    """Keys that the taxonomy does not have are not guessed at."""
    unknown = [str(key) for key in data if key not in CATEGORIES]
    unknown += [str(key) for key in uses if key not in USES]
    if unknown or not data:
        lost.append(Lost(uid, f"unknown keys: {', '.join(unknown)}" if unknown else "no data"))
    return bool(unknown) or not data
