"""Two versions side by side: what came, what went, what is said otherwise."""

from __future__ import annotations

from dataclasses import replace

from tests.page.company import FIRST, SECOND, WORDS
from troth.language.model import Box, Choice, Comment, Span
from troth.page import difference, difference_page
from troth.page.difference import Rewording


def test_statements_are_compared_by_name() -> None:
    found = difference(FIRST, SECOND, WORDS)
    assert [line.name for line in found.added] == ["share.partners"]
    assert [line.name for line in found.dropped] == ["collect.children"]
    assert [change.new.name for change in found.reworded] == ["share.reseller"]
    assert found.same == len(FIRST.statements) - 2
    assert found.settings == (("contact", "privacy@acme.example", "office@acme.example"),)


def test_a_version_does_not_differ_from_itself() -> None:
    assert not difference(FIRST, FIRST, WORDS)
    assert "The two versions say the same." in difference_page(difference(FIRST, FIRST, WORDS))


def test_comments_places_and_order_are_no_change() -> None:
    parts = tuple(
        Box(
            part.section,
            tuple(
                replace(s, comments=(Comment("new"),), span=Span("x", 9))
                for s in reversed(part.statements)
            ),
        )
        if isinstance(part, Box)
        else part
        for part in FIRST.parts
    )
    assert not difference(FIRST, replace(FIRST, id="acme/2004-01-01", parts=parts), WORDS)


def test_a_choice_is_one_in_all_versions_wherever_it_stands() -> None:
    parts = tuple(
        Box(
            "moved",
            tuple(
                replace(s, section="moved") if isinstance(s, Choice) else s for s in part.statements
            ),
        )
        if isinstance(part, Box)
        else part
        for part in FIRST.parts
    )
    assert not difference(FIRST, replace(FIRST, parts=parts), WORDS).added


def test_a_rewording_marks_only_the_words_that_differ() -> None:
    (change,) = difference(FIRST, SECOND, WORDS).reworded
    assert isinstance(change, Rewording)
    assert change.before == (
        "We may share your contact details with a reseller for helping you with a problem "
        "<del>and our special offers, but only if the reseller serves your country</del>."
    )
    assert "<ins>" not in change.after


def test_the_page_of_a_difference_leads_to_both_versions() -> None:
    shown = difference_page(difference(FIRST, SECOND, WORDS))
    assert "What changed on 21 November 2014" in shown
    assert 'href="/acme/privacy/2003-06-05#collect.children"' in shown
    assert 'href="/acme/privacy/2014-11-21#share.partners"' in shown
    assert 'href="/acme/privacy/2014-11-21#share.reseller"' in shown
