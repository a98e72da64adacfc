"""`troth key` and `troth operator`: let a program use the API, or a person of the company the desk."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from .opening import company_named, nearest, open_house, wrong_usage
from .options import database_option, policies_option

if TYPE_CHECKING:
    from troth.company import Company

DOORS = ("ask", "collect", "choices", "observe")
EVERY = "*"


@click.command()
@click.argument("company")
@click.option("--role", required=True, help="Who asks with it, as the policy's `by` may name it.")
@click.option(
    "--for", "purposes", multiple=True, required=True, metavar="PURPOSE",
    help="A purpose it may claim; say it again for more, or * for every purpose.",
)  # fmt: skip
@click.option(
    "--may", "doors", multiple=True, type=click.Choice(DOORS), default=DOORS[:3],
    help="A door of the API that it opens (default: all but observe).",
)  # fmt: skip
@click.option("--name", default="", help="What to call it (default: its role).")
@policies_option
@database_option
def key(
    company: str,
    role: str,
    purposes: tuple[str, ...],
    doors: tuple[str, ...],
    name: str,
    policies: str | None,
    database: str | None,
) -> None:
    """Print a new key for the API of COMPANY. It is shown this once; the store keeps its hash."""
    from troth import access

    house = open_house(policies, database)
    one = company_named(house, company)
    _must_be_purposes(one, purposes)
    with one.writing() as session:
        made = access.issue_key(session, name or role, role, purposes, doors, at=house.clock())
    click.echo(made)


def _must_be_purposes(company: Company, purposes: tuple[str, ...]) -> None:
    known = [name for kind, name in company.policy.words if kind == "purpose"]
    for purpose in purposes:
        if purpose not in (*known, EVERY):
            raise wrong_usage(f"{company.name} has no purpose {purpose}{nearest(purpose, known)}")


@click.command()
@click.argument("company")
@click.argument("name")
@click.option(
    "--role", "roles", multiple=True, default=("privacy-officer",), show_default=True,
    help="A role; say it again for more.",
)  # fmt: skip
@policies_option
@database_option
def operator(
    company: str, name: str, roles: tuple[str, ...], policies: str | None, database: str | None
) -> None:
    """Let NAME sign in at the desk of COMPANY. Asks for a password, or reads it from a pipe."""
    from troth import access

    house = open_house(policies, database)
    one = company_named(house, company)
    password = _password()
    with one.writing() as session:
        access.add_operator(session, name, password, roles, at=house.clock())
    click.echo(f"{name} may sign in at the desk of {one.title} as {', '.join(roles)}")


def _password() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    said: str = click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    return said
