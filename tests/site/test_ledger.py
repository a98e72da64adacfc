"""The ledger for the public: anybody gets what was signed, and proofs that lead to it; nobody is named."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.site.served import Served
from troth import ledger
from troth.ledger.note import read
from troth.ledger.tree import root_by_inclusion, roots_by_consistency
from troth.store.columns import read_moment

API = "/api/callminer/ledger"


@pytest.fixture(autouse=True)
def later(served: Served) -> None:
    """Each test an hour after all that is on record: the service is one for all of them."""
    with served.company().reading() as session:
        last = ledger.newest(session)
        entries = ledger.entries(session, newest_first=True, limit=1)
    known = [entry.at for entry in entries] + ([read_moment(last.at)] if last else [])
    served.clock.moment = max([served.clock.moment, *known])
    pass_(served, hours=1)


def pass_(served: Served, **time: int) -> None:
    served.clock.moment += timedelta(**time)


def test_a_checkpoint_is_signed_and_kept(served: Served) -> None:
    served.anna()
    key = served.company().signer.key
    answer = served.browser().get(f"{API}/checkpoint")
    assert answer.headers["content-type"].startswith("text/plain")
    assert key.signed(answer.text)
    served.anna()
    assert (
        served.browser().get(f"{API}/checkpoint").text == answer.text
    )  # not more than one a minute
    pass_(served, minutes=2)
    later = ledger.read_checkpoint(served.browser().get(f"{API}/checkpoint").text)
    assert later.size > ledger.read_checkpoint(answer.text).size
    with served.company().reading() as session:
        assert ledger.verify(session, key).checkpoints >= 2


def test_an_entry_is_proved_against_it(served: Served) -> None:
    person, _, _ = served.anna()
    ask = {"action": "use", "data": "email", "purpose": "serving", "person": person}
    entry = served.api("ask", ask).json()["entry"]
    said = served.browser().get(f"{API}/proof/{entry}").text
    head, _, note = said.partition("\n\n")
    signed = ledger.read_checkpoint(note)
    served.company().signer.key.signed(note)
    with served.company().reading() as session:
        leaf = bytes.fromhex(ledger.entries(session, after_seq=entry - 1, limit=1)[0].leaf)
    path = [read(line) for line in head.split("\n")[2:]]
    assert root_by_inclusion(entry - 1, signed.size, leaf, path) == signed.root
    later = served.api("ask", ask).json()["entry"]
    waiting = served.browser().get(f"{API}/proof/{later}")
    assert (waiting.status_code, "ask again in a minute" in waiting.json()["detail"]) == (404, True)


def test_an_older_checkpoint_is_continued(served: Served) -> None:
    served.anna()
    old = ledger.read_checkpoint(served.browser().get(f"{API}/checkpoint").text)
    served.anna()
    pass_(served, hours=1)
    new = ledger.read_checkpoint(served.browser().get(f"{API}/checkpoint").text)
    said = served.browser().get(f"{API}/consistency", params={"from": old.size}).json()
    assert (said["origin"], said["from"], said["to"]) == ("callminer/ledger", old.size, new.size)
    path = [read(line) for line in said["proof"]]
    assert roots_by_consistency(old.size, new.size, old.root, path) == (old.root, new.root)


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("proof/0", 422),
        ("proof/first", 422),
        ("proof/999999999", 404),
        ("consistency", 422),
        ("consistency?from=3&to=2", 422),
        ("consistency?from=1&to=999999999", 422),
    ],
)
def test_what_is_not_there_is_told(served: Served, address: str, status: int) -> None:
    answer = served.browser().get(f"{API}/{address}")
    assert (answer.status_code, answer.headers["content-type"]) == (
        status,
        "application/problem+json",
    )


def test_the_addresses_stand_in_the_description(served: Served) -> None:
    paths = served.browser().get("/api/openapi.json").json()["paths"]
    public = {name: said["get"] for name, said in paths.items() if "/ledger/" in name}
    assert len(public) == 3 and all(said["security"] == [] for said in public.values())
