"""`troth promises`: each promise, what binds it, and its state."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import click

from .opening import nearest, read_policies, wrong_usage
from .options import json_option, policies_option


@click.command()
@click.argument("system", required=False)
@json_option
@policies_option
def promises(system: str | None, as_json: bool, policies: str | None) -> None:
    """List every promise (of SYSTEM) with the clause that binds it, its state, and totals."""
    from troth.promises import STATES, read_kept, read_promises, states
    from troth.settings import read_settings

    found_policies = read_policies(policies, stories=True)
    folder = Path(read_settings(policies).policies)
    every = read_promises(folder / "promises")
    systems = sorted({promise.system for promise in every})
    if system is not None and system not in systems:
        raise wrong_usage(f"there are no promises of {system}{nearest(system, systems)}")
    chosen = [promise for promise in every if system in (None, promise.system)]
    kept = read_kept(folder / "promises")
    found = states(found_policies, chosen, kept)
    totals = Counter(one.state for one in found)
    if as_json:
        listed = [
            {
                "id": one.promise.id,
                "state": one.state,
                "level": one.promise.level,
                "bound by": [binding.id for binding in one.bindings],
                "door": one.door,
                "kept by": kept[one.promise.id].shown_by if one.state == "kept" else "",
            }
            for one in found
        ]
        click.echo(json.dumps({"promises": listed, "totals": totals}, indent=2))
        return
    for one in found:
        line = next((b.id for b in one.bindings), f"by {one.door}" if one.state == "open" else "")
        click.echo(f"{one.state:<10} {one.promise.id:<58} {line}")
    summary = ", ".join(f"{totals[state]} {state}" for state in STATES)
    click.echo(f"{len(found)} promises: {summary}")
