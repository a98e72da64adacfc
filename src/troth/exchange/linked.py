"""Words as linked data: each by its address, with its phrase, what it holds and its key; and read back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from troth.exchange.carried import Words
from troth.language.model import Clause, Kind, Word

OURS = "urn:troth:"
FIDES = "https://ethyca.github.io/fideslang/taxonomy#"
PREFIXES = {
    "troth": OURS,
    "fides": FIDES,
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
}
SLOTS: tuple[Kind, ...] = ("data", "purpose", "party", "place")


def link(kind: str, name: str) -> dict[str, str]:
    """A word by its address."""
    return {"@id": f"{OURS}{kind}:{name}"}


def links(kind: str, names: Iterable[str]) -> list[dict[str, str]]:
    return [link(kind, name) for name in names]


def nodes(words: Iterable[Word], types: dict[Kind, str]) -> list[dict[str, Any]]:
    """A node for each word."""
    return [
        {
            **link(word.kind, word.name),
            "@type": types[word.kind],
            "rdfs:label": word.phrase,
            **({"skos:narrower": links(word.kind, word.holds)} if word.holds else {}),
            **({"skos:exactMatch": {"@id": FIDES + word.standard}} if word.standard else {}),
        }
        for word in words
    ]


def graph(found: Any) -> list[dict[str, Any]]:
    """The nodes of a document, in a graph or alone."""
    if isinstance(found, list):
        return [node for part in found for node in graph(part)]
    if not isinstance(found, dict):
        return []
    return graph(found["@graph"]) if "@graph" in found else [found]


def many(value: Any) -> list[Any]:
    """A value as the list it may be."""
    return value if isinstance(value, list) else [] if value is None else [value]


def said(node: dict[str, Any], prefix: str, name: str) -> Any:
    """A property, with its prefix or by its bare name as the format's own context has it."""
    return node.get(f"{prefix}:{name}", node.get(name))


def address(value: Any) -> str:
    """The address of a node or of a reference to one."""
    found = value.get("@id", value.get("uid", "")) if isinstance(value, dict) else value
    return str(found)


def word_at(value: Any, kind: str) -> str:
    """The name of our word at an address, or nothing for anything else's."""
    prefix = f"{OURS}{kind}:"
    found = address(value)
    return found.removeprefix(prefix) if found.startswith(prefix) else ""


def words_in(found: Any, known: Words) -> list[Word]:
    """The words of a document: those of the vocabulary as they stand there, else as the nodes say."""
    read: dict[tuple[Kind, str], Word] = dict(known)
    for node in graph(found):
        for kind in SLOTS:
            name = word_at(node, kind)
            if name and (kind, name) not in read:
                holds = (word_at(x, kind) for x in many(node.get("skos:narrower")))
                key = address(node.get("skos:exactMatch", "")).removeprefix(FIDES)
                phrase = str(node.get("rdfs:label", name))
                held = tuple(h for h in holds if h)
                read[kind, name] = Word(kind, name, phrase, held, standard=key)
    return list(read.values())


def spoken(clauses: Iterable[Clause], words: Words) -> list[Word]:
    """The words the clauses name, and those these hold."""
    from troth.exchange.draft import needed

    return list(needed(clauses, words.values()))
