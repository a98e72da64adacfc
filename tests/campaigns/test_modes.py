"""Each of the five ways to change a policy: who is told, by which way, and when each use is open to each person."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tests.campaigns.changing import MODES, Changing, changing
from tests.mail.relaying import Received
from tests.mail.returned import returned
from troth import campaigns, ledger, mail
from troth.campaigns import Wait, mode_of, ways_of
from troth.campaigns.waits import what_waits
from troth.people import notices
from troth.refusal import Refused
from troth.settings import Relay
from troth.store import Store
from troth.store import tables as t

DAY = timedelta(days=1)


def made(tmp_path: Path, store: Store, relay: Relay, mode: str) -> Changing:
    return changing(tmp_path, store, mode, relay)


def answer(house: Changing, person: int, clause: str, yes: bool) -> None:
    text = house.acme.policy.versions[-1]
    found = next(c for c in text.clauses if c.name == clause)
    digest = house.acme.gate.decider.meaning.digest(text, found)
    say = notices.agree if yes else notices.refuse
    with house.acme.writing() as session:
        say(session, person, clause, text.id, digest, house.now, "site")


@pytest.mark.parametrize("mode", MODES)
def test_the_mode_is_read_from_what_was_promised(
    tmp_path: Path, store: Store, relay: Relay, mode: str
) -> None:
    first = made(tmp_path, store, relay, mode).acme.policy.versions[0]
    assert mode_of(first) == mode
    promised = ("email", "phone") if mode == "consent" else ("email", "phone", "letter")
    assert ways_of([first]) == (
        promised if "tell" in MODES[mode][2] else ("email", "letter", "phone")
    )


@pytest.mark.parametrize(
    ("mode", "days"), [("check back", 30), ("posted", 30), ("told", 10), ("opt-out first", 30)]
)
def test_silence_opens_each_use_to_each_person_when_her_own_days_are_over(
    tmp_path: Path, store: Store, relay: Relay, received: Received, mode: str, days: int
) -> None:
    house = made(tmp_path, store, relay, mode)
    anna, ben = house.person(1, "email"), house.person(2, "email")
    received.answers["p2@example.com"] = "450 busy"
    campaign = house.publish()
    house.work()
    assert house.may(anna, "hobby", "ads") == "no"
    received.answers.clear()
    house.work(2 * DAY)  # Ben is told two days later
    assert house.counts(campaign).told == 2
    answer(house, anna, "privacy.partners", yes=False)
    house.now += (days - 2) * DAY
    assert house.may(anna, "hobby", "ads") == "no"
    house.now += DAY
    assert house.may(anna, "hobby", "ads") == "yes"
    assert house.may(anna, "email", "news") == "yes"
    assert house.may(anna, "hobby", "ads", "partner") == "no"  # clause by clause
    assert house.may(ben, "hobby", "ads") == "no"
    house.now += 2 * DAY
    assert house.may(ben, "hobby", "ads") == "yes"
    assert house.may(ben, "hobby", "ads", "partner") == "yes"


def test_where_silence_is_no_each_clause_waits_for_her_word(
    tmp_path: Path, store: Store, relay: Relay, received: Received
) -> None:
    house = made(tmp_path, store, relay, "consent")
    anna = house.person(1, "email")
    campaign = house.publish()
    house.work()
    assert "nothing changes for what you gave before" in received.mails[0].get_content()
    house.now += 400 * DAY
    assert house.may(anna, "hobby", "ads") == "no"
    answer(house, anna, "privacy.ads", yes=True)
    assert house.may(anna, "hobby", "ads") == "yes"
    assert house.may(anna, "email", "news") == "no"
    found = house.counts(campaign)
    assert (found.adopted, found.refused) == (1, 0)
    answer(house, anna, "privacy.ads", yes=False)
    found = house.counts(campaign)
    assert (found.adopted, found.refused) == (0, 1)


def test_who_waits_for_what_is_known_by_clause(tmp_path: Path, store: Store, relay: Relay) -> None:
    house = made(tmp_path, store, relay, "told")
    house.person(1, "email"), house.person(2), house.person(3, "email", day="2015-02-01")
    campaign = house.publish()
    assert house.counts(campaign).people == 2  # the third gave hers under the new version
    with house.acme.reading() as session:
        text = house.acme.policy.versions[-1]
        found = what_waits(session, house.acme.gate, text)
        assert campaigns.waiting_for(session, house.acme.gate, text.id) == {
            "privacy.ads": 2,
            "privacy.partners": 2,
            "privacy.news": 1,
        }
    older = "acme/2010-01-01"
    words = {word: set(waits) for (word, _), waits in found.by_pair.items()}
    assert words == {
        "email": {Wait("privacy.news", older, 10)},
        "hobby": {Wait("privacy.ads", older, 10), Wait("privacy.partners", older, 10)},
    }


def test_the_notice_says_what_waits_and_until_when(
    tmp_path: Path, store: Store, relay: Relay, received: Received
) -> None:
    house = made(tmp_path, store, relay, "told")
    house.person(1, "email")
    house.publish()
    house.work()
    (sent,) = received.mails
    text = " ".join(sent.get_content().split())
    assert sent["Subject"] == "Acme, Inc. changes its privacy policy"
    assert "On 1 January 2015 a new version" in text
    assert "under the version of 1 January 2010" in text
    assert "what you like for advertisements" in text
    assert "What you do not refuse until 2015-03-12 holds from then on" in text
    assert "/acme/privacy/2010-01-01..2015-01-01" in text


# -- the ways, in their order ----------------------------------------------------------------------


def test_a_mail_that_comes_back_leads_to_the_telephone_and_then_to_a_letter(
    tmp_path: Path, store: Store, relay: Relay, received: Received
) -> None:
    house = made(tmp_path, store, relay, "told")
    anna = house.person(1, "email", "phone", "postal-address")
    campaign = house.publish()
    house.work()
    assert house.counts(campaign).told == 1
    assert mail.take_bounce(house.house, house.post.kinds, returned(received.mails[0]))
    assert house.counts(campaign).by_way == {"phone": 1}
    house.now += 20 * DAY
    assert house.may(anna, "hobby", "ads") == "no"  # she was not told
    for number in (1, 2, 3):
        calls = listed(house, campaign)
        assert f",{number},'+1 555 010 0001," in calls
        took(
            house,
            campaign,
            calls.rstrip("\n")[:-1] + ",no answer\n" if calls.endswith(",\n") else calls,
        )
    assert house.counts(campaign).by_way == {"letter": 1}
    with house.acme.writing() as session:
        pdf, pages = campaigns.letters(house.acme, session, campaign, house.now, "http://here")
        assert (pdf[:5], pages) == (b"%PDF-", 1)
        assert campaigns.posted(session, campaign, house.now) == 1
    assert house.counts(campaign).told == 1
    with house.acme.writing() as session:
        assert campaigns.returned(session, campaign, house.now, [anna]) == 1
    assert house.counts(campaign).bounced == 1
    with house.acme.reading() as session:
        outcomes = [(one.way, one.outcome) for one in notices.tellings(session, anna)]
    assert outcomes == [
        ("email", "delivered"),
        ("email", "bounced"),
        ("phone", "unreachable"),
        ("letter", "delivered"),
        ("letter", "bounced"),
    ]


def listed(house: Changing, campaign: campaigns.Campaign) -> str:
    with house.acme.writing() as session:
        return campaigns.call_list(house.acme, session, campaign, house.now, "http://here")


def took(house: Changing, campaign: campaigns.Campaign, table: str) -> dict[str, int]:
    with house.acme.writing() as session:
        return campaigns.take_calls(session, campaign, table, house.now)


def test_calls_are_taken_in_once_and_wholly(tmp_path: Path, store: Store, relay: Relay) -> None:
    house = made(tmp_path, store, relay, "consent")
    people = [house.person(n, "phone") for n in range(1, 4)]
    campaign = house.publish()
    lines = listed(house, campaign).splitlines()
    assert len(lines) == 4
    said = ["told", "wrong number", "No  Answer"]
    table = "\n".join(
        [lines[0], *(line + what for line, what in zip(lines[1:], said, strict=True))]
    )
    assert took(house, campaign, table) == {
        "told": 1,
        "wrong number": 1,
        "no answer": 1,
        "known": 0,
    }
    assert took(house, campaign, table)["known"] == 3
    found = house.counts(campaign)
    assert (found.told, found.bounced, found.waiting) == (1, 1, 1)
    wrong = {
        f"{lines[0]}\n1,{people[2]},2,,,told\n1,{people[2]},2,,,perhaps": "line 3: the outcome is one of",
        f"{lines[0]}\n1,99,1,,,told": "person 99 is not in campaign 1",
        f"{lines[0]}\n2,{people[2]},2,,,told": "it is of campaign 2",
        f"{lines[0]}\nx,{people[2]},2,,,told": "are numbers",
        "person,told\n1,yes": "the first line must name",
        "": "the first line must name",
    }
    for table, message in wrong.items():
        with pytest.raises(campaigns.CallsWrong, match=message):
            took(house, campaign, table)
    assert house.counts(campaign) == found  # nothing of a wrong list was taken in


def test_who_has_no_address_is_unreachable_and_stays_under_the_old_promise(
    tmp_path: Path, store: Store, relay: Relay
) -> None:
    house = made(tmp_path, store, relay, "told")
    anna = house.person(1)
    campaign = house.publish()
    assert house.counts(campaign).unreachable == 1
    house.now += 400 * DAY
    assert house.may(anna, "hobby", "ads") == "no"


def test_a_mail_the_policy_refuses_leads_to_the_next_way(
    tmp_path: Path, store: Store, relay: Relay, received: Received
) -> None:
    house = made(tmp_path, store, relay, "told")
    house.person(1, "email", "phone")
    campaign = house.publish()
    with house.acme.writing() as session:
        session.change(t.fields, {"data": "email"}, value="another@example.com")
    house.work()
    assert received.mails == []
    assert house.counts(campaign).by_way == {"phone": 1}


# -- once, and for everybody -----------------------------------------------------------------------


def test_opened_again_it_is_the_same_and_nobody_is_told_twice(
    tmp_path: Path, store: Store, relay: Relay, received: Received
) -> None:
    house = made(tmp_path, store, relay, "told")
    house.person(1, "email")
    first = house.publish()
    house.work()
    assert house.publish() == first
    house.work(5 * DAY)
    assert len(received.mails) == 1
    with house.acme.reading() as session:
        assert len(ledger.entries(session, kind="campaign.opened")) == 1
        assert campaigns.campaigns(session) == [first]


def test_who_was_told_before_it_was_opened_is_not_told_again(
    tmp_path: Path, store: Store, relay: Relay, received: Received
) -> None:
    house = made(tmp_path, store, relay, "told")
    people = [house.person(n, "email") for n in range(1, 4)]
    with house.acme.writing() as session:
        for person in people[:2]:
            notices.tell(session, person, "acme/2015-01-01", "letter", "delivered", house.now)
        notices.tell(session, people[1], "acme/2015-01-01", "letter", "bounced", house.now)
    campaign = house.publish()
    assert house.counts(campaign).told == 1
    house.work()
    assert house.counts(campaign).told == 3
    assert [str(one["To"]) for one in received.mails] == ["p2@example.com", "p3@example.com"]


def test_what_is_given_between_publication_and_the_first_day_is_told_of_too(
    tmp_path: Path, store: Store, relay: Relay, received: Received
) -> None:
    house = made(tmp_path, store, relay, "told")
    house.person(1, "email", day="2014-11-01")
    house.now -= 100 * DAY  # before the second version is in force
    campaign = house.publish()
    house.person(2, "email", day="2014-12-20")
    house.work()
    assert house.counts(campaign).people == 1
    house.work(120 * DAY)
    assert house.counts(campaign).told == 2
    assert len(received.mails) == 2


def test_only_a_version_of_the_policy_is_told_of(
    tmp_path: Path, store: Store, relay: Relay
) -> None:
    house = made(tmp_path, store, relay, "told")
    with pytest.raises(Refused, match="is no version of this policy"), house.acme.writing() as s:
        campaigns.open_campaign(s, house.acme.gate, "acme/2016-01-01", house.now)
    with pytest.raises(Refused, match="there is no campaign 7"), house.acme.reading() as s:
        campaigns.campaign_of(s, 7)
