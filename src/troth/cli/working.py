"""`troth work`: the durable jobs, in a process of their own or beside the service."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import click

from .opening import open_house, relay_named
from .options import database_option, policies_option

if TYPE_CHECKING:
    from troth.company import House
    from troth.settings import Relay
    from troth.work import Doer, Worker


@click.command()
@click.option("--once", is_flag=True, help="Do what is due now, and end: for a timer.")
@policies_option
@database_option
def work(once: bool, policies: str | None, database: str | None) -> None:
    """Do the durable jobs of every company until stopped. Any number may run, beside `troth serve` too."""
    relay = relay_named()
    house = open_house(policies, database)
    worker = worker_of(house, relay)
    if relay is None:
        click.echo("no relay is set (TROTH_SMTP_HOST): mails wait in the outbox", err=True)
    if once:
        click.echo(f"{worker.all_due()} jobs begun")
        return
    with contextlib.suppress(KeyboardInterrupt):  # the ordinary end
        worker.run(threading.Event())


def worker_of(house: House, relay: Relay | None, more: Mapping[str, Doer] | None = None) -> Worker:
    """The worker of a house, with everything that is done by jobs, and with `more` of them."""
    from troth import campaigns, duties, periods
    from troth.mail import KINDS, Post
    from troth.site import look_at
    from troth.work import Worker

    post = Post(house, relay, {**KINDS, **campaigns.KINDS})
    post.begin()
    periods.begin(house)
    duties.begin(house)
    own = {**post.doers, **campaigns.doers(house), **periods.doers(house)}
    doers = {**own, **duties.doers(house, look_at), **(more or {})}
    return Worker(house.store, tuple(sorted(house.policies)), doers, house.clock)


@contextlib.contextmanager
def working(
    house: House, relay: Relay | None, here: bool = True, more: Mapping[str, Doer] | None = None
) -> Iterator[None]:
    """Do the jobs in a thread beside the service, as long as the block lasts."""
    if not here:
        yield
        return
    stop, worker = threading.Event(), worker_of(house, relay, more)
    thread = threading.Thread(target=worker.run, args=(stop,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(10)
