"""Proofs over the five policies: what can never be, what can and how, clauses that live, clauses that meet."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import date
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from troth.corpus import load
from troth.gate import Gate
from troth.language.model import Ask, Box, Policy, Stamp
from troth.language.story import read_stories
from troth.prove import (
    NoSolverError,
    OutsideError,
    Prover,
    Question,
    clash,
    heeds,
    life,
    wider,
)
from troth.prove import prover as prover_module
from troth.prove.problems import problems
from troth.story import play

ROOT = Path(__file__).parents[2]


@cache
def policies() -> dict[str, Policy]:
    return load(ROOT / "policies", stories=False).policies


@cache
def prover(name: str) -> Prover:
    return Prover(policies()[name])


def plays(policy: Policy, story: str) -> list[str]:
    """What went wrong when a story was played, in every reading."""
    told, fixtures, unread = read_stories(story, "witness.md")
    assert not unread, story
    played = [o for one in told for o in play(one, Gate(policy), fixtures)]
    assert played, story
    return [f"{outcome}\n{story}" for outcome in played if not outcome]


def day(policy: Policy, number: int) -> str:
    return policy.versions[number].id.rpartition("/")[2]


NEVER: list[tuple[str, int, dict[str, Any]]] = [
    ("callminer", 0, {"action": "share", "data": "card-number", "party": "marketing-partner"}),
    ("callminer", 0, {"action": "sell", "data": "profile"}),
    ("callminer", 1, {"action": "sell", "data": "anything"}),
    ("callminer", 1, {"action": "share", "data": "profile", "party": "ad-network"}),
    ("callminer", 1, {"action": "use", "data": "conversations", "purpose": "improving"}),
    (
        "callminer",
        1,
        {
            "action": "share",
            "data": "profile",
            "party": "marketing-partner",
            "after": ("no-passing-on",),
        },
    ),
    ("infusionsoft", 0, {"action": "collect", "data": "email", "facts": ("under-13",)}),
]


@pytest.mark.parametrize(("name", "number", "asked"), NEVER)
def test_what_a_policy_rules_out_is_proved(name: str, number: int, asked: dict[str, Any]) -> None:
    version = day(policies()[name], number)
    for by in ("table", "z3"):
        proof = Prover(policies()[name], by=by).ask(Question(version, **asked))
        assert (proof.verdict, proof.witness) == ("no", None)
    assert proof.forbidding or proof.failing or "card-number" in asked["data"]


CAN: list[tuple[str, int, dict[str, Any], str]] = [
    (
        "callminer",
        1,
        {"action": "share", "data": "profile", "party": "marketing-partner"},
        "callminer/2014-11-21#share.partners",
    ),
    (
        "callminer",
        1,
        {
            "action": "share",
            "data": "profile",
            "party": "marketing-partner",
            "given": "2003-06-05",
        },
        "callminer/2014-11-21#share.partners",
    ),
    (
        "callminer",
        0,
        {"action": "share", "data": "profile", "party": "reseller", "purpose": "support"},
        "callminer/2003-06-05#share.reseller",
    ),
    (
        "infusionsoft",
        0,
        {"action": "share", "data": "email", "party": "authority", "facts": ("under-13",)},
        "law/us-compulsory-process#orders.ordered",
    ),
    (
        "infusionsoft",
        0,
        {
            "action": "share",
            "data": "email",
            "party": "outside-company",
            "purpose": "billing",
            "contract": "infusionsoft/contracts/A-9",
        },
        "infusionsoft/contracts/A-9#agreement.accountant",
    ),
]


@pytest.mark.parametrize(("name", "number", "asked", "clause"), CAN)
def test_what_can_be_comes_with_a_story_that_plays(
    name: str, number: int, asked: dict[str, Any], clause: str
) -> None:
    policy = policies()[name]
    proof = prover(name).ask(Question(day(policy, number), **asked))
    assert proof.verdict == "yes"
    assert proof.permitting == (clause,)
    assert proof.witness is not None
    assert plays(policy, prover(name).story(proof.witness)) == []


def test_a_contract_permits_from_its_first_day_and_only_what_was_given_under_it() -> None:
    policy = policies()["infusionsoft"]
    asked = Question("2015-01-19", "share", "email", "outside-company", "billing")
    assert prover("infusionsoft").ask(asked).verdict == "no"
    under = replace(asked, contract="infusionsoft/contracts/A-9")
    (contract,) = policy.contracts
    late = replace(contract, in_force=date(2016, 12, 1))
    proof = Prover(replace(policy, contracts=(late,))).ask(under)
    assert proof.witness is not None and proof.witness.giving is not None
    assert proof.witness.giving.day >= date(2016, 12, 1)
    given = prover("infusionsoft").ask(replace(under, action="collect", party=None, purpose=None))
    assert given.witness is not None
    story = prover("infusionsoft").story(given.witness)
    told, fixtures, _ = read_stories(story, "witness.md")
    assert "under contract A-9" in story
    assert all(play(told[0], Gate(policy), fixtures))  # what is taken in would say why it was not
    with pytest.raises(KeyError):
        prover("infusionsoft").ask(replace(asked, contract="infusionsoft/contracts/A-8"))


def test_data_of_2003_reaches_a_marketing_partner_by_her_word_alone() -> None:
    asked = Question("2014-11-21", "share", "email", "marketing-partner", given="2003-06-05")
    proof = prover("callminer").ask(asked)
    assert proof.witness is not None
    assert "agrees to share.partners" in prover("callminer").story(proof.witness)


@pytest.mark.parametrize("name", policies())
def test_every_clause_of_the_five_policies_can_take_effect_and_shows_how(name: str) -> None:
    policy, one = policies()[name], prover(name)
    assert list(problems(policy)) == []
    for version in policy.versions:
        for clause in [c for c in version.clauses if c.modal == "may"][::3]:
            found = life(one, version, clause)
            assert found.witness is not None
            if found.witness.complete and found.witness.customer is None:
                assert plays(policy, one.story(found.witness)) == []


def test_two_clauses_that_meet_are_shown_with_the_one_that_decides() -> None:
    policy, one = policies()["callminer"], prover("callminer")
    version = policy.versions[0]
    named = {clause.name: clause for clause in version.clauses}
    found = clash(one, version, named["share.reseller"], named["share.nobody-else"])
    assert found.witness is not None
    assert (found.answer, found.deciding) == ("yes", "callminer/2003-06-05#share.reseller")
    assert plays(policy, one.story(found.witness, found.answer)) == []
    assert not clash(one, version, named["share.reseller"], named["share.sponsors"])


def test_where_a_version_is_wider_both_halves_play() -> None:
    policy, one = policies()["callminer"], prover("callminer")
    old, new = policy.versions
    asked = [Question("2014-11-21", "use", "contact", purpose="improving")]
    asked += [Question("2014-11-21", "share", "contact", "affiliate")]
    found = [w for question in asked for w in islice(wider(one, new, old, [question]), 3)]
    assert {w.cell.ask.action for w in found} == {"use", "share"}
    for each in found:
        for story in each.stories(one):
            assert plays(policy, story) == []
    assert any(each.before for each in found)
    assert not list(wider(one, new, new, asked))


def test_a_signal_is_honoured_where_the_clauses_stop_what_it_asks_to_stop() -> None:
    policy, one = policies()["callminer"], prover("callminer")
    old, new = policy.versions
    assert heeds(one, old, "gpc").honoured  # nobody gets anything for advertising
    found = heeds(one, new, "dnt")
    assert (found.honoured, found.denied) == (False, ("callminer/2014-11-21#ads.signal",))
    assert found.leak is not None
    assert found.leak.witness is not None
    story = one.story(found.leak.witness)
    assert "Anna signals dnt" in story
    assert plays(policy, story) == []


def test_a_statement_alone_does_not_honour_a_signal() -> None:
    policy = policies()["infusionsoft"]
    version, house = policy.versions[-1], policy.house
    assert house is not None
    honoured = heeds(prover("infusionsoft"), version, "gpc")
    assert (honoured.honoured, honoured.promised) == (True, ("infusionsoft/house#signal.dnt",))
    assert honoured.named == ("infusionsoft/house#signal.unfollowed",)
    parts = tuple(
        replace(part, statements=tuple(s for s in part.statements if s.name != "signal.unfollowed"))
        if isinstance(part, Box)
        else part
        for part in house.parts
    )
    said = replace(policy, house=replace(house, parts=parts))
    one = Prover(said)
    found = heeds(one, version, "gpc")
    assert (found.honoured, found.promised) == (False, honoured.promised)
    assert found.leak is not None
    assert found.leak.witness is not None
    assert plays(said, one.story(found.leak.witness)) == []


def test_a_case_that_cannot_be_is_outside_the_table() -> None:
    one, version = prover("callminer"), policies()["callminer"].versions[1]
    ask = Ask("share", "email", "joint-marketing", "marketing-partner")
    stamp = Stamp((version.id,))
    assert version.in_force is not None
    ruling = one.meaning.ruling(ask, stamp, version.in_force)
    assert not one.read(ruling, stamp, version.in_force, lambda _: False)
    old = Ask("use", "email", "own-offers")
    both = one.meaning.ruling(old, Stamp(("callminer/2003-06-05",)), version.in_force)
    with pytest.raises(OutsideError):  # agreed to a clause and refused it
        one.read(both, Stamp(("callminer/2003-06-05",)), version.in_force, lambda _: True)


def test_without_the_solver_a_question_too_large_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(prover_module, "MOST_POINTS", 1)
    asked = Question("2003-06-05", "use", "email", purpose="own-offers")
    assert Prover(policies()["callminer"]).ask(asked).verdict == "yes"
    monkeypatch.setitem(sys.modules, "z3", None)
    with pytest.raises(NoSolverError, match=r"pip install 'troth\[prove\]'"):
        Prover(policies()["callminer"]).ask(asked)
