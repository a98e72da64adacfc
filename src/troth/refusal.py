"""What a refusal at the gate says: the code, what was asked, the deciding clauses, what would allow it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from troth.language.model import Answer, Leaf

TITLES = {
    "G501": "not allowed",
    "G502": "may not be collected there",
    "G503": "no such version is in force",
    "G504": "this origin is not allowed",
    "G505": "this host is not covered",
    "G506": "unknown here",
    "G507": "this caller may not claim that",
}


class Refused(Exception):
    """A refusal at the gate. Nothing was stored, nothing was done."""

    def __init__(self, code: str, message: str, leaves: tuple[Leaf, ...] = ()) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.leaves = leaves

    @property
    def clauses(self) -> tuple[str, ...]:
        """The deciding clauses, each once."""
        return tuple(dict.fromkeys(c for leaf in self.leaves for c in leaf.decision.clauses))

    @property
    def would_allow(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(w for leaf in self.leaves for w in leaf.decision.would_allow))


class NotAllowed(Refused):
    """The answer to an ask that was required to be yes."""


def refusal(code: str, action: str, place: str, withheld: tuple[Leaf, ...]) -> Refused:
    """A refused collection, with the words that may not be collected there and why."""
    if not withheld:
        return Refused(code, f"nothing was given at {place}")
    words = ", ".join(dict.fromkeys(leaf.ask.data for leaf in withheld))
    clauses = dict.fromkeys(c for leaf in withheld for c in leaf.decision.clauses)
    because = f"because {', '.join(clauses)}" if clauses else "because no clause permits it"
    return Refused(code, f"not allowed: {action} {words} at {place}; {because}", withheld)


def not_allowed(
    answer: Answer,
    action: str,
    data: str,
    slots: Mapping[str, Any],
    sentences: Mapping[str, str],
) -> tuple[str, str, tuple[Leaf, ...]]:
    """Code, text and leaves of a G501: what was asked, because of which clause, in the public sentence,
    and what would make it allowed."""
    words = [action, data]
    if slots.get("party"):
        words.append(f"with {slots['party']}")
    if slots.get("purpose"):
        words.append(f"for {slots['purpose']}")
    lines = [f"not allowed: {' '.join(words)}"]
    versions = dict.fromkeys(leaf.version for leaf in answer.withheld if leaf.version)
    if versions:
        lines.append(f"  given under {', '.join(versions)}")
    for clause in answer.clauses:
        lines.append(f"  because {clause}")
        if clause in sentences:
            lines.append(f"    “{sentences[clause]}”")
    if not answer.clauses:
        lines.append(
            "  because no clause permits it" if answer.leaves else "  nothing of it is held"
        )
    lines += [f"  = {way}" for way in answer.would_allow[:3]]
    return "G501", "\n".join(lines), answer.withheld
