"""How the rows of a table reach their people and their stamp: joins along the references of the map."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from troth.estate import Given, Link, Map, Table
from troth.estate.database import quoted


@dataclass(frozen=True, slots=True)
class Path:
    """From a row to what the store knows a person by, through no table or several."""

    link: Link  # the first step
    steps: tuple[Link, ...]  # the references on the way
    kind: str
    column: str  # of the last table


def paths(found: Map, table: Table) -> Iterator[Path]:
    """Every way from the table to its people; of those a row refers to, whose row that is."""
    for link in table.people:
        if link.role != "anonymous":
            yield from _following(found, link, link, ())


def _following(found: Map, first: Link, link: Link, steps: tuple[Link, ...]) -> Iterator[Path]:
    if link.kind:
        yield Path(first, steps, link.kind, link.column)
        return
    for further in found.tables[link.to].people:
        if further.role == "owned":
            yield from _following(found, first, further, (*steps, link))


def joined(table: Table, steps: tuple[Link, ...], schema: str, named: str = "j") -> tuple[str, str]:
    """The `from` of a table under the name t with a left join for each step, and the last name."""
    written, last = f'{schema}.{quoted(table.name)} as "t"', "t"
    for number, step in enumerate(steps):
        following = f"{named}{number}"
        written += (
            f" left join {schema}.{quoted(step.to)} as {following}"
            f" on {last}.{quoted(step.column)} = {following}.{quoted(step.to_column)}"
        )
        last = following
    return written, last


def stamped(found: Map, table: Table) -> tuple[Given, tuple[Link, ...]]:
    """Where the stamp of a row stands: in its own table, or in that of the row it is given like."""
    steps: list[Link] = []
    at = table
    while at.given.like:
        step = next(link for link in at.people if link.column == at.given.like and link.to)
        if len(steps) > len(found.tables):
            break
        steps.append(step)
        at = found.tables[step.to]
    return at.given, tuple(steps)
