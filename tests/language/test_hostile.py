"""A hostile file gives problems, never a traceback, and twice the file costs about twice the work."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from troth.language.problem import printed
from troth.language.read import read, read_bytes, source
from troth.language.write import format_document
from troth.language.write_json import without_places

FRONT = "---\npolicy: x\ncompany: c\nin force: 2003-01-01\nzone: UTC\n---\n\n"
LARGE = 10_000_000  # characters


def boxed(lines: str) -> str:
    return f"{FRONT}## A {{#a}}\n```policy\n{lines}\n```\n"


def worded(lines: str) -> str:
    return f"```words\n{lines}\n```\n"


# each makes a text of about n characters
HOSTILE: dict[str, Callable[[int], str]] = {
    "one line of prose": lambda n: FRONT + "x" * n,
    "one line in a box": lambda n: boxed("x" * n),
    "one line of quotes": lambda n: boxed('"' * n),
    "one heading": lambda n: FRONT + "# " + " " * n + "x",
    "one fence": lambda n: "`" * n,
    "one front matter entry": lambda n: "---\na: " + " " * n + "x\n---\n",
    "nested quotes": lambda n: FRONT + "> " * (n // 2),
    "nested comments": lambda n: FRONT + "<!--" * (n // 4),
    "nested anchors": lambda n: FRONT + "## a" + "{#" * (n // 2) + "}",
    "tiny errors": lambda n: boxed("x\n" * (n // 2)),
    "unknown words": lambda n: worded('data w "x" hlds a\n' * (n // 18)),
    "unclosed boxes": lambda n: FRONT + "```policy\n" * (n // 10),
    "headings": lambda n: FRONT + "## x\n" * (n // 5),
    "a list without end": lambda n: boxed("a: may use " + "b,\n  " * (n // 5)),
    "commas without end": lambda n: boxed("a: may use " + ",\n  " * (n // 4)),
    "conditions without end": lambda n: boxed("a: never use b\n" + "  if x\n" * (n // 7)),
    "comments without end": lambda n: boxed("a: never use b\n" + "  -- x\n" * (n // 7)),
    "open strings": lambda n: boxed(('a: says "' + '\\"' * 2000 + "\n") * (n // 4010)),
    "marks": lambda n: boxed((":," * 2000 + "\n") * (n // 4001)),
    "entries": lambda n: "---\n" + "k: v\n" * (n // 5) + "---\n",
    "blanks in entries": lambda n: "---\n" + ("b: " + " " * 4000 + "x\n") * (n // 4005) + "---\n",
    "duties": lambda n: boxed(("a: must answer " + "b, " * 1500 + "c within\n") * (n // 4525)),
    "nul": lambda n: FRONT + "\0" * n,
    "nul between": lambda n: FRONT + "a\0" * (n // 2),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_of_ten_megabytes_gives_problems(name: str) -> None:
    text = HOSTILE[name](LARGE)
    document, problems = read(text, "x.md")
    assert len(problems) <= 201
    assert document.path == "x.md"
    if name not in HARMLESS:
        assert problems


HARMLESS = ("one line of prose", "one heading", "nested quotes", "nested anchors")


def steps(text: str) -> int:
    """How many lines of our program run while a text is read: a measure that no busy machine disturbs."""
    count = 0

    def local(_frame: FrameType, event: str, _arg: object) -> object:
        nonlocal count
        count += event == "line"
        return local

    def trace(frame: FrameType, _event: str, _arg: object) -> object:
        return local if "troth" in frame.f_code.co_filename else None

    before = sys.gettrace()
    sys.settrace(trace)  # type: ignore[arg-type]
    try:
        read(text, "x.md")
    finally:
        sys.settrace(before)
    return count


def sound_clauses(n: int) -> str:
    return boxed("\n".join(f"c{i}: may use d for e\n    unless f or g\n    -- h" for i in range(n)))


def sound_words(n: int) -> str:
    return worded("\n".join(f'data w{i} "x" holds a, b open' for i in range(n)))


@pytest.mark.parametrize("name", [*HOSTILE, "sound clauses", "sound words"])
def test_twice_the_file_is_about_twice_the_work(name: str) -> None:
    if name in HOSTILE:
        small, large = HOSTILE[name](20_000), HOSTILE[name](40_000)
    else:
        make = sound_clauses if name == "sound clauses" else sound_words
        small, large = make(150), make(300)
    assert steps(large) < 2.6 * steps(small) + 2_000


def test_a_file_of_twenty_thousand_clauses_is_read() -> None:
    document, problems = read(sound_clauses(20_000), "x.md")
    assert not problems
    assert len(document.clauses) == 20_000


def test_reading_stops_with_a_closing_problem() -> None:
    problems = read(boxed("x\n" * 1000), "x.md")[1]
    assert len(problems) == 201
    assert problems[-1].code == "P100"
    assert {problem.code for problem in problems[:-1]} == {"P133"}


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_give_problems_or_a_document(data: bytes) -> None:
    _, problems = read_bytes(data, "x.md")
    printed(problems, {"x.md": source(data)}).encode("utf-8")


SCRAPS = st.sampled_from(
    [
        *(
            "a",
            "b: may use",
            "never share",
            "x",
            "with",
            "for",
            "for 3 days from",
            "at",
            "if",
            "except #a",
        ),
        *(
            "must",
            "must erase",
            "says",
            '"t"',
            '"',
            "choice c",
            "data d",
            "fact f",
            "of person:",
            "age under 13",
        ),
        *(
            ",",
            ":",
            "--",
            "-",
            "#",
            "{#s}",
            "```",
            "```policy",
            "```words",
            "---",
            "## H",
            "\n",
            "\n    ",
            "\n\t",
        ),
        *(
            "by",
            "only with",
            "within",
            "say",
            "within 30 days of",
            "tell people",
            "\\",
            ";",
            "é",
            "\x00",
        ),
    ]
)


@settings(max_examples=400, deadline=None)
@given(st.lists(SCRAPS, max_size=40))
def test_scraps_of_the_language_give_problems_or_what_can_be_written_again(
    scraps: list[str],
) -> None:
    text = boxed(" ".join(scraps).replace("\n ", "\n"))
    document, problems = read(text, "x.md")
    printed(problems, {"x.md": text})
    if not problems:
        again, none = read(format_document(document), "x.md")
        assert not none
        assert without_places(again) == without_places(document)
