"""Who may receive: parties with their territories and groups, and the agreements that bind them, by day."""

from __future__ import annotations

from troth.parties.agreements import Agreement, agreements_of, end, end_term, live, sign
from troth.parties.recipients import Party, add_territory, party, register, set_group

__all__ = [
    "Agreement",
    "Party",
    "add_territory",
    "agreements_of",
    "end",
    "end_term",
    "live",
    "party",
    "register",
    "set_group",
    "sign",
]
