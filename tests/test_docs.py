"""What there is stands in the documentation, and what the documentation says is there."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from troth.cli import main
from troth.estate.problems import TITLES as OF_MAPS
from troth.language.forms import FORMS
from troth.language.problem import CODES
from troth.query.refused import TITLES as OF_QUERIES
from troth.refusal import TITLES

ROOT = Path(__file__).parents[1]
DOCS = {path.name: path.read_text("utf-8") for path in sorted((ROOT / "docs").glob("*.md"))}
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
TARGETS = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
SHELL = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
TYPED = re.compile(r"^\$ ((?:.*\\\n)*.*)", re.MULTILINE)
SERVED = "http://127.0.0.1:8000"
INLINE = re.compile(r"`((?:troth|make) [^`]*)`")


def command(name: str) -> click.Command:
    """One command of the terminal, loaded."""
    found = main.get_command(click.Context(main), name)
    assert found is not None, f"there is no command `troth {name}`"
    return found


COMMANDS = main.list_commands(click.Context(main))


def said(text: str) -> Iterator[list[str]]:
    """The `troth …` and `make …` lines of a page: in its shell boxes, and between backticks."""
    boxes = [box.replace("\\\n", " ") for box in SHELL.findall(text)]
    lines = [line for box in boxes for line in box.splitlines()]
    lines += [line.replace("\\\n", " ") for line in TYPED.findall(text)]
    lines += [re.split(r" ·|\\\||[…\[]", line)[0] for line in INLINE.findall(text)]
    for line in lines:
        for part in re.split(r"\s*(?:&&|\|)\s*", line.strip()):
            words = shlex.split(part, comments=True)
            if words[:1] in (["troth"], ["make"]):
                yield words


def table_of(page: str, head: str) -> list[tuple[str, str]]:
    """The first two cells of each row of the table that begins with a line."""
    body = DOCS[page].split(f"{head}\n|---|---|\n")[1].split("\n\n")[0]
    rows = [[cell.strip() for cell in line.strip("| ").split(" | ")] for line in body.splitlines()]
    return [(plain(row[0]), plain(row[1])) for row in rows]


def plain(cell: str) -> str:
    """A cell without the backticks around all of it."""
    return cell[1:-1] if re.fullmatch(r"`[^`]*`", cell) else cell


def test_every_command_is_documented_and_every_documented_one_exists() -> None:
    rows = [name.split()[1] for name, _ in table_of("commands.md", "| command | does |")]
    assert sorted(rows) == sorted(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_says_what_it_does(name: str) -> None:
    assert command(name).get_short_help_str()


def test_every_make_target_is_documented() -> None:
    rows = {name.split()[1] for name, _ in table_of("commands.md", "| target | does |")}
    assert rows <= TARGETS
    assert {"install", "demo", "serve", "test", "check", "fmt", "lock", "bench", "clean"} <= rows


def test_every_problem_is_documented_under_its_title() -> None:
    assert (
        dict(table_of("problems.md", "| code | title |")) == CODES | TITLES | OF_QUERIES | OF_MAPS
    )


def test_every_duty_is_documented_with_its_wording() -> None:
    wordings = {
        f.name: f"must {' '.join(f.templates[0].split())}".replace("[ ", "[") for f in FORMS
    }
    assert dict(table_of("language.md", "| form | wording |")) == wordings


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_command_a_page_shows_exists(path: Path) -> None:
    for words in said(path.read_text("utf-8")):
        name = words[1] if len(words) > 1 else ""
        assert name in (TARGETS if words[0] == "make" else {*COMMANDS, "--help", "--version"}), (
            words
        )
        shown = {word.split("=")[0] for word in words[2:] if word.startswith("--")} - {"--help"}
        if words[0] == "troth" and shown:
            options = {option for each in command(name).params for option in each.opts}
            assert isinstance(command(name), click.Group) or shown <= options, words


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_of_a_page_leads_somewhere(path: Path) -> None:
    text = path.read_text("utf-8")
    links = [link.split("#")[0] for link in re.findall(r"\]\(([^)\s]+)\)", text)]
    files = [link for link in links if link and not link.startswith(("http:", "https:", "mailto:"))]
    assert not [link for link in files if not (path.parent / link).exists()]


def test_every_decision_is_listed() -> None:
    folder = ROOT / "docs" / "decisions"
    listed = re.findall(r"\]\((\d{4}-[\w-]+\.md)\)", (folder / "README.md").read_text("utf-8"))
    assert listed == sorted(path.name for path in folder.glob("[0-9]*.md"))


# -- the README is run -----------------------------------------------------------------------------

README = (ROOT / "README.md").read_text("utf-8")
TROTH = [sys.executable, "-c", "from troth.cli import main; main()"]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, dict[str, str]]]:
    """A small filled demo and its service: the address, and the surroundings in which its commands run."""
    folder = tmp_path_factory.mktemp("demo")
    command = folder / "troth"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -c "{TROTH[2]}" "$@"\n')
    command.chmod(0o755)
    store = f"sqlite:///{folder}/troth-demo.db"
    path = f"{folder}:{os.environ['PATH']}"
    around = {**os.environ, "PATH": path, "TROTH_DATABASE": store}
    fill = ["demo", "--no-serve", "--people", "2", "--database", store]
    subprocess.run([*TROTH, *fill], cwd=ROOT, check=True, capture_output=True)
    serve = [*TROTH, "serve", "--port", "0"]
    with subprocess.Popen(serve, cwd=ROOT, env=around, stdout=subprocess.PIPE, text=True) as served:
        assert served.stdout is not None
        yield served.stdout.readline().strip().rstrip("/"), around
        served.terminate()


def bash(typed: str, demo: tuple[str, dict[str, str]]) -> str:
    """What a person who types this sees; nothing may be complained of."""
    address, around = demo
    typed = re.sub(r"^export .*\n", "", typed, flags=re.MULTILINE)  # set here, for this demo
    ran = subprocess.run(
        ["bash", "-c", typed.replace(SERVED, address)],
        cwd=ROOT,
        env=around,
        capture_output=True,
        text=True,
        check=False,
    )
    assert not ran.stderr, ran.stderr
    return ran.stdout


def test_what_the_recording_shows_is_what_is_printed(demo: tuple[str, dict[str, str]]) -> None:
    recorded = README.split("<!-- recorded -->")[1].split("```")[1].removeprefix("console\n")
    key = bash("troth key callminer --role crm --for joint-marketing", demo).strip()
    shown = re.sub(r"^#.*\n", "", recorded, flags=re.MULTILINE).rstrip()
    printed = []
    for typed in TYPED.findall(recorded):
        answer = bash(typed, (demo[0], {**demo[1], "KEY": key})).rstrip()
        answer = re.sub(r"\n  on record as entry \d+", "", answer)
        printed.append(f"$ {typed}\n{answer}")
    assert "\n\n".join(printed) == shown
    assert [re.findall(r"^(yes|no)$", one, re.MULTILINE) for one in printed] == [
        ["no"],
        ["yes"],
        [],
        ["yes"],
    ]


@pytest.mark.parametrize("box", SHELL.findall(README))
def test_what_the_readme_tells_to_type_works(box: str, demo: tuple[str, dict[str, str]]) -> None:
    assert bash(box, demo)


def test_the_first_policy_and_the_ten_lines_of_python_work(tmp_path: Path) -> None:
    policy = README.split("````markdown\n")[1].split("````")[0]
    file = tmp_path / "policies" / "bakery" / "2026-01-01.md"
    file.parent.mkdir(parents=True)
    file.write_text(policy)
    for words in (["check"], ["fmt", "--check"], ["page", "bakery"]):
        subprocess.run([*TROTH, *words], cwd=tmp_path, check=True, capture_output=True)
    python, printed = re.findall(r"```(?:python|text)\n(.*?)```", README, re.DOTALL)[:2]
    ran = subprocess.run(
        [sys.executable, "-c", python], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (ran.stdout, ran.stderr) == (printed, "")


def test_the_databases_of_the_readme_answer_as_it_says(tmp_path: Path) -> None:
    policy = README.split("````markdown\n")[1].split("````")[0]
    section = README.split("## The databases you have\n")[1].split("\n## ")[0]
    map_, python, printed = re.findall(r"```(?:yaml|python|text)\n(.*?)```", section, re.DOTALL)
    folder = tmp_path / "policies" / "bakery"
    (folder / "maps").mkdir(parents=True)
    (folder / "2026-01-01.md").write_text(policy)
    (folder / "maps" / "orders.yaml").write_text(map_)
    ran = subprocess.run(
        [sys.executable, "-c", python], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (ran.stdout, ran.stderr) == (printed, "")


def test_the_pictures_are_there_and_light() -> None:
    pictures = re.findall(r"\]\((docs/images/[^)]+)\)", README)
    assert len(pictures) == 5
    assert all((ROOT / picture).stat().st_size <= 150_000 for picture in pictures)
