"""`troth ask` and `troth ledger`: one decision, and the record of all."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from .options import database_option, json_option, moment, open_house, policies_option

if TYPE_CHECKING:
    from troth.language.model import Answer


@click.command()
@click.argument("company")
@click.argument("action")
@click.argument("data")
@click.option("--person", required=True, metavar="ADDRESS", help="Her e-mail, telephone or number.")
@click.option("--with", "party", metavar="PARTY", help="The id of a party, or its word.")
@click.option("--for", "purpose", metavar="PURPOSE", help="The purpose, a word of the policy.")
@click.option(
    "--at-place", "place", metavar="PLACE", help="Where it is done, a word of the policy."
)
@click.option("--within", metavar="MATTER", help="The id of an open matter: support-case:17.")
@click.option("--by", metavar="ROLE", help="The way or the team that does it.")
@click.option("--at", metavar="DATE", help="Another moment than now: 2014-12-02.")
@json_option
@policies_option
@database_option
def ask(
    company: str,
    action: str,
    data: str,
    at: str | None,
    as_json: bool,
    policies: str | None,
    database: str | None,
    **slots: str | None,
) -> None:
    """May COMPANY do ACTION with DATA of a person? Exits 0 yes, 1 no or only in part.

    ACTION is collect, require, use, share, sell or keep.
    """
    house = open_house(policies, database)
    one = house.company(company)
    who = slots.pop("person") or ""
    person: int | str = int(who) if who.isdigit() and len(who) < 7 else who
    answer = one.ask(action, data, person=person, at=moment(at, one.zone), **slots)
    if as_json:
        click.echo(json.dumps(as_dict(answer, one.sentences), indent=2, ensure_ascii=False))
    else:
        _print(answer, one.sentences)
    sys.exit(0 if answer else 1)


def as_dict(answer: Answer, sentences: Mapping[str, str]) -> dict[str, Any]:
    """An answer for a program: verdict, clauses with their sentences, what was withheld, what would allow it."""
    return {
        "allowed": answer.allowed,
        "verdict": answer.verdict,
        "clauses": [{"id": c, "sentence": sentences.get(c)} for c in answer.clauses],
        "withheld": list(dict.fromkeys(leaf.ask.data for leaf in answer.withheld)),
        "would_allow": list(answer.would_allow),
        "entry": answer.entry,
    }


def _print(answer: Answer, sentences: Mapping[str, str]) -> None:
    color = {"yes": "green", "no": "red", "in part": "yellow"}[answer.verdict]
    click.secho(answer.verdict, fg=color, bold=True)
    if not answer.leaves:
        click.echo("  nothing of it is held")
    for clause in answer.clauses:
        click.echo(f"  {clause}")
        if clause in sentences:
            click.echo(f"    “{sentences[clause]}”")
    if answer.leaves and not answer.clauses:
        click.echo("  no clause permits it")
    if answer.verdict == "in part":
        withheld = dict.fromkeys(leaf.ask.data for leaf in answer.withheld)
        click.echo(f"  withheld: {', '.join(withheld)}")
    for way in answer.would_allow[:3]:
        click.echo(f"  = {way}")
    click.echo(f"  on record as entry {answer.entry}")


@click.group()
def ledger() -> None:
    """Check the record of everything that was asked, given, chosen and told."""


@ledger.command()
@json_option
@policies_option
@database_option
def verify(as_json: bool, policies: str | None, database: str | None) -> None:
    """Verify every company's ledger. Exits 1 and names the first entry that is wrong."""
    from troth import ledger as record

    house = open_house(policies, database)
    verdicts = {}
    for company in house.companies():
        with company.reading() as session:
            verdicts[company.name] = record.verify(session)
    if as_json:
        said = {
            n: {
                "sound": v.sound,
                "entries": v.entries,
                "head": v.head,
                "seq": v.seq,
                "problem": v.problem,
            }
            for n, v in verdicts.items()
        }
        click.echo(json.dumps(said, indent=2))
    else:
        for name, verdict in verdicts.items():
            state = "sound" if verdict else f"broken at entry {verdict.seq}: {verdict.problem}"
            click.echo(f"{name}: {verdict.entries} entries, {state}")
    sys.exit(0 if all(verdicts.values()) else 1)
