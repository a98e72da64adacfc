"""`troth export` and `troth import`: a policy in the words of others, and a draft from theirs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from .opening import Failed, policy_named, read_policies, version_named
from .options import policies_option

if TYPE_CHECKING:
    from troth.exchange.carried import Lost

as_option = click.option(
    "--as", "format", type=click.Choice(("fides", "dpv", "odrl")), required=True,
    help="fideslang manifest (YAML), DPV or ODRL (JSON-LD).",
)  # fmt: skip


@click.command()
@click.argument("policy")
@as_option
@policies_option
def export(policy: str, format: str, policies: str | None) -> None:
    """Write POLICY[@VERSION] in another language; what it cannot say is named on standard error."""
    from troth.exchange import write_out

    name, _, day = policy.partition("@")
    found = policy_named(read_policies(policies), name)
    written = write_out(version_named(found, day), found.words, format)
    click.echo(written.text, nl=False)
    _tell(written.lost)


@click.group(name="import")
def import_() -> None:
    """Take in what was written elsewhere."""


@import_.command(name="policy")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@as_option
@click.option("--name", default="draft", show_default=True, help="What to call the policy.")
@click.option("--words-of", metavar="POLICY", help="Take the words of this policy where they fit.")
@policies_option
def policy_(file: Path, format: str, name: str, words_of: str | None, policies: str | None) -> None:
    """Print a draft of a policy from FILE; what could not be taken is named on standard error."""
    from troth.exchange import read_in

    words = policy_named(read_policies(policies), words_of).words if words_of else {}
    try:
        draft = read_in(file.read_text("utf-8"), format, name, words)
    except (ValueError, KeyError, AttributeError, TypeError) as error:
        raise Failed(f"{file}: {error}") from None
    click.echo(draft.text, nl=False)
    _tell(draft.lost)


def _tell(lost: tuple[Lost, ...]) -> None:
    if lost:
        click.echo(f"not carried: {len(lost)}", err=True)
    for one in lost:
        click.echo(f"  {one.id}: {one.what}", err=True)
