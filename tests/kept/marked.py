"""Promises kept by a test of their own: `@pytest.mark.keeps(PROMISE, …)`, run without the clause or the door's check.

    @pytest.mark.keeps("incontact.change.made-available")
    @pytest.mark.keeps("infusionsoft.opt-out.promo-form", without="troth.mail.post:may_send=True")

Without `without=` each clause, choice and duty that binds the promise is taken out in turn, until the test fails.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from troth.corpus import Corpus
from troth.promises.bound import Binding
from troth.promises.kept import Kept, digest_of, statements

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Marked:
    """A test that says which promises it keeps. `without`: the check to take away, in place of a clause."""

    test: str  # `tests/site/test_pages.py::test_every_version`
    promises: tuple[str, ...]
    without: str
    digest: str


def marked() -> Iterator[Marked]:
    """Every mark of every test, read without running anything."""
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        source = path.read_text("utf-8")
        if "mark.keeps(" not in source:
            continue
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.FunctionDef):
                written = digest_of([ast.unparse(node)])
                name = f"{path.relative_to(ROOT).as_posix()}::{node.name}"
                for promises, without in _marks(node):
                    yield Marked(name, promises, without, written)


def _marks(node: ast.FunctionDef) -> Iterator[tuple[tuple[str, ...], str]]:
    for call in node.decorator_list:
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "pytest.mark.keeps":
            promises = tuple(str(ast.literal_eval(one)) for one in call.args)
            said = {str(k.arg): str(ast.literal_eval(k.value)) for k in call.keywords}
            yield promises, said.get("without", "")


def kept_by_tests(found: Corpus, bound: Iterable[Binding]) -> Iterator[tuple[str, Kept]]:
    """Each promise that a marked test keeps, with what it fails without."""
    digests, bindings, tests = statements(found), list(bound), list(marked())
    whole = ran({one.test for one in tests})
    for one in tests:
        for promise in one.promises:
            ways = [b.id for b in bindings if b.promise == promise and b.id in digests]
            for way in [one.without] if one.without else ways:
                if whole.get(one.test) and _fails(one.test, way):
                    yield promise, Kept(one.test, way, one.digest, digests.get(way, ""))
                    break
            else:
                print(f"NOT SHOWN: {promise} by {one.test}, tried without {ways}", flush=True)


@cache
def _fails(test: str, without: str) -> bool:
    return ran({test}, without).get(test) is False


def ran(tests: Iterable[str], without: str = "") -> dict[str, bool]:
    """Which tests pass, and which fail, without a clause or a check. Of one that could not be run nothing is
    said: an error before a test is no failure of it."""
    words = [sys.executable, "-m", "pytest", "-q", "-rA", "-p", "no:cacheprovider"]
    more = ["-k", "not postgresql", *(["--without", without] if without else [])]
    said = subprocess.run(
        [*words, *sorted(tests), *more], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout
    found: dict[str, bool] = {}
    for outcome, test in re.findall(r"^(PASSED|FAILED) (tests/\S+?::\w+)", said, re.MULTILINE):
        found[test] = found.get(test, True) and outcome == "PASSED"
    for test in re.findall(r"^ERROR (tests/\S+?::\w+)", said, re.MULTILINE):
        found.pop(test, None)
    return found
