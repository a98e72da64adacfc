"""Every code has a folder with the smallest files that show it, and the problem exactly as printed."""

from __future__ import annotations

from pathlib import Path

import pytest

from troth.corpus import load
from troth.language.problem import CODES, printed
from troth.prove.problems import problems

PROBLEMS = Path(__file__).parents[2] / "problems"
FOLDERS = sorted(p for p in PROBLEMS.iterdir() if p.is_dir())
LEADS_TO_OTHERS = {"P100"}  # too many problems needs many problems


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_problem_is_printed_as_its_folder_says(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    corpus = load(Path())
    proved = [p for policy in corpus.policies.values() for p in problems(policy, corpus.problems)]
    found = (*corpus.problems, *proved, *corpus.notes)
    assert printed(found, corpus.sources) + "\n" == (folder / "problem.txt").read_text("utf-8")
    code = folder.name.partition("-")[0]
    assert code in {problem.code for problem in found}
    if code not in LEADS_TO_OTHERS:
        assert len(found) == 1, "the smallest file shows this problem and no other"


def test_every_code_has_one_folder_and_every_folder_a_code() -> None:
    shown = [folder.name.partition("-")[0] for folder in FOLDERS]
    checked_at_reading = {code for code in CODES if code.startswith("P")}
    assert len(shown) == len(set(shown))
    assert set(shown) == checked_at_reading


def test_a_printed_problem_names_no_class_of_the_program() -> None:
    for folder in FOLDERS:
        text = (folder / "problem.txt").read_text("utf-8")
        for name in ("Clause", "Choice(", "Duty(", "Document", "Traceback", "None"):
            assert name not in text, folder.name
