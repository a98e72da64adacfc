"""`troth notices`: people are told of a new version, by e-mail, telephone and letter, and how far that is."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TextIO

import click

from .opening import Failed, company_named, open_house, relay_named, version_named, wrong_usage
from .options import database_option, json_option, policies_option

if TYPE_CHECKING:
    from troth.campaigns import Campaign
    from troth.company import Company
    from troth.store import Session

version_option = click.option(
    "--version", "day", default="", metavar="DATE", help="The version's date (default: the newest)."
)


@click.group()
def notices() -> None:
    """Tell people of a new version of a policy, and see how far that is."""


@notices.command("open")
@click.argument("company")
@version_option
@policies_option
@database_option
def open_(company: str, day: str, policies: str | None, database: str | None) -> None:
    """Open the campaign for a version: whoever gave something that it would use more widely is told. Opened
    before, it stays as it is."""
    click.echo(tell_people(company, day, policies, database))


def tell_people(company: str, day: str, policies: str | None, database: str | None) -> str:
    """Open the campaign for a version; how many people it has."""
    from troth import campaigns

    one = company_named(open_house(policies, database), company)
    version = version_named(one.policy, day)
    with one.writing() as session:
        campaign = campaigns.open_campaign(session, one.gate, version.id, one.clock())
        found = campaigns.counts(session, campaign)
    return f"{found.people} people are told of {version.id}"


@notices.command()
@click.argument("company")
@version_option
@click.option("--clauses", is_flag=True, help="Also for whom each clause waits.")
@json_option
@policies_option
@database_option
def status(
    company: str,
    day: str,
    clauses: bool,
    as_json: bool,
    policies: str | None,
    database: str | None,
) -> None:
    """How many were told, came back, cannot be reached, still wait; agreed, refused."""
    from troth import campaigns

    one = company_named(open_house(policies, database), company)
    with one.reading() as session:
        campaign = _campaign(one, session, day)
        found = asdict(campaigns.counts(session, campaign))
        waits = campaigns.waiting_for(session, one.gate, campaign.version) if clauses else {}
    if as_json:
        click.echo(json.dumps({"version": campaign.version, **found, "clauses": waits}))
        return
    by_way = found.pop("by_way")
    click.echo(f"{campaign.version} ({', '.join(campaign.modes)})")
    for name, count in found.items():
        click.echo(f"  {count:>9,}  {name}")
    for way, count in by_way.items():
        click.echo(f"  {count:>9,}  wait for {way}")
    for clause, count in sorted(waits.items(), key=lambda one: (-one[1], one[0])):
        click.echo(f"  {count:>9,}  gave something that {clause} waits for")


@notices.command()
@click.argument("company")
@version_option
@click.option("--out", type=click.File("w", encoding="utf-8"), default="-", help="A CSV file.")
@policies_option
@database_option
def calls(company: str, day: str, out: TextIO, policies: str | None, database: str | None) -> None:
    """Write the list of whom to call, as CSV. Fill in its last column: told, no answer or wrong number."""
    from troth import campaigns

    one = company_named(open_house(policies, database), company)
    with one.writing() as session:
        campaign = _campaign(one, session, day)
        out.write(campaigns.call_list(one, session, campaign, one.clock(), _address()))


@notices.command()
@click.argument("company")
@click.argument("table", type=click.File("r", encoding="utf-8"))
@version_option
@policies_option
@database_option
def called(
    company: str, table: TextIO, day: str, policies: str | None, database: str | None
) -> None:
    """Take in what came of the calls, from the filled list. Taken in twice, it counts once."""
    from troth import campaigns

    one = company_named(open_house(policies, database), company)
    with one.writing() as session:
        found = campaigns.take_calls(
            session, _campaign(one, session, day), table.read(), one.clock()
        )
    click.echo(", ".join(f"{count} {outcome}" for outcome, count in found.items()))


@notices.command()
@click.argument("company")
@version_option
@click.option("--out", type=click.File("wb"), required=True, help="A PDF file.")
@click.option(
    "--font", type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A TrueType font, where names need other letters than the built-in one has.",
)  # fmt: skip
@policies_option
@database_option
def letters(
    company: str,
    day: str,
    out: BinaryIO,
    font: Path | None,
    policies: str | None,
    database: str | None,
) -> None:
    """Write the letters to be posted, one page a person, for window envelopes. Then say `posted`."""
    from troth import campaigns

    one = company_named(open_house(policies, database), company)
    with one.writing() as session:
        campaign = _campaign(one, session, day)
        try:
            made, pages = campaigns.letters(one, session, campaign, one.clock(), _address(), font)
        except campaigns.NoFont as error:
            raise Failed(str(error)) from None
    out.write(made)
    click.echo(f"{pages} letters", err=True)


@notices.command()
@click.argument("company")
@click.argument("people", nargs=-1, type=int)
@version_option
@policies_option
@database_option
def posted(
    company: str,
    people: tuple[int, ...],
    day: str,
    policies: str | None,
    database: str | None,
) -> None:
    """The letters were posted: to PEOPLE by number, or to all who wait for one."""
    from troth import campaigns

    one = company_named(open_house(policies, database), company)
    with one.writing() as session:
        count = campaigns.posted(session, _campaign(one, session, day), one.clock(), people)
    click.echo(f"{count} told by letter")


@notices.command()
@click.argument("company")
@click.argument("people", nargs=-1, required=True, type=int)
@version_option
@policies_option
@database_option
def returned(
    company: str,
    people: tuple[int, ...],
    day: str,
    policies: str | None,
    database: str | None,
) -> None:
    """Letters to PEOPLE came back: they were not told, and the next way is taken."""
    from troth import campaigns

    one = company_named(open_house(policies, database), company)
    with one.writing() as session:
        count = campaigns.returned(session, _campaign(one, session, day), one.clock(), people)
    click.echo(f"{count} letters came back")


@notices.command("give-up")
@click.argument("company")
@click.option(
    "--days", type=click.IntRange(0), metavar="N",
    help="Wait no longer than N days for each (default: 90, as the daily job does by itself).",
)  # fmt: skip
@version_option
@policies_option
@database_option
def give_up(
    company: str, days: int | None, day: str, policies: str | None, database: str | None
) -> None:
    """Wait no longer for whoever was to see it on the site and did not come: not reached, until she does."""
    from troth import campaigns

    one = company_named(open_house(policies, database), company)
    at = one.clock()
    waited = campaigns.WAITED if days is None else timedelta(days=days)
    with one.writing() as session:
        campaign = _campaign(one, session, day)
        count = campaigns.give_up_waiting(session, campaign, at - waited, at)
    click.echo(f"{count} did not come and count as not reached")


def _campaign(one: Company, session: Session, day: str) -> Campaign:
    from troth import campaigns

    version = version_named(one.policy, day).id
    found = next((c for c in campaigns.campaigns(session) if c.version == version), None)
    if found is None:
        raise wrong_usage(f"no campaign was opened for {version}; `troth notices open` does")
    return found


def _address() -> str:
    from troth.settings import HERE

    relay = relay_named()
    return relay.address if relay is not None else HERE
