"""The closed list of duties: every wording of the design is read, and written back in its own words."""

from __future__ import annotations

import pytest

from troth.language import forms
from troth.language.problem import Findings
from troth.language.read_tokens import Token, tokens_of


def tokens(text: str) -> list[Token]:
    return tokens_of(text, 1, 0, Findings("x"))[0]


WORDINGS = {
    "answer access, correction, deletion within 30 days": "answer",
    "answer correction by phone, letter": "answer",
    "answer within 10 days": "answer",
    "verify identity before access, correction": "verify-identity",
    "verify contact within 30 days of bounce": "verify",
    "verify contact": "verify",
    "tell people by email, phone before wider use of earlier data": "tell-wider-use",
    "tell people before collect, wider use": "tell-before",
    "tell people by site-banner before significant change": "tell-before",
    "tell customer of legal-demand before disclosure": "tell-customer",
    "post changes": "post-changes",
    "post changes 30 days ahead": "post-changes",
    "note changes": "note-changes",
    "give earlier versions": "earlier-versions",
    "stop own-offers within 10 days of no-own-news": "stop",
    "stop promotion within 10 working days of no-promotion": "stop",
    "keep no-cpni out of pricing, support": "no-effect",
    "bind contractor to confidence, only-our-services": "bind",
    "limit contractor to the fields of its agreement": "limit",
    "erase profile within 1 day of known-under-13": "erase",
    "return and erase interaction within 30 days of customer-asks": "return",
    "count at least 10 people in statistics": "count",
    "keep visits only as counts by day, page": "only-counts",
    "honour gpc": "honour",
    "protect card-number by encryption at rest, private network, limited staff up to 5, throttled sign-in": "protect",
    "protect anything against loss, misuse": "protect-against",
    "check protections each day": "check-protections",
    "show notice at sign-up": "show-notice",
    "set cookies as one random code": "random-cookies",
    "set cookies as one random code up to 4096 bytes": "random-cookies",
    "forget deleted cookies": "forget-cookies",
    "serve public-page without cookies": "without-cookies",
    "mark outside links": "mark-links",
    "carry unsubscribe in promotion": "carry",
    "carry unsubscribe in every email": "carry-every",
    "name purpose of each field": "field-purposes",
    "name purpose of each field at sign-up": "field-purposes",
    "name verasafe in answers to complaint": "name-authority",
    "review safe-harbor every 12 months": "review",
    "review new-section for aimed-at-under-13": "review-for",
    "monitor": "monitor",
    "record reason within 1 day": "record-reason",
    "log disclosures": "log",
    "pass requests to customer": "pass-requests",
    "help person within 30 days of customer-silent, customer-unknown": "help",
    "renew cpni-notice each 2 years": "renew",
    "register people before providing-service": "register-first",
    "link plainly": "plain-links",
    "open outside links in a new window": "new-window",
}


@pytest.mark.parametrize(("wording", "name"), WORDINGS.items())
def test_a_wording_is_of_its_form_and_written_back_the_same(wording: str, name: str) -> None:
    found = forms.match(tokens(wording))
    assert not isinstance(found, forms.Miss), found
    form, slots = found
    assert form.name == name
    assert forms.write(form.name, slots) == wording


def test_every_form_has_a_wording_here() -> None:
    assert set(WORDINGS.values()) == set(forms.BY_NAME)


@pytest.mark.parametrize(
    ("variant", "written"),
    [
        (
            "limit a, b to the fields of their agreements",
            "limit a, b to the fields of its agreement",
        ),
        ("work without cookies at public-page", "serve public-page without cookies"),
        ("give earlier versions on request", "give earlier versions"),
        ("monitor systems without pause", "monitor systems"),
        ("review x each 1 months", "review x every 1 month"),
        (
            "protect x by encryption at rest, in transit",
            "protect x by encryption at rest, encryption in transit",
        ),
    ],
)
def test_variants_are_read_and_written_in_one_way(variant: str, written: str) -> None:
    found = forms.match(tokens(variant))
    assert not isinstance(found, forms.Miss)
    assert forms.write(found[0].name, found[1]) == written


@pytest.mark.parametrize(
    ("wording", "at", "expected"),
    [
        ("erase x within ten days of y", 3, "a number"),
        ("erase x within 10 weeks of y", 4, "`days`, `working days`, `months` or `years`"),
        ("erase x within 10 days", 5, "`of`"),
        ("bind x", 2, "`to`"),
        ("note changes soon", 2, "nothing more"),
        ("sing loudly", 0, "a form of the closed list"),
    ],
)
def test_a_miss_says_where_the_list_was_left(wording: str, at: int, expected: str) -> None:
    miss = forms.match(tokens(wording))
    assert isinstance(miss, forms.Miss)
    assert (miss.at, miss.expected) == (at, expected)


def test_every_slot_is_known_and_said_in_the_sentence() -> None:
    for form in forms.FORMS:
        slots = {slot for slot in forms.SLOT_KINDS if f"{{{slot}}}" in form.templates[0]}
        assert form.templates[0].count("{") == len(slots), form.name
        assert {slot for slot in slots if f"{{{slot}}}" not in form.sentence} == set(), form.name
        said = form.said({slot: f"<{slot}>" for slot in slots})
        assert all(f"<{slot}>" in said for slot in slots), form.name
        assert "{" not in said and "[" not in said


def test_a_sentence_leaves_out_what_is_not_said() -> None:
    form = forms.BY_NAME["answer"]
    said = form.said({"requests": "access or deletion", "number": "30", "unit": "days"})
    assert said == "answer your request for access or deletion within 30 days"
    assert form.said({"ways": "letter"}) == "answer, by letter"
