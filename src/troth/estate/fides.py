"""A Fides dataset read as a map: its categories become the policy's words, its references paths to people.

What it does not say stays unsaid: when a row was given is unknown, so its data are good for basic purposes
alone, and a category for which the policy has no word is a column that cannot be read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from yaml import MappingNode, Node, SequenceNode

from troth.estate.draft import word_for
from troth.estate.model import KINDS, PLAIN, Column, Link, Map, Table
from troth.language.model import Policy, Span

IDENTITIES = {"email": "email", "phone_number": "phone", "phone": "phone", "external_id": "account"}
Reference = tuple[str, str, str, str]  # table, column, to table, its column


@dataclass
class _Collection:
    name: str
    span: Span
    columns: list[Column] = field(default_factory=list)
    identities: list[Link] = field(default_factory=list)


def is_fides(node: Node | None) -> bool:
    """Whether a document is a Fides dataset."""
    return isinstance(node, MappingNode) and any(key.value == "dataset" for key, _ in node.value)


def fides_map(node: Node, policy: Policy, file: str) -> Map:
    """The map of the first dataset of a document."""
    datasets = list(_listed(_at(node, "dataset")))
    dataset = datasets[0] if datasets else None
    named = _text(dataset, "fides_key") or _text(dataset, "name")
    collections: dict[str, _Collection] = {}
    references: list[Reference] = []
    for each in _listed(_at(dataset, "collections")):
        name = _text(each, "name")
        found = collections[name] = _Collection(name, _span(each, file))
        for one in _listed(_at(each, "fields")):
            _field(one, found, references, policy, file)
    links = _links(collections, references)
    tables = {name: _table(found, links.get(name, ())) for name, found in collections.items()}
    return Map(named, policy.name, tables, "UTC", file)


def _field(
    node: Node, found: _Collection, references: list[Reference], policy: Policy, file: str
) -> None:
    name, meta = _text(node, "name"), _at(node, "fides_meta") or _at(node, "fidesops_meta")
    categories = [one.value for one in _listed(_at(node, "data_categories"))]
    word = _word([str(category) for category in categories], policy)
    if word:
        found.columns.append(Column(name, word, _span(node, file)))
    identity = IDENTITIES.get(_text(meta, "identity"), "")
    if identity in KINDS:
        found.identities.append(Link(name, identity, span=_span(node, file)))
    for reference in _listed(_at(meta, "references")):
        table, _, column = _text(reference, "field").partition(".")
        if _text(reference, "direction") == "to":
            references.append((table, column, found.name, name))
        else:
            references.append((found.name, name, table, column))


def _word(categories: list[str], policy: Policy) -> str:
    """One word for all categories of a field; none where they are not one, or the policy has no word."""
    words = {PLAIN if c.startswith("system") else word_for(c, policy) for c in categories}
    return words.pop() if len(words) == 1 else ""


def _links(
    collections: dict[str, _Collection], references: list[Reference]
) -> dict[str, tuple[Link, ...]]:
    """Who is found by an identity is reached first; then whoever refers to what is reached."""
    links = {name: tuple(c.identities[:1]) for name, c in collections.items() if c.identities}
    while True:
        fresh: dict[str, tuple[Link, ...]] = {}
        for name in collections.keys() - links.keys():
            mine = [r for r in references if r[0] == name and r[2] in links]
            if mine:
                steps = [Link(column, "", to, at) for _, column, to, at in mine]
                fresh[name] = tuple(steps)
        if not fresh:
            return links
        links |= fresh


def _table(found: _Collection, people: tuple[Link, ...]) -> Table:
    """A table that reaches nobody keeps only its plain columns: the others can be nobody's to allow."""
    personal = any(column.personal for column in found.columns)
    if personal and not people:
        columns = tuple(column for column in found.columns if not column.personal)
        return Table(found.name, columns, span=found.span)
    if not personal:
        return Table(found.name, tuple(found.columns), span=found.span)
    return Table(found.name, tuple(found.columns), people, span=found.span)


# -- nodes -----------------------------------------------------------------------------------------


def _at(node: Node | None, key: str) -> Any:
    if isinstance(node, MappingNode):
        return next((value for name, value in node.value if name.value == key), None)
    return None


def _listed(node: Node | None) -> Iterator[Any]:
    if isinstance(node, SequenceNode):
        yield from node.value


def _text(node: Node | None, key: str) -> str:
    found = _at(node, key)
    return found.value if found is not None and isinstance(found.value, str) else ""


def _span(node: Node, file: str) -> Span:
    return Span(file, node.start_mark.line + 1, node.start_mark.column + 1, 1)
