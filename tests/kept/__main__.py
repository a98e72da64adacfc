"""`make kept`: takes clauses and checks away, sees which tests fail, and writes `kept.lock` beside the promises."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.kept.marked import kept_by_tests
from tests.kept.stories import kept_by_answers
from troth.corpus import load
from troth.promises.kept import STORY, Kept, read_kept, still_true, write_kept
from troth.promises.states import all_bindings

POLICIES = Path(__file__).parents[2] / "policies"


def main(parts: list[str]) -> int:
    """Both parts, or only the one that is named: `stories`, `tests`. What is not done anew stays as it was."""
    found = load(POLICIES)
    bound = list(all_bindings(found))
    before = still_true(found, read_kept(POLICIES / "promises")) if parts else {}
    kept = {p: one for p, one in before.items() if _part(one) not in parts}
    for name, showing in (("stories", kept_by_answers), ("tests", kept_by_tests)):
        for promise, one in showing(found, bound) if not parts or name in parts else ():
            print(f"{promise}: {one.shown_by} fails without {one.without}", flush=True)
            kept[promise] = one
            write_kept(POLICIES / "promises", kept)
    print(f"{len(kept)} promises are kept")
    return 0


def _part(one: Kept) -> str:
    return "stories" if one.shown_by.startswith(STORY) else "tests"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
