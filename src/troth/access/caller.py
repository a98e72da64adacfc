"""Who asks: a program with its key, and what it may claim; an operator or a person in a session."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

MAY = ("ask", "collect", "choices", "desk", "observe")  # the doors a key may open
ANY_PURPOSE = "*"


@dataclass(frozen=True, slots=True)
class Caller:
    """A program. It may claim the purposes its key lists, whatever the policy would allow others."""

    company: str
    name: str
    role: str
    purposes: tuple[str, ...]
    may: tuple[str, ...]

    def may_claim(self, purpose: str | None) -> bool:
        """Whether this caller may ask for that purpose. No purpose said means every purpose."""
        return ANY_PURPOSE in self.purposes or (purpose is not None and purpose in self.purposes)

    def may_use(self, door: str) -> bool:
        """Whether this caller may use that door of the service."""
        return door in self.may


@dataclass(frozen=True, slots=True)
class Visitor:
    """Whoever is signed in: an operator with roles, or a person at her own data. Never both."""

    company: str
    until: datetime
    operator: int | None = None
    person: int | None = None
    name: str = ""
    roles: tuple[str, ...] = ()

    def has_role(self, role: str) -> bool:
        """Whether this is an operator with that role."""
        return role in self.roles
