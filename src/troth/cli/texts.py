"""`troth check`, `troth fmt`, `troth page`: the texts themselves."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .opening import must_hold_texts, policy_named, read_policies, version_named, wrong_usage
from .options import json_option, policies_option

if TYPE_CHECKING:
    from troth.corpus import Corpus
    from troth.language.problem import Problem


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@json_option
def check(paths: tuple[Path, ...], as_json: bool) -> None:
    """Read and check policies, words, laws and stories. Exits 1 where there is a problem.

    PATH is a folder of policies or one file in it; without one, ./policies.
    """
    from troth.corpus import load
    from troth.language.check import in_order
    from troth.language.problem import printed

    wrong: list[Problem] = []
    notes: list[Problem] = []
    sources: dict[str, str] = {}
    read = 0
    for path in _chosen(paths):
        found = load(path)
        only = None if path.is_dir() else path.as_posix()
        every = [*found.problems, *_proved(found)]
        wrong += [p for p in in_order(every) if only in (None, p.span.file)]
        notes += [p for p in found.notes if only in (None, p.span.file)]
        sources |= found.sources
        read += len(found.sources)
    if as_json:
        click.echo(
            json.dumps(
                {"problems": [as_dict(p) for p in wrong], "notes": [as_dict(p) for p in notes]},
                indent=2,
            )
        )
    else:
        click.echo(printed([*wrong, *notes], sources), nl=bool(wrong or notes))
        said = f"{len(wrong)} problem{'' if len(wrong) == 1 else 's'}" if wrong else "no problems"
        click.echo(f"{read} files, {said}")
    sys.exit(1 if wrong else 0)


def _proved(found: Corpus) -> Iterator[Problem]:
    """What only a proof finds; of texts that can be read."""
    from troth.prove.problems import problems

    for policy in found.policies.values():
        yield from problems(policy, found.problems)


def _chosen(paths: tuple[Path, ...]) -> tuple[Path, ...]:
    """What was named, or the folder of policies; a folder must hold a text."""
    chosen = paths or (Path("policies"),)
    for path in chosen:
        if path.is_dir() or not paths:
            must_hold_texts(path)
    return chosen


def as_dict(problem: Problem) -> dict[str, Any]:
    """A problem for a program: code, message, place, remedy."""
    span = problem.span
    place = {"file": span.file, "line": span.line, "column": span.column}
    return {"code": problem.code, "message": problem.message, **place, "remedy": problem.remedy}


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--check", "only_check", is_flag=True, help="Change nothing; exit 1 if any would.")
def fmt(paths: tuple[Path, ...], only_check: bool) -> None:
    """Lay out policies in the one way. Files with problems in reading are left as they are."""
    changed = failed = 0
    for path in _texts(_chosen(paths)):
        text, laid_out = _laid_out(path)
        if laid_out is None:
            failed += 1
            click.echo(f"{path}: cannot be read; run `troth check {path}`", err=True)
        elif laid_out != text:
            changed += 1
            click.echo(f"{path}: {'would change' if only_check else 'laid out'}")
            if not only_check:
                path.write_text(laid_out, encoding="utf-8")
    sys.exit(3 if failed else 1 if only_check and changed else 0)


def _texts(paths: tuple[Path, ...]) -> Iterator[Path]:
    """The files of the language; stories are laid out by whoever writes them."""
    from troth.corpus import STORIES, files

    for path in paths:
        found = files(path) if path.is_dir() else [path]
        yield from (file for file in found if file.name != STORIES)


def _laid_out(path: Path) -> tuple[str, str | None]:
    """A file's text and the same in the one layout; none where it cannot be read."""
    from troth.language.read import read_bytes, source
    from troth.language.write import format_document

    data = path.read_bytes()
    document, problems = read_bytes(data, path.as_posix())[:2]
    return source(data), None if problems else format_document(document)


@click.command()
@click.argument("policy", metavar="POLICY[@VERSION]")
@click.option("--html", "as_html", is_flag=True, help="A whole HTML page (default: Markdown).")
@json_option
@policies_option
def page(policy: str, as_html: bool, as_json: bool, policies: str | None) -> None:
    """The published page of a version (the newest without @VERSION), or its JSON twin."""
    from troth.language.write_json import to_json
    from troth.page import markdown
    from troth.page import page as html

    if as_html and as_json:
        raise wrong_usage("choose one of --html and --json")
    name, _, day = policy.partition("@")
    whole = policy_named(read_policies(policies), name)
    version = version_named(whole, day)
    if as_json:
        click.echo(json.dumps(to_json(version), indent=2, ensure_ascii=False))
    elif as_html:
        click.echo(html(version, whole.words, whole.versions))
    else:
        click.echo(markdown(version, whole.words, whole.versions))
