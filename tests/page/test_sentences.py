"""Every kind of statement and every kind of condition says in English what it means."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.page.company import FIRST, NO_OFFERS, WORDS, clause
from troth.language.forms import BY_NAME
from troth.language.model import (
    After,
    By,
    Condition,
    Duty,
    From,
    If,
    OnlyWith,
    Period,
    Unless,
    Within,
)
from troth.page import sentence, sentences, voice
from troth.page.phrases import listed, plain, said

SAID = sentences(FIRST, WORDS)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("collect.forms", "We may collect your contact details at a purchase or the sign-up form."),
        ("collect.code", "We may collect a random code in a cookie."),
        (
            "collect.children",
            "We never collect anything about you if we know that you are under 13.",
        ),
        (
            "use.support",
            "We may use your contact details for helping you with a problem, but only as part of your support case.",
        ),
        (
            "use.offers",
            "We may use your e-mail address for our special offers and to tell you what is new, unless you chose “Stop our offers”.",
        ),
        (
            "use.known",
            "We may use a random code for helping you with a problem, but only with your consent “Remember me here”.",
        ),
        (
            "use.form",
            "We may use your name for helping you with a problem, but only what was given at the sign-up form, by our support team and once 30 days have passed since your account was closed.",
        ),
        (
            "use.card",
            "We never use your card number or your name for our special offers or helping you with a problem.",
        ),
        ("use.kept", "We may keep your contact details for 1 year after your account was closed."),
        (
            "share.reseller",
            "We may share your contact details with a reseller for helping you with a problem and our special offers, but only if the reseller serves your country.",
        ),
        (
            "share.nobody",
            "We never share your contact details with anyone, except as reseller and court say.",
        ),
        ("share.no-sale", "We never sell your contact details."),
        (
            "choices.remember-me",
            "Only if you say so: “Remember me here”. You name who receives it and until which day. It lasts 12 months; then we ask again.",
        ),
        ("choices.answer", "We answer your request for access or deletion within 30 days."),
        ("choices.bind", "We try to bind a reseller to keeping what it learns to itself."),
        ("choices.dnt", "We do not honour the signal Do Not Track of your browser."),
        ("choices.seal", "We carry a seal. We say this only while we are certified."),
        ("choices.plain", "Write to us."),
    ],
)
def test_a_statement_says(name: str, expected: str) -> None:
    assert SAID[name] == expected


def test_own_wording_takes_the_words_of_the_clause() -> None:
    assert (
        SAID["share.court"]
        == "Only with a recorded demand does a court get your contact details, for helping you with a problem."
    )


def test_a_choice_says_how_it_is_taken_and_for_what_alone() -> None:
    assert SAID["choices.no-offers"] == (
        "You can choose “Stop our offers”, by e-mail or letter. You can say so separately for our special"
        " offers and to tell you what is new, and in each case separately for e-mail and telephone."
        " We then ask for your name."
    )


def test_a_duty_says_its_further_lines() -> None:
    assert SAID["choices.tell"] == (
        "We tell you by e-mail before we use in a wider way what you gave us earlier. If 30 days pass without an"
        " answer from you, we take it as a yes. The same goes for what the earlier text ruled out."
    )


CONDITIONS: tuple[tuple[Condition, str], ...] = (
    (
        If(("under-13", "certified")),
        "but only if we know that you are under 13 or we are certified.",
    ),
    (Within(("support-case",)), "but only as part of your support case."),
    (From(("cookie",)), "but only what was given in a cookie."),
    (By(("letter", "support-team")), "but only by letter or our support team."),
    (
        Unless(("no-offers", "under-13")),
        "unless you chose “Stop our offers” or we know that you are under 13.",
    ),
    (OnlyWith(("remember-me",)), "but only with your consent “Remember me here”."),
    (After(1, "account-closed"), "but only once 1 day has passed since your account was closed."),
    (Period(90, "days", "account-closed"), "for 90 days after your account was closed."),
)


@pytest.mark.parametrize(("condition", "expected"), CONDITIONS)
def test_every_kind_of_condition_is_said(condition: Condition, expected: str) -> None:
    one = clause("use.it", "may", "use", "email", purposes=("support",), conditions=(condition,))
    assert plain(sentence(voice(FIRST, WORDS), one)).endswith(expected)


def test_a_condition_changes_the_sentence() -> None:
    """Two clauses that mean different things never read the same."""
    base = clause("use.it", "may", "use", "email", purposes=("support",))
    said_so = [
        plain(sentence(voice(FIRST, WORDS), replace(base, conditions=(c,)))) for c, _ in CONDITIONS
    ]
    assert len({plain(sentence(voice(FIRST, WORDS), base)), *said_so}) == len(CONDITIONS) + 1


def test_a_never_says_where_it_bites() -> None:
    one = clause(
        "use.it", "never", "use", "email", purposes=("support",), conditions=(From(("cookie",)),)
    )
    assert (
        plain(sentence(voice(FIRST, WORDS), one))
        == "We never use your e-mail address for helping you with a problem where it was given in a cookie."
    )


def test_a_law_compels() -> None:
    one = clause(
        "share.court", "compels", "share", "contact", parties=("court",), purposes=("support",)
    )
    assert plain(sentence(voice(FIRST, WORDS), one)).startswith(
        "This law compels us to share your contact details with a court"
    )


def test_an_exception_elsewhere_is_named_with_its_section_or_by_its_heading() -> None:
    one = clause("use.none", "never", "use", "name", excepts=("use.form", "share.court", "share"))
    assert (
        plain(sentence(voice(FIRST, WORDS), one))
        == "We never use your name, except as form, share.court and “Who else sees it” say."
    )


def test_a_choice_of_an_earlier_version_keeps_its_phrase() -> None:
    later = replace(FIRST, id="acme/2020-01-01", parts=())
    one = clause(
        "use.it", "may", "use", "email", purposes=("support",), conditions=(Unless(("no-offers",)),)
    )
    speaks = voice(later, WORDS, (FIRST,))
    assert "unless you chose “Stop our offers”." in plain(sentence(speaks, one))
    assert not any(piece.anchor == "choices.no-offers" for piece in sentence(speaks, one))


def test_a_choice_that_carries_and_holds_for_good_says_so() -> None:
    choice = replace(
        NO_OFFERS, carries=("remember-me",), for_good=True, for_each=(), asks=(), per="purchase"
    )
    text = plain(sentence(voice(FIRST, WORDS), choice))
    assert "It is said once for each purchase." in text
    assert "Whoever chose “Remember me here” earlier has chosen this too." in text
    assert text.endswith("Once said, it holds for good.")


@pytest.mark.parametrize("form", sorted(BY_NAME))
def test_every_duty_of_the_closed_list_has_a_sentence_without_gaps(form: str) -> None:
    names = (
        "data",
        "requests",
        "parties",
        "purposes",
        "places",
        "ways",
        "terms",
        "choices",
        "starts",
        "number",
        "unit",
    )
    values = {
        "data": "email",
        "places": "cookie",
        "number": "2",
        "unit": "days",
        "choices": "no-offers",
        "terms": "confidence",
    }
    others = (
        "statistics",
        "signals",
        "matters",
        "facts",
        "measures",
        "moments",
        "reviewed",
        "groups",
        "risks",
    )
    slots = tuple((name, (values.get(name, "account-closed"),)) for name in (*names, *others))
    for duty in (Duty("a.b", form, slots), Duty("a.b", form, slots, effort=True)):
        text = plain(sentence(voice(FIRST, WORDS), duty))
        assert text.startswith("We try to " if duty.effort else "We ")
        assert text.endswith(".")
        assert not set("{}[]") & set(text) and "  " not in text and " at in " not in text


def test_lists_with_commas_of_their_own_stay_readable() -> None:
    items = [said("a court, near or far"), said("the police"), said("a host")]
    assert plain(listed(items, "or")) == "a court, near or far; the police; or a host"
    assert plain(listed(items[1:], "or")) == "the police or a host"


def test_a_name_without_a_word_is_said_as_it_reads() -> None:
    one = clause("use.it", "may", "use", "shoe-size", purposes=("fitting-shoes",))
    assert plain(sentence(voice(FIRST, {}), one)) == "We may use shoe size for fitting shoes."


def test_a_condition_that_own_wording_leaves_out_is_said_after_it() -> None:
    speaks = voice(FIRST, WORDS)
    named = next(c for c in FIRST.clauses if c.name == "use.offers")
    offers = replace(named, say="{email} may carry {special-offers}.")
    assert "unless you chose" in plain(sentence(speaks, offers))
    name = next(n for c in offers.conditions if isinstance(c, Unless) for n in c.names)
    in_words = replace(offers, say=f"{{email}} may carry offers, unless you chose {{{name}}}.")
    assert plain(sentence(speaks, in_words)).count("unless") == 1
