"""`troth views`: permits put into the rows of a database, and views of it for each purpose."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import TYPE_CHECKING

import click

from .opening import Failed, nearest, open_company, wrong_usage
from .options import policies_option
from .querying import map_option, store_option

if TYPE_CHECKING:
    from troth.company import Company
    from troth.sql.install import Installed


PAUSE = 0.5  # seconds between two looks at what was said


@click.command()
@click.argument("company")
@click.option(
    "--purpose",
    "purposes",
    multiple=True,
    required=True,
    metavar="PURPOSE",
    help='Repeat it. "support with acme-de", "support within support-case:17" and "support by phone" are said in one.',
)
@click.option(
    "--check", is_flag=True, help="Change nothing; tell what differs and the ways around."
)
@click.option(
    "--follow", is_flag=True, help="Stay, and change permits with what is said, until stopped."
)
@click.option(
    "--lasts",
    "minutes",
    type=click.IntRange(1),
    metavar="MINUTES",
    help="How long views of a database apart from the store hold without --follow (default: 60).",
)
@click.option(
    "--compile",
    "dialect",
    metavar="DIALECT",
    help="Print the views as SQL for spark, snowflake, bigquery or trino; needs --map and no database.",
)
@click.option("--database", "url", metavar="URL", help="The database they are put into.")
@map_option
@policies_option
@store_option
def views(
    company: str,
    purposes: tuple[str, ...],
    check: bool,
    follow: bool,
    minutes: int | None,
    dialect: str | None,
    url: str | None,
    file: str | None,
    policies: str | None,
    store: str | None,
) -> None:
    """Install what COMPANY's policy allows in its database: permits in the rows, a view for each purpose.

    A database in which the store is as well follows each choice by itself; run this each night, or with
    --follow, for what a new day changes. Beside another database --follow stays: what somebody refuses is not
    shown any more within a second, and where it is stopped the views show nothing after a minute. With --check
    nothing is written, and it exits 1 where permits differ, a view is missing or a table can be read past the views.
    """
    one = open_company(policies, store, company)
    _must_be_known(one, purposes)
    if dialect is not None:
        with _told():
            for line in one.compiled(dialect, purposes, map=_needed("--map", file)):
                click.echo(line)
        return
    url = _needed("--database", url)
    with _told():
        if follow and not check:
            _follow(one, url, file, purposes)
            return
        lasts = timedelta(minutes=minutes) if minutes else None
        found, told = one.install(url, purposes, map=file, only_look=check, lasts=lasts)
    differing = sum(found.changed.values())
    _tell(found, "differ" if check else "changed")
    for line in (*(found.stale if check else ()), *told):
        click.echo(line)
    if check and (differing or found.stale or told):
        sys.exit(1)


def _needed(option: str, value: str | None) -> str:
    if value is None:
        raise wrong_usage(f"say {option}")
    return value


def _tell(found: Installed, what: str) -> None:
    for table, rows in found.rows.items():
        click.echo(f"{table}: {rows} rows, {found.changed[table]} {what}")
    standing = found.standing
    if standing.shared:
        click.echo("the store is in this database: permits change with each choice")
    if what == "changed":
        click.echo(f"views hold until {standing.valid_until.isoformat(timespec='minutes')}")


def _follow(one: Company, url: str, file: str | None, purposes: tuple[str, ...]) -> None:
    """Until stopped. What goes wrong for a while, such as a database that is away, is tried again."""
    with suppress(KeyboardInterrupt), one.following(url, purposes, map=file) as follower:
        _tell(follower.begin(), "changed")
        click.echo("following; stop it with Ctrl-C")
        while True:
            time.sleep(PAUSE)
            found = follower.look()
            if found.rows:
                who = "all" if found.whole else f"{found.people} people"
                click.echo(f"{who}: {found.rows} rows worked out, {found.changed} changed")


def _must_be_known(one: Company, purposes: tuple[str, ...]) -> None:
    from troth.sql.aims import read_aim

    known = [name for kind, name in one.policy.words if kind == "purpose"]
    for written in purposes:
        try:
            purpose = read_aim(written).purpose
        except ValueError as wrong:
            raise wrong_usage(str(wrong)) from None
        if purpose not in known:
            raise wrong_usage(f"{one.name} has no purpose word {purpose}{nearest(purpose, known)}")


@contextmanager
def _told() -> Iterator[None]:
    from troth.estate import Unusable
    from troth.refusal import Refused
    from troth.sql.connect import MapWrong
    from troth.sql.rows import NoRowId

    try:
        yield
    except Refused as refused:
        raise wrong_usage(refused.message) from None
    except ValueError as wrong:
        raise wrong_usage(str(wrong)) from None
    except (Unusable, NoRowId) as unusable:
        raise Failed(str(unusable)) from None
    except MapWrong as wrong:
        raise Failed(f"the map cannot be used\n\n{wrong}") from None
