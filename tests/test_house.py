"""The code keeps to docs/house.md: who imports whom, which library where, sizes and names."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "troth"
HOUSE = (ROOT / "docs" / "house.md").read_text("utf-8")
CODE = sorted(SOURCE.rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py")) + sorted((ROOT / "benchmarks").rglob("*.py"))
MOST_LINES, MOST_LINES_OF_A_FUNCTION = 400, 60
TREES = {path: ast.parse(path.read_text("utf-8")) for path in CODE + TESTS}
BARRED = set(re.findall(r"\w+", HOUSE.split("called a ")[1].split(".")[0])) - {"or"}
UNDONE = re.compile(
    r"\b(TO"
    + r"DO|FIX"
    + r"ME|XX"
    + r"X)\b|mark\.(sk"
    + r"ip|xf"
    + r"ail)|pytest\.(sk"
    + r"ip|xf"
    + r"ail)\("
)
IMPURE = {
    "asyncio",
    "http",
    "os",
    "random",
    "shutil",
    "socket",
    "sqlite3",
    "subprocess",
    "tempfile",
}
IMPURE |= {"time", "urllib"}


def table(heading: str) -> list[list[str]]:
    """The rows of the one table under a heading."""
    text = HOUSE.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    lines = [line for line in text.splitlines() if line.startswith("|")][2:]
    return [[cell.strip(" `") for cell in line.strip("|").split("|")] for line in lines]


FLOOR = {room: int(floor) for floor, room, _, _ in table("Rooms")}
PURE = {room for _, room, purpose, _ in table("Rooms") if "*pure*" in purpose}
LIBRARY = {
    name: (set(rooms.replace("`", "").split(", ")), set(lent.split(", ")))
    for name, rooms, lent in table("Outside libraries")
}
LONGER = {path for path, _ in table("Sizes")}


def may_import(room: str, listed: str) -> set[str]:
    below = {other for other, floor in FLOOR.items() if floor < FLOOR[room]}
    return below if listed == "all below" else set(listed.split(", ")) - {"—"}


ALLOWED = {room: may_import(room, listed) for _, room, _, listed in table("Rooms")}


def room_of(path: Path) -> str:
    first = path.relative_to(SOURCE).parts[0].removesuffix(".py")
    return "troth" if first == "__init__" else first


def imports(path: Path) -> Iterator[tuple[str, str]]:
    """(module, name) of every import, at any depth; relative ones made absolute."""
    package = ("troth", *path.relative_to(SOURCE).parts[:-1])
    for node in ast.walk(TREES[path]):
        if isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join([*above, *([node.module] if node.module else [])])
            yield from ((module, alias.name) for alias in node.names)


def own(path: Path) -> Iterator[str]:
    """The other rooms a file imports."""
    for module, name in imports(path):
        parts = module.split(".")
        if parts[0] == "troth" and name != "__version__":  # the version is everybody's
            inner = parts[1] if len(parts) > 1 else name
            room = inner if inner in FLOOR else "troth"
            if room != room_of(path):
                yield room


def test_every_room_stands_in_the_table_and_imports_only_what_its_row_says() -> None:
    rooms = {room_of(path) for path in CODE}
    assert rooms <= FLOOR.keys()
    wrong = {
        (str(p.relative_to(SOURCE)), r)
        for p in CODE
        for r in own(p)
        if r not in ALLOWED[room_of(p)]
    }
    assert not wrong


def test_imports_go_down_only() -> None:
    upward = {
        (room, below)
        for room, listed in ALLOWED.items()
        for below in listed
        if FLOOR[below] >= FLOOR[room]
    }
    assert not upward


def test_an_outside_library_has_one_room_and_lends_only_what_the_table_says() -> None:
    wrong = []
    for path in CODE:
        for module, name in imports(path):
            library, *inner = module.split(".")
            if library in sys.stdlib_module_names or library == "troth":
                continue
            rooms, lent = LIBRARY.get(library, (set(), set()))
            if room_of(path) not in rooms and (inner[0] if inner else name) not in lent:
                wrong.append((str(path.relative_to(SOURCE)), module, name))
    assert not wrong


def test_pure_rooms_touch_no_clock_no_disk_no_network() -> None:
    touched = {
        (str(path.relative_to(SOURCE)), module)
        for path in CODE
        if room_of(path) in PURE
        for module, name in imports(path)
        if module.split(".")[0] in IMPURE or (module, name) == ("pathlib", "Path")
    }
    clocks = {
        str(path.relative_to(SOURCE))
        for path in CODE
        if room_of(path) in PURE and re.search(r"\.(now|utcnow|today)\(", path.read_text("utf-8"))
    }
    assert not touched
    assert not clocks


def test_importing_troth_loads_no_outside_library() -> None:
    code = "import sys, troth; print(*{name.split('.')[0] for name in sys.modules})"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert not LIBRARY.keys() & set(loaded.stdout.split())


def test_files_and_functions_stay_small() -> None:
    long = {}
    for path, tree in TREES.items():
        name = str(path.relative_to(SOURCE if SOURCE in path.parents else ROOT))
        lines = len(path.read_text("utf-8").splitlines())
        if lines > MOST_LINES and name not in LONGER:
            long[name] = lines
        for node in ast.walk(tree):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                length = (node.end_lineno or 0) - node.lineno + 1
                if length > MOST_LINES_OF_A_FUNCTION and name not in LONGER:
                    long[f"{name}:{node.name}"] = length
    assert not long


def test_every_module_says_its_one_idea_in_its_first_line() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path, tree in TREES.items()
        if tree.body and path.name != "conftest.py" and not ast.get_docstring(tree)
    ]
    assert not silent


def test_no_name_is_one_of_the_empty_words() -> None:
    kinds = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    names = {path.stem for path in CODE}
    for path in CODE:
        names |= {node.name for node in ast.walk(TREES[path]) if isinstance(node, kinds)}
    words = {name: re.findall(r"[A-Z]?[a-z]+", name) for name in names}
    assert not {
        name for name, parts in words.items() if any(part.lower() in BARRED for part in parts)
    }


def test_nothing_is_left_undone_and_no_test_is_left_out() -> None:
    assert not [
        str(path.relative_to(ROOT))
        for path in CODE + TESTS
        if UNDONE.search(path.read_text("utf-8"))
    ]
