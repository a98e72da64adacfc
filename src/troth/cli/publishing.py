"""`troth new-version` and `troth publish`: the next version of a policy, and the day it binds."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from .notices import tell_people
from .opening import Failed, policy_named, read_policies, version_named, wrong_usage
from .options import database_option, policies_option

if TYPE_CHECKING:
    from troth.language.model import Document


@click.command("new-version")
@click.argument("policy")
@click.option(
    "--in-force", metavar="DATE", help="Its first day (default: what was promised ahead)."
)
@policies_option
def new_version(policy: str, in_force: str | None, policies: str | None) -> None:
    """Start the next version of POLICY as a copy of the newest, under its own day."""
    from troth.publishing import first_day, start

    whole = policy_named(read_policies(policies, company=policy), policy)
    newest = whole.versions[-1]
    day = _day(in_force) if in_force else first_day(newest, _today(newest))
    if newest.in_force is not None and day <= newest.in_force:
        raise wrong_usage(f"{day} is not after {newest.in_force}, the first day of {newest.id}")
    try:
        file = start(newest, day)
    except FileExistsError as there:
        raise Failed(f"{there.filename} is there already; work on it, or say --in-force") from None
    click.echo(f"{file}: a copy of {newest.id}, in force from {day} on once it is published")
    click.echo(f"  then: troth change {policy}@{newest.in_force} {policy}@{day}")
    click.echo(f"        troth publish {policy}@{day} --by NAME --reason TEXT")


@click.command()
@click.argument("policy", metavar="POLICY@VERSION")
@click.option("--by", required=True, metavar="NAME", help="Who signs it off.")
@click.option("--reason", required=True, metavar="TEXT", help="Why it is published.")
@click.option("--on", metavar="DATE", help="Of a text published long ago: the day it was.")
@click.option("--tell", is_flag=True, help="Open its campaign too: the store's people are told.")
@policies_option
@database_option
def publish(
    policy: str,
    by: str,
    reason: str,
    on: str | None,
    tell: bool,
    policies: str | None,
    database: str | None,
) -> None:
    """Freeze a version: from now on neither it nor a word it leans on is edited.

    Refused where it is in force before today, sooner than the version before it promised, or drops a
    choice. Old versions stay at their address.
    """
    from troth.publishing import NotPublishedError
    from troth.publishing import publish as freeze

    name, _, day = policy.partition("@")
    found = read_policies(policies, company=name)
    whole = policy_named(found, name)
    if not day:
        raise wrong_usage(f"name the version as well: {name}@{whole.versions[-1].in_force}")
    version = version_named(whole, day)
    if not by.strip() or not reason.strip():
        raise wrong_usage("--by and --reason say who signs it off and why; neither may be empty")
    when = _day(on) if on else _today(version)
    try:
        freeze(found, whole, version, when, by, reason, archived=bool(on))
    except NotPublishedError as refused:
        raise Failed(str(refused)) from None
    click.echo(
        f"{version.id} is published, in force from {version.in_force} on, signed off by {by}"
    )
    if tell:
        click.echo(tell_people(name, day, policies, database))
    else:
        click.echo(f"  then: troth notices open {name} --version {day}")


def _today(version: Document) -> date:
    return datetime.now(ZoneInfo(version.setting("zone"))).date()


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise wrong_usage(f"{text} is no date; write it as 2014-12-02") from None
