"""Whoever was to see it on the site: waited for ninety days, by a job; told when she comes after all."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from tests.campaigns.changing import Changing, changing
from tests.mail.relaying import Received
from tests.mail.returned import returned
from troth import campaigns, ledger, mail
from troth.people.notices import tellings
from troth.settings import Relay
from troth.store import Store
from troth.store import tables as t

DAY = timedelta(days=1)


def on_the_site(tmp_path: Path, store: Store, relay: Relay) -> Changing:
    return changing(tmp_path, store, "told", relay, "email, site")


def test_who_does_not_come_is_given_up_by_the_job_and_told_when_she_comes(
    tmp_path: Path, store: Store, relay: Relay
) -> None:
    house = on_the_site(tmp_path, store, relay)
    anna = house.person(1, "phone")
    campaign = house.publish()
    house.work(89 * DAY)
    assert house.counts(campaign).waiting == 1
    house.work(DAY)
    found = house.counts(campaign)
    assert (found.unreachable, found.waiting) == (1, 0)
    house.now += 400 * DAY
    assert house.may(anna, "hobby", "ads") == "no"
    with house.acme.writing() as session:
        campaigns.seen(session, anna, campaign.version, house.now)
    assert house.counts(campaign).told == 1
    with house.acme.reading() as session:
        said = [(one.way, one.outcome) for one in tellings(session, anna)]
        entries = ledger.entries(session, kind="person.told")
    assert said == [("site", "unreachable"), ("site", "delivered")]
    assert len(entries) == 2


def test_each_is_waited_for_from_her_own_day_on(
    tmp_path: Path, store: Store, relay: Relay, received: Received
) -> None:
    house = on_the_site(tmp_path, store, relay)
    house.person(1, "phone"), house.person(2, "email")
    campaign = house.publish()
    house.work()
    house.now += 30 * DAY
    assert mail.take_bounce(house.house, house.post.kinds, returned(received.mails[0]))
    house.work(60 * DAY)
    found = house.counts(campaign)
    assert (found.unreachable, found.waiting) == (1, 1)
    house.work(30 * DAY)
    found = house.counts(campaign)
    assert (found.unreachable, found.bounced, found.waiting) == (1, 1, 0)
    with house.acme.reading() as session:
        assert session.one(t.jobs, kind="give-up-waiting", state="done") is not None


def test_who_saw_it_on_the_site_gets_no_mail_any_more(
    tmp_path: Path, store: Store, relay: Relay, received: Received
) -> None:
    house = on_the_site(tmp_path, store, relay)
    anna = house.person(1, "email")
    campaign = house.publish()
    with house.acme.writing() as session:
        campaigns.seen(session, anna, campaign.version, house.now)
    house.work()
    assert received.mails == []
    assert house.counts(campaign).told == 1
