"""`troth ledger`: check the record of everything that was asked, given, chosen and told."""

from __future__ import annotations

import json
import sys

import click

from .opening import open_house
from .options import database_option, json_option, policies_option


@click.group()
def ledger() -> None:
    """Check the record of everything that was asked, given, chosen and told."""


@ledger.command()
@json_option
@policies_option
@database_option
def verify(as_json: bool, policies: str | None, database: str | None) -> None:
    """Verify every company's ledger. Exits 1 and names the first entry that is wrong."""
    from troth import ledger as record

    house = open_house(policies, database)
    verdicts = {}
    for company in house.companies():
        with company.reading() as session:
            verdicts[company.name] = record.verify(session)
    if as_json:
        shown = ("sound", "entries", "head", "seq", "problem")
        said = {n: {name: getattr(v, name) for name in shown} for n, v in verdicts.items()}
        click.echo(json.dumps(said, indent=2))
    else:
        for name, verdict in verdicts.items():
            state = "sound" if verdict else f"broken at entry {verdict.seq}: {verdict.problem}"
            click.echo(f"{name}: {verdict.entries} entries, {state}")
    sys.exit(0 if all(verdicts.values()) else 1)
