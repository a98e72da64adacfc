"""What a command stands on, the folder of policies and the store, each told of plainly where it is missing."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from troth.company import Company, House
    from troth.corpus import Corpus
    from troth.language.model import Document, Policy
    from troth.settings import Relay

SQLITE, POSTGRES = "sqlite:///", "postgresql"
READ_ON = "name the folder with --policies DIR, or run this where it stands"


class Failed(click.ClickException):
    """The command could not do its work: exit 3."""

    exit_code = 3

    def show(self, file: object = None) -> None:  # noqa: ARG002
        click.echo(f"troth: {self.message}", err=True)


def wrong_usage(message: str) -> click.UsageError:
    """Something was asked for that is not there: exit 2, with the usage of the command."""
    return click.UsageError(message, click.get_current_context(silent=True))


def nearest(written: str, known: Iterable[str]) -> str:
    """`; did you mean email?`, or all there are where they are few, or nothing."""
    names = sorted(known)
    close = get_close_matches(written, names, 1)
    if close:
        return f"; did you mean {close[0]}?"
    return f"; there are {', '.join(names)}" if 0 < len(names) <= 12 else ""


# -- policies ------------------------------------------------------------------------------------


def must_hold_texts(folder: Path) -> Path:
    """The folder, if there is one with something to read in it."""
    if not folder.is_dir():
        raise Failed(f"there is no folder of policies at {folder}; {READ_ON}")
    if not any(folder.rglob("*.md")):
        raise Failed(f"no policy stands in {folder}; {READ_ON}")
    return folder


def read_policies(policies: str | None, stories: bool = False) -> Corpus:
    """The texts of the folder, with their stories if they matter. Where one is wrong nothing is done."""
    from troth.corpus import load
    from troth.settings import read_settings

    found = load(must_hold_texts(Path(read_settings(policies).policies)), stories)
    must_be_right(found)
    return found


def must_be_right(found: Corpus) -> None:
    from troth.language.problem import printed

    if found.problems:
        raise Failed(f"the policies have problems\n\n{printed(found.problems, found.sources)}")


def policy_named(found: Corpus, name: str) -> Policy:
    if name not in found.policies:
        raise wrong_usage(f"there is no policy {name}{nearest(name, found.policies)}")
    return found.policies[name]


def version_named(policy: Policy, day: str) -> Document:
    """One version by its date; the newest where none is said."""
    versions = {version.id.partition("/")[2]: version for version in policy.versions}
    if day and day not in versions:
        raise wrong_usage(f"{policy.name} has no version {day}; there are {', '.join(versions)}")
    return versions[day] if day else policy.versions[-1]


# -- the store -----------------------------------------------------------------------------------


def open_house(
    policies: str | None,
    database: str | None,
    new: bool = False,
    company: str | None = None,
    observe: bool = False,
) -> House:
    """The house that the options and settings name. Only with `new` is a store made where there is none;
    with `company` no other's texts are read; it observes where the option or the setting says so."""
    from troth.company import PolicyWrong
    from troth.company import open_house as opened
    from troth.settings import read_settings

    settings = read_settings(policies, database)
    must_hold_texts(Path(settings.policies))
    must_be_usable(settings.database, new)
    try:
        return opened(
            settings.policies,
            settings.database,
            key=settings.key,
            company=company,
            observe=observe or settings.observe,
        )
    except PolicyWrong as wrong:
        raise Failed(f"the policies have problems\n\n{wrong}") from None


def must_be_usable(database: str, new: bool) -> None:
    if database in ("sqlite://", "sqlite:///:memory:"):
        return
    if database.startswith(POSTGRES):
        _must_be_a_database(database, new)
        return
    if not database.startswith(SQLITE) or database == SQLITE:
        raise wrong_usage(
            "--database names no store that this version can open; "
            "write sqlite:///PATH or postgresql://USER@HOST/DATABASE"
        )
    path = Path(database.removeprefix(SQLITE))
    if not path.exists() and not new:
        raise Failed(
            f"there is no store at {path}; name one with --database sqlite:///PATH, "
            "fill one with `troth demo`, or begin one with `troth serve`"
        )
    if path.is_dir():
        raise Failed(f"{path} is a folder; name a file with --database sqlite:///PATH")
    if path.exists():
        _must_be_a_store(path)
    if not path.parent.is_dir():
        raise Failed(f"there is no folder {path.parent} for the store {path}; make it first")
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise Failed(f"{path} cannot be written; the store needs to note every answer")


def _must_be_a_database(database: str, new: bool) -> None:
    """A database that can be reached, and holds a store or, for a `new` one, nothing."""
    from troth.store import StoreProblem, must_be_free, open_store, schema_version

    try:
        store = open_store(database)
        try:
            must_be_free(store)
            made = schema_version(store) is not None
        finally:
            store.close()
    except (StoreProblem, ValueError) as problem:
        raise Failed(str(problem)) from None
    if not made and not new:
        raise Failed(
            f"there is no store in {store.name} yet; fill one with `troth demo`, "
            "or begin one with `troth serve`"
        )


def _must_be_a_store(path: Path) -> None:
    """A file of somebody else's is left as it is."""
    if not path.stat().st_size:
        return
    tables = "select count(*) from sqlite_master where name = 'alembic_version'"
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as opened:
            ours = opened.execute(tables).fetchone()[0]
    except sqlite3.DatabaseError as error:
        raise Failed(f"{path} cannot be read as a store: {error}") from None
    if not ours:
        raise Failed(f"{path} is a database, but no store of troth; name another file")


def open_company(
    policies: str | None, database: str | None, name: str, observe: bool = False
) -> Company:
    """One company of the house, the others unread: what a command on one company stands on."""
    house = open_house(policies, database, company=name, observe=observe)
    return company_named(house if name in house.policies else open_house(policies, database), name)


def relay_named(address: str = "") -> Relay | None:
    """The mail relay that the environment names, or none; what is wrong with it is told before anything."""
    from troth.settings import read_relay

    try:
        return read_relay(address)
    except ValueError as wrong:
        raise Failed(str(wrong)) from None


def company_named(house: House, name: str) -> Company:
    if name not in house.policies:
        raise wrong_usage(f"there is no company {name}{nearest(name, house.policies)}")
    return house.company(name)
