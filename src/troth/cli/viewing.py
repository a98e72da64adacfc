"""`troth views`: permits put into the rows of a database, and views of it for each purpose."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from .opening import Failed, nearest, open_company, wrong_usage
from .options import policies_option
from .querying import map_option, store_option, url_option

if TYPE_CHECKING:
    from troth.company import Company
    from troth.sql.install import Installed


@click.command()
@click.argument("company")
@click.option(
    "--purpose", "purposes", multiple=True, required=True, metavar="PURPOSE", help="Repeat it."
)
@click.option(
    "--check", is_flag=True, help="Change nothing; tell what differs and the ways around."
)
@url_option
@map_option
@policies_option
@store_option
def views(
    company: str,
    purposes: tuple[str, ...],
    check: bool,
    url: str,
    file: str | None,
    policies: str | None,
    store: str | None,
) -> None:
    """Install what COMPANY's policy allows in its database: permits in the rows, a view for each purpose.

    Run it again when people chose, and each day: only what differs is written. With --check nothing is
    written, and it exits 1 where permits differ, a view is missing or a table can be read past the views.
    """
    one = open_company(policies, store, company)
    known = [name for kind, name in one.policy.words if kind == "purpose"]
    for purpose in purposes:
        if purpose not in known:
            raise wrong_usage(f"{one.name} has no purpose word {purpose}{nearest(purpose, known)}")
    found, told = _worked(one, url, file, purposes, check)
    differing = sum(found.changed.values())
    for table, rows in found.rows.items():
        click.echo(
            f"{table}: {rows} rows, {found.changed[table]} {'differ' if check else 'changed'}"
        )
    for line in told:
        click.echo(line)
    click.echo(f"until {found.standing.until.isoformat(timespec='minutes')}")
    if check and (differing or told):
        sys.exit(1)


def _worked(
    one: Company, url: str, file: str | None, purposes: tuple[str, ...], check: bool
) -> tuple[Installed, list[str]]:
    from troth.estate import Unusable
    from troth.sql.connect import MapWrong
    from troth.sql.rows import NoRowId

    try:
        return one.install(url, purposes, map=file, only_look=check)
    except (Unusable, NoRowId) as unusable:
        raise Failed(str(unusable)) from None
    except MapWrong as wrong:
        raise Failed(f"the map cannot be used\n\n{wrong}") from None
