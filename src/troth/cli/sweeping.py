"""`troth sweep`: erase what is past the time its policy lets it be kept."""

from __future__ import annotations

import json
from collections import Counter

import click

from .opening import open_company
from .options import database_option, json_option, moment, policies_option


@click.command()
@click.argument("company")
@click.option("--dry-run", is_flag=True, help="Only count; erase nothing.")
@click.option("--at", metavar="DATE", help="Another moment than now: 2014-12-02.")
@json_option
@policies_option
@database_option
def sweep(
    company: str,
    dry_run: bool,
    at: str | None,
    as_json: bool,
    policies: str | None,
    database: str | None,
) -> None:
    """Erase what COMPANY holds past the time its policy lets it be kept, and count it by clause."""
    from troth import periods

    one = open_company(policies, database, company)
    when = moment(at, one.zone) or one.clock()
    if dry_run:
        with one.reading() as session:
            found = Counter(each.clauses[0] for each in periods.due(one.gate, session, when))
    else:
        found = periods.sweep(one, when)
    if as_json:
        click.echo(json.dumps({"erased": not dry_run, "fields": dict(sorted(found.items()))}))
        return
    done = "would be erased" if dry_run else "erased"
    for clause, fields in sorted(found.items()):
        click.echo(f"{fields} {done}: {clause}")
    if not found:
        click.echo("nothing is past its time")
