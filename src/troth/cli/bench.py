"""`troth bench`: how fast it is, beside what a user would use instead."""

from __future__ import annotations

import sys

import click

from .opening import nearest, wrong_usage


@click.command()
@click.argument("name", required=False)
@click.option("--list", "listing", is_flag=True, help="Only name them.")
@click.option("--people", type=click.IntRange(1_000), help="How many, where it is of people.")
def bench(name: str | None, listing: bool, people: int | None) -> None:
    """Run a benchmark, or all. Each stands beside what a user would use instead."""
    from troth import bench as benches

    if listing:
        click.echo("\n".join(benches.names()))
        return
    if name and name not in benches.names():
        raise wrong_usage(f"there is no benchmark {name}{nearest(name, benches.names())}")
    sys.exit(0 if benches.run(name or "", people=people or 0) else 1)
