"""`troth observe`: what enforcing would change, from what was answered while only observing, or in a database."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from .opening import Failed, open_company, wrong_usage
from .options import database_option, json_option, moment, policies_option
from .querying import map_option, store_option, url_option

if TYPE_CHECKING:
    from troth.sql.removed import Removed

HEADINGS = {
    "actions": "by what would have been done",
    "purposes": "by purpose",
    "clauses": "by the clause that refuses",
    "months": "by month",
}


@click.group()
def observe() -> None:
    """What enforcing would change: of answers that were only observed (`--observe`), or in a database."""


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


@observe.command()
@click.argument("company")
@click.option(
    "--purpose", "purposes", multiple=True, metavar="PURPOSE", help="Default: every purpose."
)
@url_option
@map_option
@json_option
@policies_option
@store_option
def database(
    company: str,
    purposes: tuple[str, ...],
    url: str,
    file: str | None,
    as_json: bool,
    policies: str | None,
    store: str | None,
) -> None:
    """Count what enforcing would take out of a database of COMPANY: rows and cells by purpose, table and clause."""
    from troth.estate import Unusable
    from troth.refusal import Refused
    from troth.sql.connect import MapWrong

    one = open_company(policies, store, company)
    try:
        found = one.removed(url, purposes, map=file)
    except Refused as refused:
        raise wrong_usage(refused.message) from None
    except Unusable as unusable:
        raise Failed(str(unusable)) from None
    except MapWrong as wrong:
        raise Failed(f"the map cannot be used\n\n{wrong}") from None
    if as_json:
        click.echo(json.dumps([asdict(each) for each in found], indent=2))
        return
    for purpose in dict.fromkeys(each.purpose for each in found):
        click.secho(purpose, bold=True)
        for each in found:
            if each.purpose == purpose:
                _of_table(each)


def _of_table(one: Removed) -> None:
    click.echo(f"  {one.table}: {one.rows_gone:,} of {one.rows:,} rows would not be there")
    for counts, of in ((one.cells, "cells of "), (one.clauses, "by ")):
        for said, count in counts:
            click.echo(f"    {count:>10,}  {of}{said}")


def _day(written: str | None) -> str | None:
    """A day begins at its midnight."""
    return f"{written}T00:00" if written and "T" not in written else written
