"""What a form may plainly ask for, and for which purposes, is told without a ruling: a ruling says the same."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

from hypothesis import given, note

from tests.readings.company import LEAVES, PLACES, policies
from tests.readings.test_agree import RUN
from troth.language.check_intake import _Place
from troth.language.check_scope import Scope
from troth.language.meaning import Meaning
from troth.language.model import Ask, Clause, Document, Form, Policy

FORM = Form("contact", "Write to us", "form", (), notice="n")
PURPOSES = ("own-news", "support", "research")


class _Ruled(_Place):
    """Every answer by a ruling."""

    def _plain(self, clause: Clause, data: str, place: str, purpose: str = "") -> bool:  # noqa: ARG002
        return False


@RUN
@given(policies())
def test_what_is_plain_is_what_a_ruling_says(policy: Policy) -> None:
    notices = tuple(replace(n, front=(*n.front, ("notice", "n"))) for n in policy.notices)
    ours = replace(policy, laws=(), notices=notices)
    scope, meaning = Scope(ours, {}), Meaning(ours)
    for version in policy.versions:
        plainly, ruled = (_at(kind, scope, meaning, version) for kind in (_Place, _Ruled))
        for data, place in product(LEAVES, ("form", "letter", PLACES[0])):
            note(f"{version.id}: {data} at {place}")
            for action in ("collect", "require"):
                assert plainly.collects(action, data, place) == ruled.possible(
                    Ask(action, data, place=place), place
                )
            for purpose in PURPOSES:
                note(purpose)
                answer = plainly.allows(data, purpose, place)
                assert answer == ruled.allows(data, purpose, place)


def _at(kind: type[_Place], scope: Scope, meaning: Meaning, version: Document) -> _Place:
    assert version.in_force is not None
    return kind(scope, meaning, version, FORM, version.in_force, {}, {})
