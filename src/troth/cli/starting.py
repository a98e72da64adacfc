"""`troth init`: the start of a policy, from nothing or from a page that promises already."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, available_timezones

import click

from .opening import Failed, wrong_usage
from .options import policies_option

if TYPE_CHECKING:
    from troth.drafting import Promising
    from troth.language.model import Kind

NAME = re.compile(r"[a-z][a-z0-9-]*")
AHEAD = 30  # days until a new policy is in force
PAGES = {".html": True, ".htm": True, ".md": False, ".txt": False}  # suffix → HTML?


@click.command()
@click.argument("company")
@click.option(
    "--from",
    "page",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A page there is: .html, .md or .txt.",
)
@click.option(
    "--against",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Write nothing; count how many promises of this file (with quotes) are found.",
)
@click.option("--title", metavar="TEXT", help="The company as people read it.")
@click.option(
    "--zone", metavar="ZONE", default="UTC", help="The time zone its days are counted in."
)
@policies_option
def init(
    company: str,
    page: Path | None,
    against: Path | None,
    title: str | None,
    zone: str,
    policies: str | None,
) -> None:
    """Start a policy for COMPANY (a short name: bakery).

    From a page, every promising sentence is listed in the new file as not yet bound, with a proposed clause where
    its pattern is clear: `troth check` tells of each until it is bound or waived with a reason.
    """
    from troth.drafting import Front, address_of, from_page, started
    from troth.settings import read_settings

    if against is not None:
        _measure(page, against)
        return
    if not NAME.fullmatch(company):
        raise wrong_usage(f"{company} is no name; write it in small letters: corner-bakery")
    if zone not in available_timezones():
        raise wrong_usage(f"{zone} is no time zone; write it as Europe/Zurich")
    folder = Path(read_settings(policies).policies) / company
    if folder.exists() and any(folder.glob("*.md")):
        raise Failed(f"{folder} holds a policy already; go on with: troth new-version {company}")
    day = (datetime.now(ZoneInfo(zone)) + timedelta(days=AHEAD)).date()
    contact = (address_of(page.read_text("utf-8", "replace")) if page else "") or (
        f"privacy@{company}.example"
    )
    front = Front(company, title or company, day, zone, contact, f"www.{company}.example")
    found = _found(page) if page else []
    text = from_page(front, found) if page else started(front, _shared_words(folder.parent))
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{day}.md"
    file.write_text(text, "utf-8")
    click.echo(f"{file}: a first version, in force from {day} on once it is published")
    if page:
        click.echo(
            f"  {len(found)} promises found, none bound yet; see them with: troth check {file}"
        )


def _shared_words(folder: Path) -> set[tuple[Kind, str]]:
    """The words that every company of the folder speaks in already."""
    from troth.language.read import read_bytes

    file = folder / "words.md"
    if not file.is_file():
        return set()
    return {(word.kind, word.name) for word in read_bytes(file.read_bytes(), str(file))[0].words}


def _found(page: Path) -> list[Promising]:
    from troth.drafting import blocks, promising

    if page.suffix.lower() not in PAGES:
        raise wrong_usage(f"{page} is no page that can be read; give one in {', '.join(PAGES)}")
    text = page.read_text("utf-8", "replace")
    return promising(blocks(text, PAGES[page.suffix.lower()]))


def _measure(page: Path | None, against: Path) -> None:
    """The recall by quote, and what was missed."""
    from troth.drafting import recall
    from troth.promises.read import read_quotes

    if page is None:
        raise wrong_usage("--against measures what is found in a page; name it with --from")
    found = _found(page)
    counted = recall(read_quotes(against), found)
    click.echo(
        f"{counted.found} of {counted.asked} promises found ({counted.share:.1%}), in {len(found)} sentences"
    )
    for quote in counted.missed:
        click.echo(f"  missed: {quote}")
