"""The change of 2003 to 2014, practice by practice: what becomes of data given before. Where our reading of the texts
differs from the table it was held against, docs/decisions/0032 says why."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from troth.change import Fate, Fates, compare, consequences
from troth.corpus import load
from troth.language.model import Ask
from troth.page import difference, difference_article
from troth.prove import Prover

GO, NOTICE, CONSENT, NEW, STOPS, NOT = (
    "go",
    "notice",
    "consent",
    "new data only",
    "stops",
    "not allowed",
)
P = "profile"
# practice → (ask, what becomes of data given before); `use X for P`, `share X with Q for P`
PRACTICES: dict[str, list[tuple[str, str]]] = {
    "giving access": [("use email for serving", GO)],
    "licence and support": [
        ("use product-info for licensing", GO),
        ("use product-info for support-entitlement", GO),
        ("use email for support", GO),
    ],
    "inquiries and orders": [
        ("use message for answering", GO),
        ("use email for order-filling", GO),
        ("use billing-address for billing", GO),
    ],
    "other customer service": [
        ("use email for support", GO),
        ("use message for support", NOTICE),
        ("use domain-name for support", NOTICE),
    ],
    "own products, by mail or letter": [
        ("use email for own-offers", GO),
        ("use postal-address for own-products", GO),
    ],
    "other companies' products": [("use email for partner-offers", GO)],
    "personal site by cookie": [
        ("use cookie-link for personalization at our-site", GO),
        ("use email for personalization at our-site", GO),
    ],
    "tailoring": [("use product-info for tailoring", GO), ("use email for tailoring", NOTICE)],
    "usage in counts": [
        ("use domain-name for statistics", GO),
        ("use referrer for statistics", NEW),
    ],
    "usage person by person": [("use domain-name for usage-analysis", NOTICE)],
    "improving and research": [
        ("use email for improving", NOTICE),
        ("use email for research", NOTICE),
    ],
    "legal obligations": [("use email for statute", NOTICE)],  # differs: go with a reference
    "targeted advertising": [
        ("use domain-name for targeted-ads", NOTICE),
        ("use email for targeted-ads", NOT),
        ("share email with ad-network for targeted-ads at our-site", NOT),
    ],
    "an old profile joined with tracking": [
        ("use cookie-link for usage-analysis at our-site", NOTICE),
        ("use email for usage-analysis", NOT),
    ],
    "the reseller of the country": [
        ("share email with reseller for own-offers", STOPS),
        ("share email with reseller for sales", STOPS),
        ("share email with reseller for support", GO),
    ],
    "authorised resellers": [("share email with reseller for delivery", GO)],
    "affiliates": [("share email with affiliate for research", CONSENT)],
    "marketing partners": [("share email with marketing-partner for joint-marketing", CONSENT)],
    # differs: a company that acts for us is our own use
    "service providers": [("share email with service-provider for serving", GO)],
    "a buyer of the business": [("share email with buyer for business-transfer", CONSENT)],
    "law, police, proceedings": [
        ("share email with authority for statute", GO),
        ("share email with authority for police-inquiry", GO),
        ("share email with authority for legal-proceedings", GO),
    ],
    # differs: the old text gives the profile to nobody else, and says so
    "self-protection": [
        ("share email with authority for protection", CONSENT),
        ("share email with investigator for protection", CONSENT),
    ],
    "counts for others": [("share counts with outside-company for statistics", NEW)],
    "rows without names": [
        ("share unnamed-rows with rows-recipient for research", NEW),
        ("share email with rows-recipient for research", NOT),
    ],
    "advertising networks and analytics by tags": [
        ("share referrer with ad-network for targeted-ads at our-site", NEW),
        ("share referrer with analytics-vendor for improving at our-site", NEW),
        ("share domain-name with ad-network for targeted-ads at our-site", NOTICE),
        ("share email with analytics-vendor for improving at our-site", NOT),
    ],
    "the domain name of visitors": [("use domain-name for statistics", GO)],
    "address, browser, pages, links, time": [
        ("use ip-address for statistics", NEW),
        ("use pages-viewed for improving", NEW),
        ("use visit-length for improving", NEW),
    ],
    "invisible images and watched mail": [
        ("use beacon-link for statistics at our-site", NEW),
        ("use mail-reaction for mail-response", NEW),
    ],
    "company, billing address, products": [
        ("use employer for serving", GO),
        ("use billing-address for order-filling", GO),
        ("use product-info for support", GO),
    ],
}


@cache
def fates() -> Fates:
    policy = load(Path(__file__).parents[2] / "policies", stories=False).policies["callminer"]
    return Fates(Prover(policy), *policy.versions)


def ask(text: str) -> Ask:
    words = text.split()
    slots = dict(zip(words[2::2], words[3::2], strict=True))
    return Ask(words[0], words[1], slots.get("for"), slots.get("with"), slots.get("at"))  # type: ignore[arg-type]


def becomes(fate: Fate) -> str:
    """The row's word: what goes on goes on, even where more is allowed besides."""
    if fate.only_new:
        return NEW
    if fate.goes_on:
        return GO
    if fate.narrowed:
        return STOPS
    return fate.waits or NOT


@pytest.mark.parametrize("practice", PRACTICES)
def test_what_becomes_of_earlier_data(practice: str) -> None:
    found = {text: becomes(fates().of(ask(text))) for text, _ in PRACTICES[practice]}
    assert found == dict(PRACTICES[practice])


def test_conversations_of_customers_are_not_touched() -> None:
    """The thirtieth row: what customers entrust is governed by their contract and has no fate."""
    policy = fates().prover.policy
    entrusted = [c for c in policy.versions[1].clauses if c.name.startswith("entrusted.")]
    assert entrusted
    assert becomes(fates().of(ask("use conversations for serving-customer"))) in (NOT, NEW)


def test_a_version_has_not_changed_from_itself() -> None:
    one = fates()
    for version in one.prover.policy.versions:
        same = Fates(one.prover, version, version)
        assert not any(same.of(ask(t)) for rows in PRACTICES.values() for t, _ in rows)


def test_readers_are_told_what_waits_for_their_yes_and_what_stops() -> None:
    one = fates()
    old, new = one.prover.policy.versions
    found = compare(one.prover, old, new)
    told = {part.title: dict(part.clauses) for part in consequences(found, one.prover.words)}
    yes, notice, no_more = told
    assert yes == "Only after your yes"
    assert "callminer/2014-11-21#share.partners" in told[yes]
    assert notice == "Only once we told you and 30 days passed without your no"
    assert told[notice]["callminer/2014-11-21#use.improve"]
    assert no_more == "No more from that day on"
    assert "callminer/2003-06-05#share.reseller" in told[no_more]
    earlier = [(part.title, part.clauses) for part in consequences(found, one.prover.words)]
    page = difference_article(difference(old, new, one.prover.policy.words), earlier)
    assert "Of what you gave before 21 November 2014" in page
    assert 'href="/callminer/privacy/2003-06-05#share.reseller"' in page
