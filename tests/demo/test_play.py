"""The change of CallMiner played to its end: a store filled as in the demo, real mails, reports, letters and calls."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from tests.site.served import HERE, fields
from tests.site.served import fill as typed
from troth import campaigns
from troth.campaigns import Counts
from troth.cli.working import worker_of
from troth.company import House, open_house
from troth.demo import begin, doers, fill, receiving
from troth.demo.fill import CODES, OPERATOR, PASSWORD
from troth.demo.play import VERSION
from troth.demo.receiver import Received
from troth.site import create_app
from troth.store import tables as t

POLICIES = Path(__file__).parents[2] / "policies"
PEOPLE = 40
ANNA = 1
PARTNERS = "share.partners"


class Played:
    """The demo after its play."""

    def __init__(self, house: House, received: Received) -> None:
        self.house, self.received = house, received
        self.callminer = house.company("callminer")
        self.browser = TestClient(create_app(house, mail=True), base_url=HERE)

    def counts(self) -> Counts:
        with self.callminer.reading() as session:
            return campaigns.counts(session, campaigns.campaign_of(session, 1))

    def shared(self) -> list[int]:
        """Whose profile a marketing partner may get."""
        with self.callminer.reading() as session:
            everybody = [row.id for row in session.rows(t.people)]
        return [
            person for person in everybody
            if self.callminer.ask("share", "profile", person=person, party="acme", purpose="joint-marketing").verdict != "no"
        ]  # fmt: skip


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    ahead = [timedelta(0)]  # what comes back is looked at each minute; nobody waits for it here
    url = f"sqlite:///{tmp_path_factory.mktemp('demo')}/demo.db"
    house = open_house(POLICIES, url, lambda: datetime.now(UTC) + ahead[0])
    callminer = house.company("callminer")
    list(fill(callminer, PEOPLE))
    with receiving(HERE) as (relay, received):
        worker = worker_of(house, relay, doers(house, relay))
        for _ in range(2):  # begun again, it is the same play
            begin(callminer)
        made = Played(house, received)
        for _ in range(500):
            if not worker.turn():
                ahead[0] += timedelta(seconds=10)
            if _over(made):
                break
        yield made
    house.store.close()


def _over(made: Played) -> bool:
    with made.callminer.reading() as session:
        return session.one(t.jobs, kind="play", state="done") is not None


def test_everybody_is_told_or_counted_as_not_reached(played: Played) -> None:
    found = played.counts()
    assert found.people == PEOPLE  # and not Ben, who came under the new version
    assert found.told + found.bounced + found.unreachable == found.people
    assert found.waiting == 0
    with played.callminer.reading() as session:
        assert session.count(t.people) == PEOPLE + 1
        mails = session.rows(t.outbox, kind="notice")
        back = [mail for mail in mails if mail.state == "bounced"]
        ways = {row.way for row in session.rows(t.told, outcome="delivered")}
        versions = {row.version for row in session.rows(t.stamps)}
        campaign = {row.person for row in session.rows(t.campaign_people)}
        given = {row.given_at.year for row in session.rows(t.records)}
    assert len(played.received) == len(mails)
    assert back
    assert {mail.problem for mail in back} == {"it came back"}  # said by a report, not at the door
    assert "email" in ways
    assert versions == {"callminer/2003-06-05", VERSION}
    assert len(campaign) == PEOPLE
    assert given <= {*range(2003, 2014), 2015}


def test_the_desk_shows_the_sum_and_what_opens_each_sentence(played: Played) -> None:
    browser = played.browser
    typed(
        browser, "/desk/sign-in", {"company": "callminer", "name": OPERATOR, "password": PASSWORD}
    )
    page = browser.get("/desk/notices?clauses=1").text
    found = played.counts()
    sum_of = f"{found.told} told + {found.bounced} came back + {found.unreachable} unreachable = {PEOPLE} people"
    assert sum_of in page
    assert "/callminer/privacy/2003-06-05..2014-11-21" in page
    assert "30 days after she was told, without her no" in page
    assert "her yes" in page


def test_each_page_says_which_promises_stand_for_each_field(played: Played) -> None:
    browser = played.browser
    typed(
        browser,
        "/callminer/sign-in",
        {"email": "anna@example.com", "code": CODES["anna@example.com"]},
    )
    page = " ".join(browser.get("/callminer/held").text.split())
    rows = re.findall(r"Promises that stand</dt><dd>(.*?)</dd>", page)
    assert len(rows) == len(re.findall(r'id="held-\d+"', page)) >= 4
    for row in rows:
        assert "Policy of 5 June 2003</a>: stands, all of it." in row
        assert "Policy of 21 November 2014</a>: you were told of it on" in row
        assert "only after your yes" in row


def test_partners_get_nobodys_profile_until_she_agrees(played: Played) -> None:
    ben = 2
    assert played.shared() == [ben]  # his is of 2015
    browser = played.browser
    typed(
        browser,
        "/callminer/sign-in",
        {"email": "anna@example.com", "code": CODES["anna@example.com"]},
    )
    page = browser.get("/callminer/choices").text
    digest = re.search(
        rf'name="clause" value="{PARTNERS}".*?name="digest" value="([^"]+)"', page, re.DOTALL
    )
    assert digest is not None
    form = {
        **fields(page, "/callminer/choices"),
        "clause": PARTNERS,
        "digest": digest[1],
        "answer": "agree",
    }
    assert browser.post("/callminer/choices", data=form).status_code == 200
    assert played.shared() == [ANNA, ben]
    assert played.counts().adopted == 1
