"""What the permits in the rows are for: a purpose, and where it is said a party, a matter and a role.

Written as who installs them says it: `support`, `support with acme-de`, `support within support-case:17 by phone`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256

from troth.language.model import Ask

LONGEST = 63  # bytes of a name in PostgreSQL
_WRITTEN = re.compile(
    r"(?P<purpose>\S+)(?: with (?P<party>\S+))?(?: within (?P<matter>\S+))?(?: by (?P<by>\S+))?"
)


@dataclass(frozen=True, slots=True)
class Aim:
    """What rows are used for, or with a party what they are shared for. `party` is its id or its word,
    `matter` the id of one."""

    purpose: str
    party: str | None = None
    matter: str | None = None
    by: str | None = None

    def __str__(self) -> str:
        parts = (("with", self.party), ("within", self.matter), ("by", self.by))
        return " ".join((self.purpose, *(f"{name} {said}" for name, said in parts if said)))

    @property
    def called(self) -> str:
        """What its views are called after: words and digits, at most 40, and never two aims alike."""
        name = re.sub(r"[^a-z0-9]+", "_", str(self).lower())
        if name == self.purpose.replace("-", "_") and len(name) <= 40:
            return name
        return f"{name[:31]}_{sha256(str(self).encode()).hexdigest()[:8]}"

    def ask(self, word: str | None) -> Ask:
        """The ask without its data; `word` is the word of the party."""
        return Ask("share" if self.party else "use", "", self.purpose, word, None, self.by)


def read_aim(written: str) -> Aim:
    """The aim of a text. ValueError says how one is written."""
    found = _WRITTEN.fullmatch(" ".join(written.split()))
    if found is None:
        raise ValueError(
            f"`{written}` is no aim; write PURPOSE [with PARTY] [within MATTER] [by ROLE]"
        )
    return Aim(**found.groupdict())
