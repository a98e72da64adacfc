"""`troth ask`: one decision, with the clauses that decide and their public sentences."""

from __future__ import annotations

import json
import sys
import textwrap
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from .opening import nearest, open_company, wrong_usage
from .options import database_option, json_option, moment, observe_option, policies_option

if TYPE_CHECKING:
    from troth.company import Company
    from troth.language.model import Answer

KINDS = (("data", "data"), ("purpose", "purpose"), ("place", "place"))
ANYTHING = "anything"
COLUMNS = 100  # of a public sentence


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
@observe_option
@json_option
@policies_option
@database_option
def ask(
    company: str,
    action: str,
    data: str,
    at: str | None,
    observe: bool,
    as_json: bool,
    policies: str | None,
    database: str | None,
    **slots: str,
) -> None:
    """May COMPANY do ACTION with DATA of a person? Exits 0 yes or only observed, 1 no or only in part.

    ACTION is collect, require, use, share, sell or keep.
    """
    one = open_company(policies, database, company, observe)
    when = moment(at, one.zone)
    _must_be_known(one, action, {"data": data, **slots})
    answer = _answer(one, action, data, when, **slots)
    if as_json:
        click.echo(json.dumps(as_dict(answer, one.sentences), indent=2, ensure_ascii=False))
    else:
        _print(answer, one.sentences)
    sys.exit(0 if answer else 1)


def _must_be_known(company: Company, action: str, slots: Mapping[str, str | None]) -> None:
    """Words of the policy: one that it does not have is a slip of the pen, not a question."""
    from troth.language.model import ACTIONS

    if action not in ACTIONS:
        raise wrong_usage(f"{action} is no action; there are {', '.join(ACTIONS)}")
    words = company.policy.words
    for kind, slot in KINDS:
        said = slots.get(slot)
        if said is not None and said != ANYTHING and (kind, said) not in words:
            known = [name for k, name in words if k == kind]
            raise wrong_usage(f"{company.name} has no {kind} word {said}{nearest(said, known)}")
    by = slots.get("by")
    if by is not None and by not in company.doers:
        raise wrong_usage(f"{company.name} knows no role {by}{nearest(by, company.doers)}")


def _answer(
    company: Company, action: str, data: str, at: datetime | None, person: str, **slots: str | None
) -> Answer:
    from troth.refusal import Refused

    who: int | str = int(person) if person.isdecimal() and len(person) < 7 else person
    try:
        return company.ask(action, data, person=who, at=at, observe=None, **slots)
    except Refused as refused:  # nobody and nothing of that name
        raise wrong_usage(refused.message) from None


def as_dict(answer: Answer, sentences: Mapping[str, str]) -> dict[str, Any]:
    """An answer for a program: verdict, clauses with their sentences, what was withheld, what would allow it."""
    return {
        "allowed": answer.allowed,
        "verdict": answer.verdict,
        "observed": answer.observed,
        "clauses": [{"id": c, "sentence": sentences.get(c)} for c in answer.clauses],
        "withheld": list(dict.fromkeys(leaf.ask.data for leaf in answer.withheld)),
        "would_allow": list(answer.would_allow),
        "entry": answer.entry,
    }


def _print(answer: Answer, sentences: Mapping[str, str]) -> None:
    color = {"yes": "green", "no": "red", "in part": "yellow"}[answer.verdict]
    click.secho(answer.verdict, fg=color, bold=True, nl=False)
    click.echo(" (observed: nothing was refused)" if answer.observed else "")
    if not answer.leaves:
        click.echo("  nothing of it is held")
    for clause in answer.clauses:
        click.echo(f"  {clause}")
        if clause in sentences:
            click.echo(quoted(sentences[clause]))
    if answer.leaves and not answer.clauses:
        click.echo("  no clause permits it")
    if answer.verdict == "in part":
        withheld = dict.fromkeys(leaf.ask.data for leaf in answer.withheld)
        click.echo(f"  withheld: {', '.join(withheld)}")
    for way in answer.would_allow[:3]:
        click.echo(f"  = {way}")
    click.echo(f"  on record as entry {answer.entry}")


def quoted(sentence: str) -> str:
    """A public sentence, indented under its clause."""
    return textwrap.fill(
        f"“{sentence}”", COLUMNS, initial_indent=" " * 4, subsequent_indent=" " * 5
    )
