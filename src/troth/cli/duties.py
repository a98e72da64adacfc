"""`troth duties`: each duty in force, its figure, and whether it is kept."""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from .opening import nearest, open_company, wrong_usage
from .options import database_option, json_option, moment, policies_option

if TYPE_CHECKING:
    from troth.company import Company
    from troth.duties import Standing


@click.command()
@click.argument("company")
@click.option("--at", metavar="DATE", help="Another moment than now: 2014-12-02.")
@click.option("--url", metavar="URL", help="Look at the site that is served there, not at our own.")
@click.option(
    "--done", metavar="DUTY", help="Note that a duty was done: callminer/house#keep.seen."
)
@click.option("--by", metavar="NAME", help="Which operator did it; with --done.")
@click.option("--note", metavar="TEXT", default="", help="What was found, naming nobody.")
@json_option
@policies_option
@database_option
def duties(
    company: str,
    at: str | None,
    url: str | None,
    done: str | None,
    by: str | None,
    note: str,
    as_json: bool,
    policies: str | None,
    database: str | None,
) -> None:
    """Measure every duty COMPANY has now; exit 1 where one is not kept."""
    if bool(done) != bool(by):
        raise wrong_usage("--done says which duty, --by which operator did it: say both")
    if url and not url.startswith(("http://", "https://")):
        raise wrong_usage(f"{url} is no address of a site; write it with https://")
    one = open_company(policies, database, company)
    when = moment(at, one.zone) or one.clock()
    if done and by:
        click.echo(f"noted as entry {_note(one, done, by, note, when)}")
        return
    found = _measured(one, when, url or "")
    if as_json:
        click.echo(json.dumps([_as_json(each) for each in found], indent=2))
    else:
        _print(found)
    if any(each.broken for each in found):
        raise click.exceptions.Exit(1)


def _measured(one: Company, at: datetime, url: str) -> tuple[Standing, ...]:
    from troth.duties import Ground, standing
    from troth.site import look_at

    with one.reading() as session:
        return standing(Ground(one, session, at, one.house.lock, look_at(one, at, url)))


def _note(one: Company, done: str, by: str, note: str, at: datetime) -> int:
    from troth.duties import in_force, note_done
    from troth.facts.calendar import day_of
    from troth.refusal import Refused

    known = {binding.id: binding for binding in in_force(one.policy, day_of(at, one.zone))}
    if done not in known:
        raise wrong_usage(f"no duty {done} is in force{nearest(done, known)}")
    try:
        with one.writing() as session:
            return note_done(session, one.policy, known[done], by, note, at)
    except Refused as error:
        raise wrong_usage(error.message) from None


def _as_json(one: Standing) -> dict[str, Any]:
    return {
        "duty": one.id,
        "form": one.binding.duty.form,
        "sentence": one.sentence,
        "effort": one.effort,
        "kept by": one.keeper,
        "state": one.figure.verdict,
        "figure": one.figure.said,
        "numbers": one.figure.numbers,
        "remedy": one.figure.remedy,
    }


def _print(found: tuple[Standing, ...]) -> None:
    from troth.duties import VERDICTS

    for one in found:
        effort = " (an effort)" if one.effort else ""
        click.echo(f"{one.figure.verdict}{effort}: {one.id}")
        click.echo(f"  “{one.sentence}”")
        click.echo(f"  {one.figure.said}")
        if one.figure.remedy:
            click.echo(f"  = {one.figure.remedy}")
    counted = Counter(one.figure.verdict for one in found)
    said = ", ".join(f"{counted[verdict]} {verdict}" for verdict in VERDICTS)
    click.echo(f"{len(found)} duties: {said}")
