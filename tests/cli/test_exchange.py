"""`troth export` and `troth import`: the document on the one side, what it cannot say on the other."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result

from troth.cli import main

POLICIES = str(Path(__file__).parents[2] / "policies")


def run(*words: str) -> Result:
    return CliRunner().invoke(main, [*words, "--policies", POLICIES])


@pytest.mark.parametrize("format", ["fides", "dpv", "odrl"])
def test_out_and_in_again(tmp_path: Path, format: str) -> None:
    out = run("export", "callminer@2003-06-05", "--as", format)
    assert out.exit_code == 0
    assert yaml.safe_load(out.stdout) if format == "fides" else json.loads(out.stdout)
    assert "not carried: " in out.stderr and "callminer/2003-06-05#" in out.stderr
    file = tmp_path / "written"
    file.write_text(out.stdout)
    draft = run("import", "policy", str(file), "--as", format, "--words-of", "callminer")
    assert draft.exit_code == 0
    assert draft.stdout.startswith("---\npolicy: draft\n")
    assert "in force: 9999-12-31" in draft.stdout


def test_what_is_not_there_or_cannot_be_read_is_told(tmp_path: Path) -> None:
    assert run("export", "callmner", "--as", "dpv").exit_code == 2
    assert run("export", "callminer", "--as", "pdf").exit_code == 2
    file = tmp_path / "nonsense"
    for text in ("[", '{"system": [3]}', '{"policy": 7}'):
        file.write_text(text)
        told = run("import", "policy", str(file), "--as", "fides")
        assert (told.exit_code, "Traceback" in told.output) == (3, False)
