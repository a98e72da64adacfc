"""A draft of a policy from what was read: its words and clauses, to be read, dated and completed by people."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from troth.exchange.carried import Lost, slots
from troth.language.model import Box, Clause, Document, Heading, Part, Prose, Word
from troth.language.write import format_document

SECTION = "imported"
NAME = re.compile(r"[^a-z0-9]+")
OPENING = "Imported; every clause is to be read, and what was not carried to be written."


@dataclass(frozen=True, slots=True)
class Draft:
    """Clauses with the words they need, and what of the original could not be carried."""

    name: str
    words: tuple[Word, ...]
    clauses: tuple[Clause, ...]
    lost: tuple[Lost, ...] = ()

    @property
    def document(self) -> Document:
        """The draft as a version without a day: it says nothing before somebody dates it."""
        front = tuple(
            (key, value)
            for key, value in (
                ("policy", self.name),
                ("company", self.name),
                ("in force", "9999-12-31"),
                ("zone", "UTC"),
            )
        )
        parts: list[Part] = [Heading(1, "Imported", "top"), Prose(OPENING)]
        boxes: list[Part] = [Box("top", (), words=self.words)] if self.words else []
        sections = dict.fromkeys(clause.name.partition(".")[0] for clause in self.clauses)
        sections |= dict.fromkeys(  # an exception may name a whole section
            name for clause in self.clauses for name in clause.excepts if "." not in name
        )
        ruled: list[Part] = []
        for section in sections:
            ruled.append(Heading(2, section.replace("-", " ").capitalize(), section))
            mine = tuple(c for c in self.clauses if c.name.startswith(f"{section}."))
            ruled += [Box(section, mine)] if mine else []
        whole = (*parts, *boxes, *ruled)
        return Document("version", f"{self.name}/9999-12-31", front, whole)

    @property
    def text(self) -> str:
        """The Markdown of the draft."""
        return format_document(self.document)


def named(text: str) -> str:
    """A name of the language out of any text."""
    found = NAME.sub("-", text.lower()).strip("-")
    return found if found[:1].isalpha() else f"x-{found}".strip("-")


def clause_name(uid: str, taken: set[str]) -> str:
    """`section.name` of a rule by what it is called elsewhere; each once."""
    last = uid.rpartition("#")[2] if "#" in uid else uid
    section, dot, name = last.partition(".")
    name = (
        f"{named(section)}.{named(name)}" if dot and name else f"{SECTION}.{named(last) or 'rule'}"
    )
    number, found = 1, name
    while found in taken:
        number += 1
        found = f"{name}-{number}"
    taken.add(found)
    return found


def needed(clauses: Iterable[Clause], known: Iterable[Word]) -> tuple[Word, ...]:
    """The words the clauses name, and those these hold, in order."""
    by_name = {(word.kind, word.name): word for word in known}
    wanted = [slot for clause in clauses for slot in slots(clause)]
    found: dict[tuple[str, str], Word] = {}
    while wanted:
        slot = wanted.pop(0)
        word = by_name.get(slot)
        if word is not None and slot not in found:
            found[slot] = word
            wanted += [(word.kind, held) for held in word.holds]
    order = list(by_name)
    return tuple(sorted(found.values(), key=lambda word: order.index((word.kind, word.name))))
