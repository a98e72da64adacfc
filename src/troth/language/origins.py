"""What a cell of a written table needs: `email or name of contacts + purchase of orders`.

A table that a query has written keeps for each of its rows the rows it was made of, in a column for each origin.
A cell may be seen where of every origin's rows each need is met: one of its words may be used.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

ORIGIN = "troth_from_"  # how the columns begin that say of what rows a row was made
_NEED = re.compile(r"(?P<words>[\w-]+(?: or [\w-]+)*) of (?P<of>[a-z0-9_]+)")


class Need(NamedTuple):
    """One of `words` must be allowed of every row that came from the origin `of`."""

    of: str
    words: tuple[str, ...]

    def __str__(self) -> str:
        return f"{' or '.join(self.words)} of {self.of}"

    def meets(self, other: Need) -> bool:
        """Whether the other is met wherever this one is."""
        return self.of == other.of and set(self.words) <= set(other.words)


def read_needs(text: str) -> tuple[Need, ...] | None:
    """The needs of a text, or none where it is no such text."""
    found = [_NEED.fullmatch(part) for part in " ".join(text.split()).split(" + ")]
    needs = [Need(one["of"], tuple(one["words"].split(" or "))) for one in found if one is not None]
    return tuple(needs) if len(needs) == len(found) else None


def written_needs(needs: Iterable[Need]) -> str:
    """The needs as text, each once and in order; what another includes is left out."""
    each = {Need(need.of, tuple(sorted(set(need.words)))) for need in needs}
    least = [one for one in each if not any(two != one and two.meets(one) for two in each)]
    return " + ".join(str(need) for need in sorted(least))


def origin_column(name: str) -> str:
    """The column in which the rows of an origin stand."""
    return ORIGIN + name


def origin_name(table: str, taken: Iterable[str] = ()) -> str:
    """What an origin is called: as the table is, with a number where that is taken."""
    plain = re.sub(r"[^a-z0-9_]+", "_", table.lower()).strip("_")[:40] or "rows"
    used, number, name = set(taken), 1, plain
    while name in used:
        number += 1
        name = f"{plain}_{number}"
    return name
