"""`troth duties` and the desk's page: the figures shown, what was done noted, and nothing personal in the record."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from starlette.testclient import TestClient

import troth
from tests.site.served import at_the_desk, fill
from troth import access, ledger
from troth.cli import main
from troth.company import Company, House

from .conftest import NOW, POLICIES

Run = Callable[..., Result]
DONE = "incontact/house#figures.reviewed"


@pytest.fixture
def database(tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path / 'troth.db'}"
    company = opened(url)
    with company.writing() as session:
        access.add_operator(session, "Kim", "a horse in the rain", ["officer"], at=NOW)
    company.store.close()
    return url


def opened(database: str) -> Company:
    return troth.open(POLICIES, database, lambda: NOW).company("incontact")


@pytest.fixture
def run(database: str) -> Run:
    def ran(*words: str) -> Result:
        whole = ["duties", *words, "--policies", str(POLICIES), "--database", database]
        return CliRunner().invoke(main, whole)

    return ran


def test_every_duty_is_told_and_a_broken_one_ends_with_1(run: Run) -> None:
    told = run("incontact", "--at", "2016-03-01", "--json")
    listed = {one["duty"]: one for one in json.loads(told.output)}
    assert told.exit_code == 1 and listed[DONE]["state"] == "not kept"
    assert listed[DONE]["sentence"] == "We review access every 90 days."
    assert listed["incontact/house#figures.few"]["numbers"]["operators"] == 1
    shown = run("incontact", "--at", "2016-03-01").output
    assert f"not kept: {DONE}\n  “We review access every 90 days.”" in shown
    assert f"  = do it, then: troth duties incontact --done {DONE} --by NAME" in shown


def test_what_was_done_is_one_entry_without_a_name(run: Run, database: str) -> None:
    noted = run("incontact", "--done", DONE, "--by", "Kim", "--note", "two left")
    assert (noted.exit_code, noted.output[:14]) == (0, "noted as entry")
    company = opened(database)
    with company.reading() as session:
        (entry,) = ledger.entries(session, kind="duty.done")
        assert ledger.verify(session)
    company.store.close()
    assert entry.payload == {"duty": DONE, "by": 1, "note": "two left"} and entry.person is None


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("nowhere",), "there is no company nowhere"),
        (("incontact", "--done", DONE), "say both"),
        (
            ("incontact", "--done", "incontact/house#no", "--by", "Kim"),
            "no duty incontact/house#no",
        ),
        (("incontact", "--done", DONE, "--by", "Tom"), "`Tom` is no operator here"),
        (
            ("incontact", "--done", DONE, "--by", "Kim", "--note", "ask ann@example.com"),
            "no address or number",
        ),
        (
            ("incontact", "--done", "incontact/house#figures.few", "--by", "Kim"),
            "is not done by hand",
        ),
        (("incontact", "--url", "example.com"), "write it with https://"),
    ],
)
def test_wrong_usage_is_told_and_leaves_nothing(
    run: Run, words: tuple[str, ...], told: str, database: str
) -> None:
    answer = run(*words)
    assert answer.exit_code == 2 and told in answer.output
    company = opened(database)
    with company.reading() as session:
        assert not ledger.entries(session, kind="duty.done")
    company.store.close()


def test_the_desk_shows_and_notes_them(house: House) -> None:
    from troth.site import create_app

    browser = TestClient(create_app(house), base_url="http://127.0.0.1:8000")
    assert "/desk/sign-in" in str(browser.get("/desk/duties").url)
    at_the_desk(browser, "incontact")
    page = browser.get("/desk/duties")
    assert page.status_code == 200 and "We review access every 90 days." in page.text
    note = {"duty": DONE, "note": "two left"}
    noted = fill(browser, "/desk/duties", note)
    assert noted.status_code == 200 and "Done once, last on 1 March 2016" in noted.text
    wrong = fill(browser, "/desk/duties", {**note, "note": "call 617 555 0100"})
    assert wrong.status_code == 422 and "no address or number" in wrong.text
