"""`troth story`: a policy's tests, in its own words."""

from __future__ import annotations

import json
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .opening import Failed, must_be_right, read_policies, wrong_usage
from .options import json_option, policies_option

if TYPE_CHECKING:
    from troth.corpus import Corpus
    from troth.story import Outcome

ALL = ("decide", "sqlite", "duckdb", "prove")
POSTGRES = "postgres"


@click.command()
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--reading", type=click.Choice([*ALL, POSTGRES, "all"]), default="all",
    help="One reading, or all; `postgres` among them where a database is named.",
)  # fmt: skip
@click.option(
    "--database",
    metavar="URL",
    help="A PostgreSQL to play on (else TROTH_POSTGRES); it keeps nothing.",
)
@json_option
@policies_option
def story(
    files: tuple[Path, ...],
    reading: str,
    database: str | None,
    as_json: bool,
    policies: str | None,
) -> None:
    """Run the stories of FILE…, or of every company. Closes with `N passed, N failed`."""
    stages = _stages(reading, database)
    told = _read(files, policies)
    outcomes = [outcome for found in told for stage in stages for outcome in _play(*found, *stage)]
    failed = [outcome for outcome in outcomes if not outcome]
    passed = len(outcomes) - len(failed)
    if as_json:
        said = {"passed": passed, "failed": [str(outcome) for outcome in failed]}
        click.echo(json.dumps(said, indent=2, ensure_ascii=False))
    else:
        for outcome in failed:
            click.echo(f"{outcome}\n")
        click.echo(f"{passed} passed, {len(failed)} failed")
    sys.exit(1 if failed else 0)


def _read(files: tuple[Path, ...], policies: str | None) -> list[tuple[Corpus, list[str]]]:
    """The policies with the companies whose stories are told; a file's own policies stand around it."""
    from troth.corpus import load

    if not files:
        found = read_policies(policies, stories=True)
        return [(found, list(found.stories))]
    asked = []
    for file in files:
        found = load(file)
        must_be_right(found)
        told = [n for n, f in found.stories.items() if Path(f.path).resolve() == file.resolve()]
        if not told:
            raise Failed(f"{file} holds no stories; those of a company stand in its stories.md")
        asked.append((found, told))
    return asked


def _stages(reading: str, database: str | None) -> list[tuple[tuple[str, ...], str]]:
    """Which readings are played where: in memory, or on a PostgreSQL that is named."""
    from troth.settings import read_postgres

    named = read_postgres(database) or ""
    if named and not named.startswith(POSTGRES):
        raise wrong_usage(
            "stories are played on a PostgreSQL; write postgresql://USER@HOST/DATABASE"
        )
    if reading == POSTGRES and not named:
        raise Failed(
            "no PostgreSQL is named to play on; say --database postgresql://USER@HOST/DATABASE, "
            "or set TROTH_POSTGRES"
        )
    in_memory = ALL if reading == "all" else tuple({reading} - {POSTGRES})
    stages = [(in_memory, "")] if in_memory else []
    if not named or reading not in ("all", POSTGRES):
        return stages
    there = (POSTGRES, "prove") if reading == "all" else (POSTGRES,)
    return [*stages, (there, named)]


def _play(
    found: Corpus, companies: list[str], chosen: tuple[str, ...], database: str
) -> list[Outcome]:
    from troth.gate import Gate
    from troth.story import play, theatre

    gates = {company: Gate(found.policies[company]) for company in companies}
    told = [(company, story) for company in companies for story in found.stories[company].stories]
    outcomes: list[Outcome] = []
    with (
        click.progressbar(
            told, label="stories", file=sys.stderr, hidden=not sys.stderr.isatty()
        ) as bar,
        theatre(database) if database else nullcontext() as stage,
    ):
        for company, one in bar:
            outcomes += play(one, gates[company], found.stories[company].fixtures, chosen, stage)
    return outcomes
