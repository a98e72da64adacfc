"""`--observe` and `troth observe report`: nothing is refused, and what would be is counted."""

from __future__ import annotations

import json

import pytest

from .conftest import Bench

NO = ("ask", "bakery", "share", "email", "--person", "ida@example.com")


def test_what_is_observed_is_said_and_counted(stored: Bench) -> None:
    assert stored.run(*NO).exit_code == 1
    observed = stored.run(*NO, "--observe")
    assert (observed.exit_code, observed.output.splitlines()[0]) == (
        0,
        "no (observed: nothing was refused)",
    )
    said = json.loads(stored.run(*NO, "--observe", "--json").output)
    assert (said["verdict"], said["observed"], said["allowed"]) == ("no", True, True)
    report = stored.run("observe", "report", "bakery").output
    assert report.startswith("The Corner Bakery: 2 would have been refused, beside 3 answers")
    assert "2  bakery/2026-01-01#privacy.nobody" in report and "ida" not in report
    counted = json.loads(stored.run("observe", "report", "bakery", "--json").output)
    assert (counted["observed"], counted["actions"]) == (2, [["share", 2]])
    later = stored.run("observe", "report", "bakery", "--since", "2100-01-01", "--json")
    assert json.loads(later.output)["observed"] == 0


def test_the_setting_says_it_too(stored: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TROTH_OBSERVE", "yes")
    assert stored.run(*NO).exit_code == 0
    monkeypatch.setenv("TROTH_OBSERVE", "maybe")
    slip = stored.run(*NO)
    assert (slip.exit_code, "say yes or no" in slip.output) == (3, True)
