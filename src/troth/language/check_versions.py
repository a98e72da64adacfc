"""Version against version: a choice that a later version drops, two versions in force on one day."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import PurePosixPath

from .check_names import front_span
from .model import Choice, Document, Policy
from .problem import Problem


def check_versions(policy: Policy) -> Iterator[Problem]:
    """All P4xx problems that can be told from the files alone."""
    for earlier, later in pairwise(policy.versions):
        yield from _dropped(policy, earlier, later)
        if earlier.in_force is not None and earlier.in_force == later.in_force:
            yield _same_day(earlier, later)
    for version in policy.versions:
        yield from _misnamed(version)


def _dropped(policy: Policy, earlier: Document, later: Document) -> Iterator[Problem]:
    """P401: a choice survives versions; one said in 2003 still counts (meaning, point 6)."""
    texts = (later, policy.house) if policy.house is not None else (later,)
    kept = {name for text in texts for c in text.choices for name in (c.name, *c.carries)}
    for choice in earlier.choices:
        if choice.kind == "choice" and choice.name not in kept:
            yield _not_kept(choice, later)


def _not_kept(choice: Choice, later: Document) -> Problem:
    return Problem(
        "P401",
        f"`{later.id}` drops the choice `{choice.name}` of an earlier version",
        front_span(later, "in force"),
        ((choice.span, "people could choose it here"),),
        f"keep `{choice.name}`, or let a choice here or in house.md say `carries {choice.name}`",
    )


def _same_day(earlier: Document, later: Document) -> Problem:
    return Problem(
        "P404",
        f"two versions are in force from {later.in_force} on",
        front_span(later, "in force"),
        ((front_span(earlier, "in force"), "the same day here"),),
        "give one of them another day",
    )


def _misnamed(version: Document) -> Iterator[Problem]:
    """P405: a version is called after its day; a file called after another day misleads."""
    name = PurePosixPath(version.path).stem
    dated = len(name) == 10 and name[:4].isdigit() and name.count("-") == 2
    if dated and version.in_force is not None and name != version.in_force.isoformat():
        yield Problem(
            "P405",
            f"the file is called {name}, and is in force from {version.in_force} on",
            front_span(version, "in force"),
            (),
            f"rename the file to {version.in_force}.md, or mend the date",
        )
