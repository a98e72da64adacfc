"""`troth bench`: how fast it is, beside what a user would use instead."""

from __future__ import annotations

import sys

import click

from .opening import nearest, wrong_usage


@click.command()
@click.argument("name", required=False)
@click.option("--list", "listing", is_flag=True, help="Only name them.")
def bench(name: str | None, listing: bool) -> None:
    """Run a benchmark, or all. Each stands beside what a user would use instead."""
    from troth import bench as benches

    if listing:
        click.echo("\n".join(benches.names()))
        return
    if name and name not in benches.names():
        raise wrong_usage(f"there is no benchmark {name}{nearest(name, benches.names())}")
    sys.exit(0 if benches.run(name or "") else 1)
