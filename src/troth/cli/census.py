"""`troth census`: what is known of everybody brought up to date, so that the next large list need not wait for it."""

from __future__ import annotations

import click

from .opening import open_company
from .options import database_option, policies_option


@click.command()
@click.argument("company")
@policies_option
@database_option
def census(company: str, policies: str | None, database: str | None) -> None:
    """Take the census of COMPANY anew where it is wanting; run each night, large lists are answered at once."""
    from troth.census import counted, renew

    one = open_company(policies, database, company)
    done = renew(one.store, one.name)
    with one.reading() as session:
        there = counted(session)
    click.echo(
        f"{done} of {len(there.heads)} parts taken anew; {there.last} people, "
        f"{len(there.since)} of them named in the ledger since"
    )
