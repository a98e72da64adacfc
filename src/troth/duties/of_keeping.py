"""Duties of keeping: what is past its time is erased, and what is kept only as a count is kept of nobody."""

from __future__ import annotations

from troth.duties.figure import LATELY, Binding, Figure, Ground, judged, not_measured
from troth.store import tables as t

F = t.fields.c


def erase(ground: Ground, binding: Binding) -> Figure:
    """The fields that this duty has ended: those still there, and those erased lately."""
    past, swept = ground.overdue[binding.id], ground.erased[binding.id]
    return judged(
        not past,
        f"{past} fields are past their time; {swept} were erased by it in {LATELY.days} days",
        f"erase them: troth sweep {ground.company.name}",
        past=past,
        erased_lately=swept,
    )


def only_counts(ground: Ground, binding: Binding) -> Figure:
    """Of this data, the values that are held of single people."""
    words = ground.leaves("data", binding.duty.slot("data"))
    held = ground.session.count(t.fields, F.data.in_(sorted(words)), F.value.is_not(None))
    return judged(
        not held,
        f"{held} single values of it are held of people",
        "count them by what the duty names, and erase the single values",
        single_values=held,
    )


def count(ground: Ground, _: Binding) -> Figure:  # noqa: ARG001
    """Statistics leave by no door of ours yet."""
    return not_measured("No door here gives out statistics, so no group was counted.")
