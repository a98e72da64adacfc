"""`troth ledger`: check the record of everything that was asked, given, chosen and told, and let others check it."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .opening import Failed, company_named, open_company, open_house, wrong_usage
from .options import database_option, json_option, policies_option

if TYPE_CHECKING:
    from troth.company import Company, House
    from troth.ledger import Checkpoint, Verdict

SHOWN = ("sound", "entries", "root", "checkpoints", "seq", "problem")


@click.group()
def ledger() -> None:
    """Check the record of everything that was asked, given, chosen and told, and let others check it."""


@ledger.command()
@click.argument("company", required=False)
@click.option(
    "--from", "known", metavar="CHECKPOINT", type=click.Path(exists=True, dir_okay=False),
    help="A checkpoint kept elsewhere: the ledger must continue it.",
)  # fmt: skip
@json_option
@policies_option
@database_option
def verify(
    company: str | None,
    known: str | None,
    as_json: bool,
    policies: str | None,
    database: str | None,
) -> None:
    """Verify one company's ledger, or all. Exits 1 and names the first entry that is wrong."""
    house = open_house(policies, database)
    kept = None if known is None else _kept(house, Path(known))
    if kept is not None:
        company = kept[0].name
    verdicts = {
        each.name: _verified(each, None if kept is None else kept[1])
        for each in ([company_named(house, company)] if company else house.companies())
    }
    if as_json:
        said = {n: {name: getattr(v, name) for name in SHOWN} for n, v in verdicts.items()}
        click.echo(json.dumps(said, indent=2))
    else:
        for name, verdict in verdicts.items():
            state = "sound" if verdict else f"broken at entry {verdict.seq}: {verdict.problem}"
            signed = f", {verdict.checkpoints} checkpoints" if verdict.checkpoints else ""
            click.echo(f"{name}: {verdict.entries} entries{signed}, {state}")
    sys.exit(0 if all(verdicts.values()) else 1)


def _verified(company: Company, known: Checkpoint | None) -> Verdict:
    from troth import ledger as record

    with (
        company.reading() as session,
        click.progressbar(
            length=record.size(session),
            label=company.title,
            file=sys.stderr,
            hidden=not sys.stderr.isatty(),
        ) as bar,
    ):
        return record.verify(session, company.signer.key, known, bar.update)


def _kept(house: House, file: Path) -> tuple[Company, Checkpoint]:
    """The checkpoint of a file, and whose it is. One that our key did not sign proves nothing."""
    from troth.ledger import NoteError, origin, read_checkpoint

    try:
        known = read_checkpoint(file.read_text("utf-8"))
        company = next((c for c in house.companies() if origin(c.name) == known.origin), None)
        if company is None:
            raise NoteError(f"it is of {known.origin}, which is none of these companies")
        company.signer.key.signed(known.note)
    except (NoteError, UnicodeDecodeError) as error:
        raise Failed(f"{file} cannot be used: {error}") from None
    return company, known


@ledger.command()
@click.argument("company")
@policies_option
@database_option
def checkpoint(company: str, policies: str | None, database: str | None) -> None:
    """Sign how far the ledger has come and print it: let somebody else keep it."""
    from troth import ledger as record

    found = open_company(policies, database, company)
    with found.writing() as session:
        signed = record.sign(session, found.signer, found.clock())
    click.echo(signed.note, nl=False)


@ledger.command()
@click.argument("company")
@policies_option
@database_option
def key(company: str, policies: str | None, database: str | None) -> None:
    """Print the key that others verify the company's checkpoints with."""
    click.echo(str(open_company(policies, database, company).signer.key))


@ledger.command()
@click.argument("entry")
@policies_option
@database_option
def proof(entry: str, policies: str | None, database: str | None) -> None:
    """Print the proof that ENTRY (callminer:17) stands in the ledger that was signed (tlog-proof)."""
    from troth import ledger as record

    name, _, number = entry.rpartition(":")
    if not name or not number.isdecimal():
        raise wrong_usage(f"{entry} names no entry; write it as callminer:17")
    found, seq = open_company(policies, database, name), int(number)
    with found.writing() as session:
        if not 0 < seq <= record.size(session):
            raise wrong_usage(f"{name} has {record.size(session)} entries, and no entry {number}")
        signed = record.newest(session)
        if signed is None or signed.size < seq:
            signed = record.sign(session, found.signer, found.clock())
        click.echo(record.proof(session, seq, signed), nl=False)


@ledger.command()
@click.argument("company")
@click.option("--no-events", is_flag=True, help="Only what each entry commits to, for outsiders.")
@policies_option
@database_option
def export(company: str, no_events: bool, policies: str | None, database: str | None) -> None:
    """Write the whole ledger as lines of JSON, for docs/verify_ledger.py or anybody's own verifier."""
    from troth import ledger as record

    found = open_company(policies, database, company)
    with found.reading() as session:
        for line in record.export(session, events=not no_events):
            click.echo(line)
