"""The group of all commands; each command's room is imported when it is first asked for."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

import click

# command → the module of this package that holds it, and its line in `troth --help`
COMMANDS = {
    "check": ("texts", "read and check policies, words, laws and stories; print their problems"),
    "fmt": ("texts", "lay out policies in the one way"),
    "page": ("texts", "the published page of a version, or its JSON twin"),
    "story": ("stories", "run stories through every reading"),
    "promises": ("promises", "each promise, what binds it, and its state"),
    "ask": ("asking", "one decision with its clauses and what would make it allowed"),
    "ledger": ("asking", "check the record"),
    "serve": ("serving", "the service: pages, forms, desk and API"),
    "demo": ("serving", "a filled demo of every company, served"),
    "bench": ("serving", "a benchmark, beside what a user would use instead"),
}
FAILED = 3


class Commands(click.Group):
    """A group that knows its commands by name and loads one when it is run."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"troth.cli.{COMMANDS[cmd_name][0]}")
        command: click.Command = getattr(module, cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except BrokenPipeError:
            sys.exit(0)
        except Exception as error:
            click.echo(f"troth: {_said(error)}", err=True)
            sys.exit(FAILED)


def _said(error: Exception) -> str:
    """What went wrong, without a traceback: the words of our own errors, else the kind of error."""
    if type(error).__module__.startswith("troth") or isinstance(error, (ValueError, KeyError)):
        return str(error.args[0] if isinstance(error, KeyError) and error.args else error)
    if isinstance(error, OSError):
        return f"{error.strerror or type(error).__name__}: {error.filename or ''}".rstrip(": ")
    return f"{type(error).__name__}: {error}"


@click.group(cls=Commands)
@click.version_option(package_name="troth", prog_name="troth")
def main() -> None:
    """Privacy that is kept, not only published: the policy is the program."""
