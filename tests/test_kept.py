"""What `kept.lock` says is true of today's clauses, stories and tests; the run that shows it is `make kept`."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from tests.kept.answered import ANSWERED
from tests.kept.marked import Marked, marked
from troth.corpus import Corpus, load
from troth.promises import read_kept, read_promises, still_true
from troth.promises.kept import STORY
from troth.promises.states import all_bindings

PROMISES = Path(__file__).parents[1] / "policies" / "promises"
ANEW = "run `make kept`: it takes the clauses and checks away again, and sees which tests fail"


@cache
def corpus() -> Corpus:
    return load(PROMISES.parent)


@cache
def marks() -> dict[tuple[str, str], Marked]:
    return {(one.test, promise): one for one in marked() for promise in one.promises}


def test_every_clause_and_story_reads_as_it_did_when_it_was_seen_to_keep() -> None:
    kept = read_kept(PROMISES)
    assert kept
    assert not kept.keys() - still_true(corpus(), kept).keys(), ANEW


def test_every_test_of_the_lock_is_there_as_it_was_and_names_its_promise() -> None:
    for promise, one in read_kept(PROMISES).items():
        if one.shown_by.startswith(STORY):
            assert promise in ANSWERED, promise
        else:
            found = marks().get((one.shown_by, promise))
            assert found is not None and found.digest == one.test, f"{promise}: {ANEW}"
            assert not found.without or found.without == one.without, f"{promise}: {ANEW}"


def test_what_is_marked_and_listed_is_in_the_lock_and_nothing_else() -> None:
    kept = read_kept(PROMISES)
    assert ANSWERED | {promise for _, promise in marks()} == kept.keys(), ANEW


def test_what_was_taken_out_binds_the_promise() -> None:
    bound = {(b.promise, b.id) for b in all_bindings(corpus())}
    for promise, one in read_kept(PROMISES).items():
        assert ":" in one.without or (promise, one.without) in bound, promise


def test_only_promises_there_are_are_named() -> None:
    known = {promise.id for promise in read_promises(PROMISES)}
    assert known >= ANSWERED | {promise for _, promise in marks()} | read_kept(PROMISES).keys()
