"""`troth move`: everything a store holds into another database, and nothing of it lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from .opening import Failed, must_be_usable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from troth.store import Session


@click.command()
@click.option("--from", "source", metavar="URL", required=True, help="The store there is.")
@click.option("--to", "target", metavar="URL", required=True, help="An empty place for it.")
def move(source: str, target: str) -> None:
    """Copy every table into an empty store, count the rows and verify every ledger there.

    Stop the service first: while this runs nobody can write. The old store stays as it is.
    """
    from troth.settings import keys_follow
    from troth.store import StoreProblem, open_store
    from troth.store.move import moving

    must_be_usable(source, new=False)
    must_be_usable(target, new=True)
    old, new = open_store(source), open_store(target)
    try:
        with moving(old, new) as (arrived, counts):
            entries = _verified(arrived)
        said = keys_follow(source, target)
    except StoreProblem as problem:
        raise Failed(str(problem)) from None
    finally:
        old.close()
        new.close()
    click.echo(f"{sum(counts.values())} rows of {len(counts)} tables moved to {new.name}")
    for company, count in entries.items():
        click.echo(f"{company}: {count} entries, sound")
    for line in said:
        click.echo(line)


def _verified(arrived: Iterable[Session]) -> dict[str, int]:
    """The entries of each company's ledger in the new place, before anything of it is committed."""
    from troth import ledger

    found: dict[str, int] = {}
    for session in arrived:
        verdict = ledger.verify(session)
        if not verdict:
            raise Failed(
                f"the ledger of {session.company} is broken at entry {verdict.seq}: "
                f"{verdict.problem}; nothing was moved"
            )
        found[session.company] = verdict.entries
    return found
