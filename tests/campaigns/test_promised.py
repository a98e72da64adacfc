"""`must tell people … before MOMENTS`: who is told of a change although nothing of hers waits for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.campaigns.changing import SECOND, changing
from tests.mail.relaying import Received
from troth import campaigns
from troth.settings import Relay
from troth.store import Store
from troth.store import tables as t

NARROWER = SECOND.partition("news: may")[0].replace("hobby for orders", "hobby for policy-updates")
NARROWER += "```\n"
SAME = NARROWER.replace("hobby for policy-updates", "hobby for orders")


@pytest.mark.parametrize(
    ("moment", "people"),
    [("significant change", 1), ("new purpose", 0), ("collection", 0)],
)
def test_who_was_promised_word_of_a_change_is_told_of_a_narrower_text(
    tmp_path: Path, store: Store, relay: Relay, received: Received, moment: str, people: int
) -> None:
    promise = f"word: must tell people by site, email before {moment}"
    house = changing(tmp_path, store, "posted", relay, promise=promise, second=NARROWER)
    house.person(1, "email")
    campaign = house.publish()
    assert house.counts(campaign).people == people
    house.work()
    assert house.counts(campaign).told == people == len(received.mails)
    for sent in received.mails:
        text = " ".join(sent.get_content().split())
        assert "allows nothing more with it" in text
        assert "version of 1 January 2010" in text
        assert "2010-01-01..2015-01-01" in text
    with house.acme.reading() as session:
        ways = [row.ways for row in session.rows(t.campaign_people)]
    assert ways == [["site", "email"]] * people


def test_a_text_that_binds_to_the_same_is_no_change(
    tmp_path: Path, store: Store, relay: Relay
) -> None:
    promise = "word: must tell people by site before significant change"
    second = SAME.replace("partner for ads", "").replace("```\n", f"{promise}\n```\n")
    second = second.replace("```policy\n" + promise, "```policy")
    house = changing(tmp_path, store, "posted", relay, promise=promise, second=second)
    house.person(1, "email")
    assert house.counts(house.publish()).people == 0


def test_where_something_waits_the_ways_promised_for_that_count(
    tmp_path: Path, store: Store, relay: Relay
) -> None:
    promise = (
        "word: must tell people by site, email before significant change\n"
        "tell: must tell people by letter, email before wider use of earlier data"
    )
    house = changing(tmp_path, store, "told", relay, promise=promise)
    house.person(1, "email", "postal-address"), house.person(2, day="2015-02-01")
    campaign = house.publish()
    assert house.counts(campaign).by_way == {"letter": 1}


def test_a_new_purpose_is_told_by_the_ways_promised_for_it(
    tmp_path: Path, store: Store, relay: Relay
) -> None:
    promise = "first: must tell people by phone, email before new purpose"
    house = changing(tmp_path, store, "posted", relay, promise=promise)
    first = house.acme.policy.versions[0]
    assert campaigns.ways_of([first]) == ("phone", "email")
    house.person(1, "email", "phone")
    assert house.counts(house.publish()).by_way == {"phone": 1}
