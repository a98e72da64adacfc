"""`troth copy`: what asks are decided from, as a warehouse reads it."""

from __future__ import annotations

from datetime import timedelta

import click

from .opening import Failed, open_company
from .options import policies_option
from .querying import store_option


@click.command()
@click.argument("company")
@click.argument("folder")
@click.option(
    "--parts",
    type=click.IntRange(1, 10_000),
    default=16,
    show_default=True,
    help="Into how many parts by person each table is cut.",
)
@click.option(
    "--lasts",
    "minutes",
    type=click.IntRange(1),
    metavar="MINUTES",
    help="How long views over the copy hold (default: 60).",
)
@policies_option
@store_option
def copy(
    company: str,
    folder: str,
    parts: int,
    minutes: int | None,
    policies: str | None,
    store: str | None,
) -> None:
    """Copy the store of COMPANY to FOLDER/troth as Parquet, in place of the copy there was.

    People by number, what each said, was told and is known of her; no address, and nothing she gave. FOLDER may
    hold the company's own tables beside it, a folder of Parquet each: then `troth sql --database spark:///FOLDER`
    queries them for a purpose.
    """
    from troth.estate import Unusable

    one = open_company(policies, store, company)
    lasts = timedelta(minutes=minutes) if minutes else None
    try:
        copied = one.copy_store(folder, parts=parts, lasts=lasts)
    except Unusable as unusable:
        raise Failed(str(unusable)) from None
    for name, rows in copied.rows.items():
        click.echo(f"{name}: {rows} rows")
    until = copied.until.isoformat(timespec="minutes")
    click.echo(f"up to entry {copied.head} of the ledger; views over it hold until {until}")
