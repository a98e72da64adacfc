"""`troth filter`: a mailing list cut to those whom the policy allows, streamed."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from .opening import Failed, nearest, open_company, wrong_usage
from .options import database_option, policies_option

if TYPE_CHECKING:
    from troth.company import Company

AT_ONCE = 10_000  # lines: what is held in memory, however long the list is
ADDRESSES = ("email", "e-mail", "mail", "email_address", "phone", "telephone", "person", "number")


@click.command()
@click.argument("company")
@click.argument("list_", metavar="LIST.csv")
@click.option("--purpose", required=True, metavar="PURPOSE", help="What the list is wanted for.")
@click.option("--column", metavar="NAME", help="The column that says who: an address or a number.")
@click.option(
    "--data", default="email", metavar="WORD", help="What of theirs is used (default: email)."
)
@click.option("--with", "party", metavar="PARTY", help="Who is to receive it: an id or a word.")
@policies_option
@database_option
def filter(
    company: str,
    list_: str,
    column: str | None,
    policies: str | None,
    database: str | None,
    **asked: str | None,
) -> None:
    """Print the lines of LIST.csv about people of COMPANY whom the purpose allows; `-` reads a pipe.

    Who is not found, or of whom nothing is held, is left out. How many were is told on stderr.
    """
    one = open_company(policies, database, company)
    if list_ == "-":
        read, kept = _cut(one, sys.stdin, column, **asked)
    else:
        try:
            with Path(list_).open(encoding="utf-8", newline="") as opened:
                read, kept = _cut(one, opened, column, **asked)
        except (OSError, UnicodeDecodeError) as error:
            raise Failed(f"{list_} cannot be read: {type(error).__name__}") from None
    click.echo(f"{kept} of {read} may be used", err=True)


def _cut(
    one: Company,
    opened: TextIO,
    column: str | None,
    purpose: str | None,
    data: str | None,
    party: str | None,
) -> tuple[int, int]:
    from troth.refusal import Refused

    rows = csv.reader(opened)
    names = next(rows, [])
    at = _column(names, column)
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(names)
    read = kept = 0
    assert purpose is not None and data is not None
    try:
        asked = one.many(purpose, data=data, party=party)
    except Refused as refused:
        raise wrong_usage(refused.message) from None
    for some in _some(rows):
        allowed = asked.of([_person(row[at] if at < len(row) else "") for row in some])
        out.writerows(row for row, may in zip(some, allowed, strict=True) if may)
        read, kept = read + len(some), kept + sum(allowed)
    return read, kept


def _some(rows: Iterator[list[str]]) -> Iterator[list[list[str]]]:
    while some := [row for row in islice(rows, AT_ONCE) if row]:
        yield some


def _person(written: str) -> int | str:
    text = written.strip()
    return int(text) if text.isdecimal() and len(text) < 10 else text


def _column(names: list[str], column: str | None) -> int:
    """The column that says who."""
    if column is not None:
        if column not in names:
            raise wrong_usage(f"the list has no column {column}{nearest(column, names)}")
        return names.index(column)
    for wanted in ADDRESSES:
        for place, name in enumerate(names):
            if name.strip().lower().replace(" ", "_") == wanted:
                return place
    raise wrong_usage("say with --column which column says who; the first line holds the names")
