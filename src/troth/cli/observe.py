"""`troth observe`: what enforcing would change, from what was answered while only observing."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from .opening import open_company
from .options import database_option, json_option, moment, policies_option

HEADINGS = {
    "actions": "by what would have been done",
    "purposes": "by purpose",
    "clauses": "by the clause that refuses",
    "months": "by month",
}


@click.group()
def observe() -> None:
    """What enforcing would change, from what was answered while only observing (`--observe`)."""


@observe.command()
@click.argument("company")
@click.option("--since", metavar="DATE", help="From this day on: 2016-06-01.")
@click.option("--before", metavar="DATE", help="Up to this day, without it.")
@json_option
@policies_option
@database_option
def report(
    company: str,
    since: str | None,
    before: str | None,
    as_json: bool,
    policies: str | None,
    database: str | None,
) -> None:
    """Count the answers of COMPANY that would have been refused: by action, purpose, clause and month."""
    from troth.gate import report as counted

    one = open_company(policies, database, company)
    with one.reading() as session:
        found = counted(session, moment(_day(since), one.zone), moment(_day(before), one.zone))
    if as_json:
        click.echo(json.dumps(asdict(found), indent=2, default=str))
        return
    click.echo(
        f"{one.title}: {found.observed} would have been refused, beside {found.answers} answers"
    )
    for name, heading in HEADINGS.items():
        counts = getattr(found, name)
        if counts:
            click.echo(f"\n{heading}")
            click.echo("\n".join(f"  {count:>8,}  {said}" for said, count in counts))


def _day(written: str | None) -> str | None:
    """A day begins at its midnight."""
    return f"{written}T00:00" if written and "T" not in written else written
