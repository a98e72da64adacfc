"""Record the first ninety seconds: run the commands, draw docs/images/ninety-seconds.svg, renew the README's copy.

Run by hand from the repository's folder, with what `make dev` installs: `.venv/bin/python docs/recording.py`.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TROTH = str(Path(sys.executable).with_name("troth"))
PICTURE = ROOT / "docs" / "images" / "ninety-seconds.svg"
README = ROOT / "README.md"
BEGIN, END = "<!-- recorded -->\n", "<!-- end of recorded -->"
SERVED = "http://127.0.0.1:8000"
ASK = "troth ask callminer share email --person {}@example.com --with acme --for joint-marketing"
AGREES = (
    f'curl -s {SERVED}/api/callminer/choices -H "authorization: Bearer $KEY" \\\n'
    """    -d '{"do": "agree", "person": "anna@example.com", "clause": "share.partners", "way": "site"}'"""
)
STEPS = (  # a line of explanation, what is typed
    ("Anna gave her address in 2004, under the policy of 2003.", ASK.format("anna")),
    ("Ben gave his in 2015, under the policy of 2014. The same question.", ASK.format("ben")),
    ("The wider policy does not move Anna's answer. She does, when she agrees.", AGREES),
    ("", ASK.format("anna")),
)
COLUMNS, LINE, LEFT, TOP, SIZE = 100, 21, 24, 58, 13.5
WAIT, TYPED, READ = 0.6, 0.9, 2.6  # seconds: before a command, while typing it, while reading
STYLE = """
  text { font: 13.5px ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace;
         fill: #d5d9e0; white-space: pre }
  .said { fill: #8b93a3 } .prompt { fill: #7aa2c9 } .typed { fill: #f2f4f7 }
  .yes { fill: #8fd19e; font-weight: 700 } .no { fill: #f0908a; font-weight: 700 }
  .quote { fill: #e7cf9a } .clause { fill: #b9c4d6 }
  g { animation: appear .2s ease-out backwards } @keyframes appear { from { opacity: 0 } }
  @media (prefers-reduced-motion: reduce) { g { animation: none } }
"""


@dataclass(frozen=True)
class Line:
    """One line of the picture: how it is coloured, and when it appears."""

    text: str
    style: str
    at: float


def answers() -> list[str]:
    """What each command prints, in a filled demo with its service running."""
    with tempfile.TemporaryDirectory() as folder:
        store = f"sqlite:///{folder}/troth-demo.db"
        path = f"{Path(TROTH).parent}:{os.environ['PATH']}"
        surroundings = {**os.environ, "TROTH_DATABASE": store, "PATH": path}
        fill = [TROTH, "demo", "--no-serve", "--people", "20", "--database", store]
        subprocess.run(fill, cwd=ROOT, check=True, capture_output=True)
        issue = [TROTH, "key", "callminer", "--role", "crm", "--for", "joint-marketing"]
        key = subprocess.run(issue, cwd=ROOT, env=surroundings, check=True, capture_output=True)
        surroundings["KEY"] = key.stdout.decode().strip()
        serve = subprocess.Popen(
            [TROTH, "serve", "--port", "0"], cwd=ROOT, env=surroundings, stdout=subprocess.PIPE
        )
        try:
            assert serve.stdout is not None
            address = serve.stdout.readline().decode().strip().rstrip("/")
            return [_printed(typed.replace(SERVED, address), surroundings) for _, typed in STEPS]
        finally:
            serve.terminate()
            serve.wait()


def _printed(typed: str, surroundings: dict[str, str]) -> str:
    ran = subprocess.run(
        ["bash", "-c", typed], cwd=ROOT, env=surroundings, capture_output=True, check=False
    )
    assert not ran.stderr, ran.stderr.decode()
    # how many entries came before says nothing here
    return re.sub(r"\n  on record as entry \d+", "", ran.stdout.decode().rstrip("\n"))


def told(printed: list[str]) -> str:
    """The recording as text."""
    said = []
    for (why, typed), answer in zip(STEPS, printed, strict=True):
        said += [f"# {why}"] if why else []
        said += [f"$ {typed}", answer, ""]
    return "\n".join(said[:-1])


def lines(printed: list[str]) -> Iterator[Line]:
    """Every line of the picture, wrapped, with the moment it appears."""
    at = WAIT
    for (why, typed), answer in zip(STEPS, printed, strict=True):
        if why:
            yield Line(f"# {why}", "said", at)
        for number, part in enumerate(typed.splitlines()):
            yield Line(f"$ {part}" if number == 0 else part, "typed", at + WAIT)
        at += WAIT + TYPED
        for part in answer.splitlines():
            for wrapped in _wrapped(part):
                yield Line(wrapped, _style(part), at)
        yield Line("", "said", at)
        at += READ


def _wrapped(text: str) -> list[str]:
    indent = " " * (len(text) - len(text.lstrip()))
    return textwrap.wrap(text, COLUMNS, subsequent_indent=indent) or [""]


def _style(text: str) -> str:
    if text in ("yes", "no"):
        return text
    return "quote" if text.startswith("    ") else "said" if text.startswith("  =") else "clause"


def drawn(shown: list[Line]) -> str:
    """The picture: a terminal whose lines appear one after the other."""
    width, height = LEFT * 2 + round(COLUMNS * 8.2), TOP + len(shown) * LINE
    body = "\n".join(
        f'<g style="animation-delay:{line.at:.1f}s"><text x="{LEFT}" y="{TOP + n * LINE}" '
        f'class="{line.style}">{_marked(line)}</text></g>'
        for n, line in enumerate(shown)
        if line.text
    )
    dots = "".join(f'<circle cx="{LEFT + 4 + n * 18}" cy="20" r="5"/>' for n in range(3))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}" role="img" aria-labelledby="title">\n'
        '<title id="title">The same question about two people, and one who agrees</title>\n'
        f'<style>{STYLE}</style>\n<rect width="100%" height="100%" rx="10" fill="#171a20"/>\n'
        f'<g fill="#3a404c">{dots}</g>\n{body}\n</svg>\n'
    )


def _marked(line: Line) -> str:
    if line.text.startswith("$ "):
        return f'<tspan class="prompt">$</tspan> {escape(line.text[2:])}'
    return escape(line.text)


def main() -> None:
    printed = answers()
    PICTURE.write_text(drawn(list(lines(printed))), "utf-8")
    text = README.read_text("utf-8")
    before, rest = text.split(BEGIN)
    after = rest.split(END)[1]
    copy = f"\n```console\n{told(printed)}\n```\n\n"
    README.write_text(f"{before}{BEGIN}{copy}{END}{after}", "utf-8")
    print(told(printed))


if __name__ == "__main__":
    main()
