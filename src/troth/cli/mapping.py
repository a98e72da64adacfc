"""`troth map`: the map of a database drafted for a person to read, or held to the database as it stands."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .opening import Failed, nearest, policy_named, read_policies, wrong_usage
from .options import policies_option

if TYPE_CHECKING:
    from troth.corpus import Corpus
    from troth.estate import Database
    from troth.language.model import Policy


@click.command()
@click.argument("url")
@click.option("--company", metavar="COMPANY", help="Whose words are used, where there are several.")
@click.option("--check", "file", metavar="FILE", help="Hold this map to the database instead.")
@policies_option
def map(url: str, company: str | None, file: str | None, policies: str | None) -> None:
    """Draft the map of the database at URL: tables, columns, data words, how each reaches its person.

    What is guessed stands beside each column, and how sure it is; no value is ever printed. With --check
    it exits 1 where the map does not fit, or a column that looks personal is not mapped.
    """
    policy = _policy(read_policies(policies), company)
    database = _opened(url)
    try:
        if file is not None:
            _checked(Path(file), policy, database)
        else:
            _drafted(url, policy, database)
    finally:
        database.close()


def _policy(found: Corpus, company: str | None) -> Policy:
    if company is not None:
        return policy_named(found, company)
    if len(found.policies) != 1:
        raise wrong_usage(f"say whose words are meant with --company{nearest('', found.policies)}")
    return next(iter(found.policies.values()))


def _opened(url: str) -> Database:
    from troth.estate import Unusable
    from troth.estate.opened import open_database

    try:
        return open_database(url)
    except Unusable as unusable:
        raise Failed(str(unusable)) from None


def _drafted(url: str, policy: Policy, database: Database) -> None:
    from troth.estate.draft import draft
    from troth.estate.opened import called
    from troth.estate.write import written

    found = draft(database, policy, called(url))
    click.echo("# A draft: every line is a guess. Read it, correct it, and keep it as")
    click.echo(f"# {Path(policy.versions[-1].path).parent / 'maps' / called(url)}.yaml")
    click.echo(written(found.map, found), nl=False)


def _checked(file: Path, policy: Policy, database: Database) -> None:
    from troth.estate.lint import mapped_wrong, not_mapped
    from troth.language.problem import printed
    from troth.sql.connect import MapWrong, open_map

    try:
        found, sources = open_map(file, policy)
    except MapWrong as wrong:
        raise Failed(str(wrong)) from None
    live = database.tables()
    problems = (*mapped_wrong(found, policy, live, database.dialect), *not_mapped(found, live))
    if problems:
        click.echo(printed(problems, sources))
        click.echo(f"\n{len(problems)} problem{'' if len(problems) == 1 else 's'}")
        sys.exit(1)
    click.echo(f"{file}: {len(found.tables)} tables, no problems")
