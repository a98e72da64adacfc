"""Changes of policies made by chance: none from itself, a witness for each, and nothing of old data before she was told."""

from __future__ import annotations

from itertools import islice, pairwise

from hypothesis import given, note

from tests.readings.company import policies
from tests.readings.test_agree import RUN
from troth.change import compare, witness
from troth.gate import Gate
from troth.language.formula import all_of, any_of, atoms, no
from troth.language.model import Policy, Stamp
from troth.language.story import read_stories
from troth.prove import Prover
from troth.prove.cells import Cell
from troth.story import play


@RUN
@given(policies())
def test_a_policy_has_not_changed_from_itself(policy: Policy) -> None:
    prover = Prover(policy)
    for version in policy.versions:
        assert not compare(prover, version, version)


@RUN
@given(policies())
def test_each_change_has_a_witness_that_replays(policy: Policy) -> None:
    prover = Prover(policy)
    for old, new in pairwise(policy.versions):
        found = compare(prover, old, new)
        for change in islice((*found.gained, *found.lost), 4):
            wider = witness(prover, found, change)
            for story in wider.stories(prover) if wider is not None else ():
                note(f"{change}\n{story}")
                told, fixtures, problems = read_stories(story, "change.md")
                assert not problems
                outcomes = play(told[0], Gate(policy), fixtures, ("decide",))
                assert not [str(outcome) for outcome in outcomes if not outcome]


@RUN
@given(policies())
def test_publishing_allows_no_more_of_old_data_until_told_or_agreed(policy: Policy) -> None:
    prover, meaning = Prover(policy), Prover(policy).meaning
    for first, *_, last in [policy.versions] if len(policy.versions) > 1 else []:
        strict = all(meaning.silence(version).individual for version in policy.versions)
        day = prover.calendar.days(last, first)[0]
        for clause in last.clauses if strict else ():
            for cell in islice(prover.cells.of_clause(clause, last), 6):
                old = Cell(cell.ask, Stamp((first.id,)))
                ruling = meaning.ruling(old.ask, old.stamp, day)
                asked = {a for f in ruling.formulas for a in atoms(f)}
                let_go = [no(a) for a in asked if a.kind in ("told", "agreed")]
                before = all_of(*(layer.granted for layer in ruling.older))
                kept = all_of(before, *(layer.clear for layer in ruling.older))
                compelled = any_of(*(grant.holds for grant in ruling.compelled))
                more = all_of(ruling.whole, *let_go, no(kept), no(compelled))
                setting = prover.setting(old, day, first)
                assert prover.solve(more, setting) is None, cell
