"""Whatever is taken out of a policy, a story fails, or the reason why not stands beside the policy."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from troth.corpus import load
from troth.mutate import ACCEPTED, Run, accepted, mutants, run, survivors

POLICIES = Path(__file__).parents[1] / "policies"


@pytest.fixture(scope="module")
def runs() -> dict[str, Run]:
    return {one.company: one for one in run(POLICIES)}


@pytest.mark.parametrize("company", sorted(load(POLICIES).stories))
def test_whatever_is_taken_out_is_missed(company: str, runs: dict[str, Run]) -> None:
    found = runs[company]
    assert found.mutants > 50
    assert not [survivor.name for survivor in found.unexplained]
    assert not found.stale, f"no longer survivors: take them out of {company}/{ACCEPTED}"


def test_every_part_of_every_clause_is_taken_out_once() -> None:
    corpus = load(POLICIES)
    for policy in corpus.policies.values():
        made = list(mutants(policy))
        assert len({m.name for m in made}) == len(made)
        for version in policy.versions:
            parts = [m for m in made if m.document == version.id and "#" in m.target]
            clauses = {m.target for m in parts if m.change == "taken out"}
            assert {f"{version.id}#{clause.name}" for clause in version.clauses} <= clauses
            for clause in version.clauses:
                mine = [m for m in parts if m.target == f"{version.id}#{clause.name}"]
                assert len(mine) == 1 + len(clause.conditions) + len(clause.excepts)
        assert all(m.policy != policy for m in made)


def test_what_no_story_asks_about_survives() -> None:
    corpus = load(POLICIES)
    told = corpus.stories["callminer"]
    first = replace(told, stories=told.stories[:1])
    policy = corpus.policies["callminer"]
    surviving = {survivor.name for survivor in survivors(policy, first)}
    assert "callminer/2003-06-05#share.nobody-else taken out" not in surviving
    assert "callminer/2003-06-05#use.support taken out" not in surviving
    assert "callminer/2014-11-21#share.process taken out" in surviving


def test_a_reason_is_read_as_written(tmp_path: Path) -> None:
    beside = tmp_path / ACCEPTED
    beside.write_text('# Why\n\n- `a/1#b.c without "if x"`: it says so twice\n- `d taken out`:\n')
    assert accepted(beside) == {'a/1#b.c without "if x"': "it says so twice"}
    assert accepted(tmp_path / "none.md") == {}
