"""`troth mail`: a mailing to whom the policy allows it, and notifications of mail that came back."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import BinaryIO, TextIO

import click

from .opening import company_named, nearest, open_house, wrong_usage
from .options import database_option, policies_option


@click.group()
def mail() -> None:
    """Send a mailing, or note mail that came back."""


@mail.command()
@click.argument("company")
@click.argument("text", type=click.File("r", encoding="utf-8"))
@click.option("--for", "purpose", required=True, metavar="PURPOSE", help="What it is sent for.")
@click.option("--subject", required=True, help="Its subject.")
@click.option("--by", default="terminal", show_default=True, help="Who sends it, for the record.")
@policies_option
@database_option
def send(
    company: str,
    text: TextIO,
    purpose: str,
    subject: str,
    by: str,
    policies: str | None,
    database: str | None,
) -> None:
    """Put TEXT (a file, or - for the input) into the outbox of COMPANY for everybody who may get it.

    Each person is asked about again when her mail is sent; each mail carries its way out.
    """
    from troth.mail import write_mailing

    house = open_house(policies, database)
    one = company_named(house, company)
    known = [name for kind, name in one.policy.words if kind == "purpose"]
    if purpose not in known:
        raise wrong_usage(f"{company} has no purpose {purpose}{nearest(purpose, known)}")
    with one.writing() as session:
        found = write_mailing(one, session, purpose, subject, text.read(), by, house.clock())
    click.echo(f"{found[0]} will get it, {found[1]} may not")


@mail.command()
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@policies_option
@database_option
def bounced(files: tuple[Path, ...], policies: str | None, database: str | None) -> None:
    """Read delivery status notifications (RFC 3464) from FILES, or one from the input, as a mail server
    pipes it in. Exit 1 where none of them was of a mail of ours."""
    from troth import campaigns
    from troth.mail import KINDS, take_bounce

    house = open_house(policies, database)
    kinds = {**KINDS, **campaigns.KINDS}
    source: BinaryIO = sys.stdin.buffer
    raws = [path.read_bytes() for path in files] or [source.read()]
    ours = sum(take_bounce(house, kinds, raw) for raw in raws)
    click.echo(f"{ours} of {len(raws)} said that a mail of ours came back")
    if not ours:
        sys.exit(1)
