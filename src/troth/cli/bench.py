"""`troth bench`: how fast it is, beside what a user would use instead."""

from __future__ import annotations

import sys

import click

from .opening import nearest, wrong_usage


@click.command()
@click.argument("name", required=False)
def bench(name: str | None) -> None:
    """Run a benchmark (without NAME, list them). Each stands beside what a user would use instead."""
    from troth import bench as benches

    if name is None:
        click.echo("\n".join(benches.names()))
        return
    if name not in benches.names():
        raise wrong_usage(f"there is no benchmark {name}{nearest(name, benches.names())}")
    sys.exit(0 if benches.run(name) else 1)
