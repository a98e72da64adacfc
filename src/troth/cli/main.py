"""The group of all commands; each command's room is imported when it is first asked for."""

from __future__ import annotations

import gc
import os
import sys
from importlib import import_module
from keyword import iskeyword
from typing import Any

import click

# command → the module of this package that holds it, and its line in `troth --help`
COMMANDS = {
    "init": ("starting", "start a policy, from nothing or from a page that promises already"),
    "check": ("texts", "read and check policies, words, laws and stories; print their problems"),
    "fmt": ("texts", "lay out policies in the one way"),
    "page": ("texts", "the published page of a version, or its JSON twin"),
    "story": ("stories", "run stories through every reading"),
    "promises": ("promises", "each promise, what binds it, and its state"),
    "export": ("exchange", "a policy as fideslang, DPV or ODRL, and what they cannot say"),
    "import": ("exchange", "a draft of a policy from fideslang, DPV or ODRL"),
    "ask": ("asking", "one decision with its clauses and what would make it allowed"),
    "prove": (
        "proving",
        "whether something can ever be allowed: a proof, or a story that shows how",
    ),
    "change": (
        "changing",
        "what a version allows that an earlier one did not, and what waits for whom",
    ),
    "new-version": ("publishing", "start the next version of a policy as a copy of the newest"),
    "publish": ("publishing", "freeze a version, signed off by name with a reason"),
    "observe": ("observe", "what enforcing would change, from what was only observed"),
    "sweep": ("sweeping", "erase what is past the time its policy lets it be kept"),
    "duties": ("duties", "each duty in force with its figure, and whether it is kept"),
    "map": ("mapping", "draft the map of a database, or hold one to the database as it stands"),
    "filter": ("filtering", "cut a mailing list to those whom a purpose allows"),
    "census": ("census", "take anew what large lists are answered from"),
    "sql": ("querying", "query a database for a purpose: only what it allows comes back"),
    "views": ("viewing", "put permits and views for each purpose into a database"),
    "copy": ("copying", "copy what asks are decided from, for a warehouse"),
    "ledger": ("ledger", "check the record"),
    "serve": ("serving", "the service: pages, forms, desk and API"),
    "work": ("working", "do the durable jobs: deliver mail, tell people"),
    "mail": ("mailing", "a mailing to whom the policy allows it, and mail that came back"),
    "move": ("moving", "a store into another database, nothing of it lost"),
    "notices": (
        "notices",
        "tell people of a new version: open, see how far it is, calls and letters",
    ),
    "demo": ("serving", "a filled demo of every company, served"),
    "key": ("access", "a key for a program, and what it may do with it"),
    "operator": ("access", "let somebody of the company sign in at the desk"),
    "bench": ("bench", "a benchmark, beside what a user would use instead"),
}
FAILED = 3
SELDOM = (100_000, 20, 20)  # how often garbage is looked for


class Commands(click.Group):
    """A group that knows its commands by name and loads one when it is run."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"troth.cli.{COMMANDS[cmd_name][0]}")
        named = f"{cmd_name}_" if iskeyword(cmd_name) else cmd_name.replace("-", "_")
        command: click.Command = getattr(module, named)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from .opening import nearest

            ctx.fail(f"there is no command {args[0]}{nearest(args[0], COMMANDS)}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])

    def invoke(self, ctx: click.Context) -> Any:
        # modules and policies stay to the end: looking through them for garbage is a fifth of a short command
        gc.set_threshold(*SELDOM)
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except BrokenPipeError:  # whoever read has gone: what was not read counts as not said
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(FAILED)
        except KeyboardInterrupt:
            click.echo("troth: stopped", err=True)
            sys.exit(FAILED)
        except Exception as error:
            click.echo(f"troth: {_said(error)}", err=True)
            sys.exit(FAILED)


def _said(error: Exception) -> str:
    """What went wrong, without a traceback: the words of our own errors, else the kind of error."""
    module = type(error).__module__.partition(".")[0]
    if module == "sqlalchemy":
        return f"the store cannot be used: {getattr(error, 'orig', None) or error}"
    if module == "troth" or isinstance(error, (ValueError, LookupError)):
        return str(error.args[0] if isinstance(error, KeyError) and error.args else error)
    if isinstance(error, OSError):
        return f"{error.strerror or type(error).__name__}: {error.filename or ''}".rstrip(": ")
    return f"{type(error).__name__}: {error}"


@click.group(cls=Commands)
@click.version_option(package_name="troth", prog_name="troth")
def main() -> None:
    """Privacy that is kept, not only published: the policy is the program."""
