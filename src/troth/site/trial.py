"""A look at the own pages: the same application over an empty store, in which a visitor may do anything, or a site that is served."""

from __future__ import annotations

from datetime import datetime

from troth.company import Company, House
from troth.duties import Door, Look, in_process, over_the_web
from troth.duties.visitor import HERE
from troth.store import open_store, upgrade


def look_at(company: Company, at: datetime, url: str = "") -> Look:
    """What is to be seen of a company's site at a moment. With `url` the site that is served there, of which
    only pages are read; else our own pages, where also forms are sent and a visitor signs in."""
    versions = company.policy.versions
    own = tuple(h for v in versions for h in v.covered() if "." in h)
    if url:
        origin = url.rstrip("/")
        return Look(over_the_web(origin), company.name, own, origin, trial=False)
    return Look(_empty(company, at), company.name, own, HERE)


def _empty(company: Company, at: datetime) -> Door:
    from troth.site.app import create_app  # which has this page among its own

    house = company.house
    store = open_store("sqlite://")
    upgrade(store)
    alone = {company.name: company.policy}
    return in_process(create_app(House(alone, store, lambda: at, house.key, lock=house.lock)))
