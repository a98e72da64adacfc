"""Starting: what a script pays for `import troth`, and a person at a terminal for a short command."""

from __future__ import annotations

import statistics
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

from troth.bench import ROOT

RUNS = True
TROTH = str(Path(sys.executable).with_name("troth"))
STARTS: tuple[tuple[str, list[str], float], ...] = (  # what, command, seconds to reach
    ("python", [sys.executable, "-c", "pass"], 0.0),
    ("import troth", [sys.executable, "-c", "import troth"], 0.2),
    ("troth --help", [TROTH, "--help"], 0.3),
    ("troth check policies", [TROTH, "check", "policies"], 1.0),
)


def run(small: bool = False, tell: Callable[[str], None] = print) -> bool:
    """Each command several times; `import troth` is told without the interpreter's own start."""
    rounds = 2 if small else 9
    bare = _seconds(STARTS[0][1], rounds)
    tell(f"{'seconds to start and end':<26} {'median':>8}  reach")
    for name, command, reach in STARTS:
        spent = _seconds(command, rounds) - (bare if name == "import troth" else 0)
        tell(f"{name:<26} {max(spent, 0):>8.3f}" + (f"  {reach}" if reach else ""))
    return True


def _seconds(command: list[str], rounds: int) -> float:
    spent = []
    for _ in range(rounds):
        started = perf_counter()
        subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
        spent.append(perf_counter() - started)
    return statistics.median(spent)
