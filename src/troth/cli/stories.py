"""`troth story`: a policy's tests, in its own words."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from .options import json_option, policies_option

ALL = ("decide", "sqlite", "duckdb")


@click.command()
@click.argument("files", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option(
    "--reading", type=click.Choice([*ALL, "all"]), default="all", help="One reading, or all."
)
@json_option
@policies_option
def story(files: tuple[Path, ...], reading: str, as_json: bool, policies: str | None) -> None:
    """Run the stories of FILE…, or of every company. Closes with `N passed, N failed`."""
    from troth.corpus import load
    from troth.settings import read_settings
    from troth.story import play_file

    found = load(files[0] if files else Path(read_settings(policies).policies))
    chosen = ALL if reading == "all" else (reading,)
    wanted = {file.resolve() for file in files}
    passed, failed = 0, []
    for company, told in found.stories.items():
        if wanted and Path(told.path).resolve() not in wanted:
            continue
        for outcome in play_file(told, found.policies[company], chosen):
            passed += bool(outcome)
            failed += [] if outcome else [outcome]
    if as_json:
        said = {"passed": passed, "failed": [str(outcome) for outcome in failed]}
        click.echo(json.dumps(said, indent=2, ensure_ascii=False))
    else:
        for outcome in failed:
            click.echo(f"{outcome}\n")
        click.echo(f"{passed} passed, {len(failed)} failed")
    sys.exit(1 if failed else 0)
