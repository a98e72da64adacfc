"""The benchmarks run, and what they time gives the same answers; no test asserts a time."""

from __future__ import annotations

import pytest

from benchmarks.decide import Setting, compare
from troth.bench import ROOT, Contestant, names, race, run


def test_every_benchmark_runs_small() -> None:
    told: list[str] = []
    assert names() == (
        "bulk",
        "campaign",
        "decide",
        "gdpr",
        "intake",
        "ledger",
        "prove",
        "size",
        "spark",
        "sql",
        "start",
    )
    assert run(small=True, tell=told.append)
    assert any(line.startswith("cedarpy, 60 policies") for line in told)


def test_cedar_gives_the_same_verdicts_and_cites_the_same_clauses() -> None:
    compared = compare(Setting.of(clauses=200, versions=1, asked=120, length=1500))
    assert compared.asks == 1500
    assert compared.cited > 500
    assert compared.verdicts_differ == 0
    assert compared.citations_differ == 0


def test_an_unknown_benchmark_names_those_there_are() -> None:
    with pytest.raises(
        LookupError,
        match=r"no benchmark `decades`; there are: bulk, campaign, decide, gdpr, intake, ledger, prove, size, spark, sql, start",
    ):
        run("decades")


def test_a_race_runs_every_contestant_in_every_round() -> None:
    ran: list[str] = []
    contestants = [Contestant(name, lambda name=name: [(ran.append, name)]) for name in "ab"]  # type: ignore[misc]
    timings = race(contestants, rounds=3)
    assert ran == list("ababab")
    assert [timing.name for timing in timings] == ["a", "b"]
    assert all(timing.p50 >= 0 for timing in timings)


def test_benchmarks_are_found_in_this_checkout() -> None:
    assert (ROOT / "benchmarks" / "decide.py").is_file()
