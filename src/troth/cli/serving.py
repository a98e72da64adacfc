"""`troth serve`, `troth demo`, `troth bench`: the service, a filled one, and how fast it is."""

from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING

import click

from .options import database_option, open_house, policies_option

if TYPE_CHECKING:
    from troth.company import House

DEMO = "sqlite:///troth-demo.db"
HOST, PORT = "127.0.0.1", 8000

host_option = click.option(
    "--host", default=HOST, show_default=True, help="The address to listen on."
)
port_option = click.option("--port", default=PORT, show_default=True, help="The port to listen on.")


@click.command()
@host_option
@port_option
@policies_option
@database_option
def serve(host: str, port: int, policies: str | None, database: str | None) -> None:
    """Serve every company: pages, forms, choices, the desk and the API."""
    _serve(open_house(policies, database), host, port)


@click.command()
@host_option
@port_option
@click.option("--people", default=1000, show_default=True, help="How many people a company gets.")
@click.option("--no-serve", is_flag=True, help="Only fill the store.")
@policies_option
@click.option(
    "--database", metavar="URL", default=DEMO, show_default=True, help="The demo's store."
)
def demo(
    host: str, port: int, people: int, no_serve: bool, policies: str | None, database: str
) -> None:
    """Fill every company with people across the years of its versions, and serve it."""
    from troth.demo import told

    house = open_house(policies, database)
    if no_serve:
        _fill(house, people, sys.stderr.isatty())
        click.echo(told(house, f"http://{host}:{port}/"))
        return
    click.echo(told(house, f"http://{host}:{port}/"))
    filling = threading.Thread(target=_fill, args=(house, people, sys.stderr.isatty()), daemon=True)
    filling.start()  # the service does not wait for it: people come in while one looks around
    _serve(house, host, port)


def _fill(house: House, people: int, shown: bool) -> None:
    from troth.demo import fill

    for company in house.companies():
        with click.progressbar(
            fill(company, people),
            length=people,
            label=f"{company.title}: {people} people",
            file=sys.stderr,
            hidden=not shown,
        ) as bar:
            for _ in bar:
                pass


def _serve(house: House, host: str, port: int) -> None:
    import uvicorn

    from troth.site import create_app

    uvicorn.run(create_app(house), host=host, port=port, access_log=False, log_level="warning")


@click.command()
@click.argument("name", required=False)
def bench(name: str | None) -> None:
    """Run a benchmark (without NAME, list them). Each stands beside what a user would use instead."""
    from troth import bench as benches

    if name is None:
        click.echo("\n".join(benches.names()))
        return
    sys.exit(0 if benches.run(name) else 1)
