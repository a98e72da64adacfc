"""`troth serve` and `troth demo`: the service, and a filled one."""

from __future__ import annotations

import contextlib
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from email.message import EmailMessage
from typing import TYPE_CHECKING

import click

from .opening import Failed, open_house, relay_named
from .options import database_option, observe_option, policies_option

if TYPE_CHECKING:
    from troth.company import Company, House

DEMO = "sqlite:///troth-demo.db"
HOST, PORT = "127.0.0.1", 8000
FIRST = 2
PAUSE = 0.12  # seconds between two transactions of the filling, for visitors

host_option = click.option(
    "--host", default=HOST, show_default=True, help="The address to listen on."
)
port_option = click.option(
    "--port", type=click.IntRange(0, 65535), default=PORT, show_default=True,
    help="The port to listen on; 0 takes a free one.",
)  # fmt: skip


@click.command()
@host_option
@port_option
@click.option("--no-work", is_flag=True, help="Leave the jobs to `troth work`.")
@observe_option
@policies_option
@database_option
def serve(
    host: str,
    port: int,
    no_work: bool,
    observe: bool,
    policies: str | None,
    database: str | None,
) -> None:
    """Serve every company: pages, forms, choices, the desk and the API. Makes the store if there is none."""
    from .working import working

    with _listening(host, port) as heard:
        relay = relay_named(_address(heard))
        house = open_house(policies, database, new=True, observe=observe)
        with working(house, None if no_work else relay, here=not no_work):
            _serve(house, heard, lambda: click.echo(_address(heard)), mail=relay is not None)


@click.command()
@host_option
@port_option
@click.option(
    "--people", type=click.IntRange(2), default=2000, show_default=True,
    help="How many people a company gets.",
)  # fmt: skip
@click.option("--no-serve", is_flag=True, help="Only fill the store.")
@policies_option
@click.option(
    "--database", metavar="URL", default=DEMO, show_default=True, help="The demo's store."
)
def demo(
    host: str, port: int, people: int, no_serve: bool, policies: str | None, database: str
) -> None:
    """Fill every company with people across the years of its versions, and serve it.

    Behind it CallMiner's change of 2014 is played to its end: the desk, under notices, shows how far it is.
    """
    from troth.demo import begin, doers, receiving, told

    from .working import working

    shown = sys.stderr.isatty()
    if no_serve:
        house = open_house(policies, database, new=True)
        _fill(house, people, shown)
        click.echo(told(house, f"http://{host}:{port}/"))
        return
    with _listening(host, port) as heard:
        house = open_house(policies, database, new=True)

        def fill() -> None:
            click.echo(told(house, _address(heard), people))
            _fill(house, FIRST, shown=False)  # whom the lines above name come before everybody else
            _fill(house, people, shown, PAUSE, begin)

        with (
            receiving(_address(heard)) as (relay, received),
            working(house, relay, more=doers(house, relay)),
        ):
            _serve(house, heard, fill, mail=True, received=received)


def _fill(
    house: House,
    people: int,
    shown: bool,
    pause: float = 0,
    then: Callable[[Company], None] | None = None,
) -> None:
    """Fill every company; of each comes `then` what is done with it."""
    from troth.demo import fill

    for company in house.companies():
        with click.progressbar(
            fill(company, people, pause),
            length=people,
            label=f"{company.title}: {people} people",
            file=sys.stderr,
            hidden=not shown,
        ) as bar:
            for _ in bar:
                pass
        if then is not None:
            then(company)


# -- listening -----------------------------------------------------------------------------------


@contextlib.contextmanager
def _listening(host: str, port: int) -> Iterator[socket.socket]:
    """The address, taken before anything is made, so that a service that cannot be reached leaves nothing."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        heard = socket.socket(family, socket.SOCK_STREAM)
    except OSError as error:
        raise Failed(f"cannot listen on {host}: {error.strerror}; say another --host") from None
    with heard:
        try:
            heard.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            heard.bind((host, port))
        except OSError as error:
            said = f"cannot listen on {host}:{port}: {error.strerror}"
            raise Failed(f"{said.lower()}; say another --port") from None
        yield heard


def _address(heard: socket.socket) -> str:
    host, port = heard.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/"


def _serve(
    house: House,
    heard: socket.socket,
    then: Callable[[], None],
    mail: bool = False,
    received: Sequence[EmailMessage] | None = None,
) -> None:
    """Serve until stopped; what comes `then` does not keep the first visitor waiting."""
    import uvicorn

    from troth.site import create_app

    for company in house.companies():
        _ = company.signer  # a secret that cannot be had is told of before anybody asks

    app = create_app(house, mail=mail, received=received)
    config = uvicorn.Config(app, access_log=False, log_level="warning")
    server = uvicorn.Server(config)

    def after_the_start() -> None:
        while not server.started:
            time.sleep(0.01)
        then()

    threading.Thread(target=after_the_start, daemon=True).start()
    with contextlib.suppress(KeyboardInterrupt):  # the ordinary end
        server.run([heard])
