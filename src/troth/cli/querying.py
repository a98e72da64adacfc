"""`troth sql`: a database queried for a purpose; what comes back is what the policy allows for it."""

from __future__ import annotations

import csv
import getpass
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

from .opening import Failed, nearest, open_company, wrong_usage
from .options import json_option, policies_option

if TYPE_CHECKING:
    from troth.company import Company
    from troth.sql.connection import Connection

WIDEST = 60  # characters of a cell


class Misread(click.ClickException):
    """A query that is not run: exit 2."""

    exit_code = 2

    def show(self, file: object = None) -> None:  # noqa: ARG002
        click.echo(self.message, err=True)


url_option = click.option(
    "--database", "url", metavar="URL", required=True, help="The database that is queried."
)
store_option = click.option(
    "--store", metavar="URL", help="The store (default: sqlite:///troth.db)."
)
map_option = click.option(
    "--map", "file", metavar="FILE", help="The map of the database (default: maps/NAME.yaml)."
)


@click.command()
@click.argument("company")
@click.argument("query", required=False)
@click.option("--purpose", required=True, metavar="PURPOSE", help="What the data are wanted for.")
@click.option("--with", "party", metavar="PARTY", help="Who is to receive them: an id or a word.")
@click.option("--within", metavar="MATTER", help="The id of an open matter: support-case:17.")
@click.option("--by", metavar="ROLE", help="The way or the team that does it.")
@click.option(
    "--explain", is_flag=True, help="Show what is run instead, and the clauses; run nothing."
)
@click.option("--csv", "as_csv", is_flag=True, help="Comma-separated, the names first.")
@url_option
@map_option
@json_option
@policies_option
@store_option
def sql(
    company: str,
    query: str | None,
    explain: bool,
    as_csv: bool,
    as_json: bool,
    policies: str | None,
    store: str | None,
    **asked: str | None,
) -> None:
    """Query a database of COMPANY for a purpose: only rows and cells that may be used for it come back.

    `create table NAME as select …` and `insert into NAME select …` write them into a table that keeps whose they are.
    Without QUERY it asks for one after the other, each ended by a semicolon.
    """
    one = open_company(policies, store, company)
    written = _csv if as_csv else _json if as_json else _table
    with _connected(one, **asked) as connection:
        queries = [query] if query is not None else _typed()
        for each in queries:
            try:
                _answered(connection, each, explain, written)
            except Misread as wrong:
                if query is not None:
                    raise
                wrong.show()


def _connected(
    one: Company,
    url: str | None,
    file: str | None,
    purpose: str | None,
    party: str | None,
    within: str | None,
    by: str | None,
) -> Connection:
    from troth.estate import Unusable
    from troth.refusal import Refused
    from troth.sql.connect import MapWrong

    assert url is not None and purpose is not None
    known = [name for kind, name in one.policy.words if kind == "purpose"]
    if purpose not in known:
        raise wrong_usage(f"{one.name} has no purpose word {purpose}{nearest(purpose, known)}")
    who = getpass.getuser()
    try:
        return one.connect(
            url, purpose=purpose, party=party, within=within, by=by, map=file, who=who
        )
    except Refused as refused:
        raise wrong_usage(refused.message) from None
    except Unusable as unusable:
        raise Failed(str(unusable)) from None
    except MapWrong as wrong:
        raise Failed(f"the map cannot be used\n\n{wrong}") from None


def _typed() -> Iterator[str]:
    """Queries from the terminal or a pipe, each up to its semicolon."""
    written = ""
    while True:
        try:
            line = input("troth> " if not written else "  ...> ") if sys.stdin.isatty() else input()
        except EOFError:
            break
        written += line + "\n"
        if line.rstrip().endswith(";"):
            yield written.strip()
            written = ""
    if written.strip():
        yield written.strip()


Written = Callable[[Sequence[str], Sequence[tuple[Any, ...]]], None]


def _answered(connection: Connection, query: str, explain: bool, written: Written) -> None:
    from troth.query import QueryRefused

    try:
        if explain:
            _explained(connection, query)
            return
        cursor = connection.execute(query)
    except QueryRefused as refused:
        raise Misread(str(refused)) from None
    if cursor.description is None:
        click.echo(f"{cursor.rowcount} row{'' if cursor.rowcount == 1 else 's'} written")
        return
    names = [column[0] for column in cursor.description]
    written(names, cursor.fetchall())


def _explained(connection: Connection, query: str) -> None:
    instead = connection.rewritten(query)
    click.echo(connection.explained(query))
    for word, clauses in connection.clauses(instead).items():
        click.secho(f"\n{word}", bold=True)
        for text in clauses or ("no clause permits it",):
            click.echo(f"  {text}")


# -- how an answer is written ----------------------------------------------------------------------


def _table(names: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    shown = [[_cell(value) for value in row] for row in rows]
    widths = [
        max(len(name), *(len(row[at]) for row in shown)) if shown else len(name)
        for at, name in enumerate(names)
    ]
    click.secho(
        "  ".join(n.ljust(w) for n, w in zip(names, widths, strict=True)).rstrip(), bold=True
    )
    for row in shown:
        click.echo("  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)).rstrip())
    click.echo(f"{len(rows)} row{'' if len(rows) == 1 else 's'}")


def _cell(value: Any) -> str:
    if value is None:
        return "–"
    text = "".join(c if c.isprintable() else " " for c in str(value))
    return text if len(text) <= WIDEST else text[: WIDEST - 1] + "…"


def _json(names: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    listed = [dict(zip(names, row, strict=True)) for row in rows]
    click.echo(json.dumps(listed, indent=2, ensure_ascii=False, default=str))


def _csv(names: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(names)
    out.writerows(rows)
