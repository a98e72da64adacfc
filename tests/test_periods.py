"""What is past its time is erased, and nothing else: periods from an event, duties to erase, cases still open."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import troth
from tests.campaigns.changing import WORDS
from troth import ledger, periods
from troth.company import Company
from troth.people import attributes, holdings, records
from troth.people.happenings import happened
from troth.people.people import add_person
from troth.store import Session
from troth.work import Worker

ROOT = Path(__file__).parents[1]
NOW = datetime(2016, 6, 1, tzinfo=UTC)
LOGS = "callminer/house#keep.old-logs"


@pytest.fixture
def company(tmp_path: Path) -> Iterator[Company]:
    house = troth.open(ROOT / "policies", f"sqlite:///{tmp_path / 'troth.db'}", lambda: NOW)
    yield house.company("callminer")
    house.store.close()


def given(company: Company, word: str, place: str, at: datetime) -> int:
    """A new person who gave one thing at a place; her number."""
    with company.writing() as session:
        person = add_person(session, company.key, at)
    company.collect(place, {word: "once"}, person=person, at=at)
    return person


def words(company: Company, person: int) -> set[str]:
    with company.reading() as session:
        return {held.data for held in holdings.held(session, person)}


def swept(company: Company, at: datetime) -> dict[str, int]:
    return dict(periods.sweep(company, at))


def test_a_period_ends_and_what_was_given_after_it_stays(company: Company) -> None:
    old = given(company, "pages-viewed", "our-site", NOW - timedelta(days=500))
    new = given(company, "pages-viewed", "our-site", NOW - timedelta(days=300))
    assert swept(company, NOW) == {LOGS: 1}
    assert (words(company, old), words(company, new)) == (set(), {"pages-viewed"})
    assert swept(company, NOW) == {}


def test_the_entry_names_the_clause_and_no_value(company: Company) -> None:
    given(company, "pages-viewed", "our-site", NOW - timedelta(days=500))
    swept(company, NOW)
    with company.reading() as session:
        (entry,) = ledger.entries(session, kind="record.erased")
        assert ledger.verify(session)
    assert entry.payload is not None
    assert (entry.payload["clause"], entry.payload["data"]) == (LOGS, "pages-viewed")
    assert "once" not in str(entry)


def test_a_dry_look_erases_nothing(company: Company) -> None:
    old = given(company, "pages-viewed", "our-site", NOW - timedelta(days=500))
    with company.reading() as session:
        (found,) = periods.due(company.gate, session, NOW)
    assert (found.data, found.clauses[0]) == ("pages-viewed", LOGS)
    assert words(company, old) == {"pages-viewed"}


def test_what_has_no_period_stays(company: Company) -> None:
    person = given(company, "email", "product-registration", NOW - timedelta(days=500))
    assert swept(company, NOW) == {}
    assert words(company, person) == {"email"}


def test_what_is_held_of_a_child_is_erased_once_it_is_known(tmp_path: Path) -> None:
    """Infusionsoft 2015, Children: deleted when it is learned that somebody is under 13."""
    house = troth.open(ROOT / "policies", f"sqlite:///{tmp_path / 'troth.db'}", lambda: NOW)
    company = house.company("infusionsoft")
    person = given(company, "job-title", "survey", NOW - timedelta(days=20))
    other = given(company, "job-title", "survey", NOW - timedelta(days=20))
    assert swept(company, NOW) == {}
    with company.writing() as session:
        attributes.set_value(session, "person", person, "birth", "2005-01-01", NOW)
    assert swept(company, NOW) == {"infusionsoft/2015-01-19#children.erased": 1}
    assert (words(company, person), words(company, other)) == (set(), {"job-title"})
    house.store.close()


COLLECTED = """event collection "the day we collected it"
event closed "your account was closed"
data name"""
SECTIONED = """---
policy: acme
company: Acme, Inc.
in force: 2010-01-01
zone: America/New_York
contact: privacy@acme.example
covers: www.acme.example
changes: check back
---

# Privacy {#privacy}

## What we do {#done}

```policy
form: may collect name, email at shop
serve: may use name, email for orders
```

## How long {#kept}

```policy
two-years: may keep name, email
    for 2 years from collection
```

## Afterwards {#after}

```policy
no-longer: never keep name
    except #kept
```
"""


def acme(folder: Path, kept: str = "") -> Company:
    """A company whose `never` to keep names a whole section as its exception; `kept` says more of keeping."""
    texts = folder / "policies" / "acme"
    texts.mkdir(parents=True)
    (folder / "policies" / "words.md").write_text(WORDS.replace("data name", COLLECTED))
    (texts / "2010-01-01.md").write_text(SECTIONED.replace("two-years:", f"{kept}two-years:"))
    house = troth.open(folder / "policies", f"sqlite:///{folder / 'troth.db'}", lambda: NOW)
    return house.company("acme")


def test_a_never_that_excepts_a_section_ends_what_the_section_kept(tmp_path: Path) -> None:
    company = acme(tmp_path)
    old = given(company, "name", "shop", NOW - timedelta(days=800))
    new = given(company, "name", "shop", NOW - timedelta(days=700))
    assert swept(company, NOW) == {"acme/2010-01-01#after.no-longer": 1}
    assert (words(company, old), words(company, new)) == (set(), {"name"})
    company.store.close()


TAKEN_BACK = """choice gone "Take down my name"
    by email
erased: must erase name within 10 working days of gone
"""


def test_what_a_choice_ends_is_barred_and_swept_once_its_days_are_over(tmp_path: Path) -> None:
    company = acme(tmp_path, TAKEN_BACK)
    hers = given(company, "name", "shop", NOW - timedelta(days=30))
    given(company, "name", "shop", NOW - timedelta(days=30))
    company.say(
        hers, company.policy.versions[0].choices[0], standing=True, way="email", by="person"
    )
    last = datetime(2016, 6, 14, 12, tzinfo=UTC)  # two weeks after the last evening of May
    assert company.ask("use", "name", person=hers, purpose="orders", at=last).allowed
    assert swept(company, last) == {}
    over = last + timedelta(days=1)
    refused = company.ask("use", "name", person=hers, purpose="orders", at=over)
    assert refused.clauses == ("acme/2010-01-01#kept.erased",)
    assert swept(company, over) == {"acme/2010-01-01#kept.erased": 1}
    assert words(company, hers) == set()
    company.store.close()


LATE = """quiet: never use name for orders
    after 30 days from closed
"""


def test_a_never_that_waits_for_an_event_bars_nothing_before_it_happened(tmp_path: Path) -> None:
    company = acme(tmp_path, LATE)
    hers = given(company, "name", "shop", NOW - timedelta(days=30))
    assert company.ask("use", "name", person=hers, purpose="orders").allowed
    with company.writing() as session:
        happened(session, hers, "closed", NOW)
    for days, allowed in ((30, True), (31, False)):
        at = NOW + timedelta(days=days)
        assert company.ask("use", "name", person=hers, purpose="orders", at=at).allowed is allowed
    company.store.close()


@pytest.mark.parametrize(
    "kept",
    [
        "long: may keep name\n    for 1000000 years from closed\n",
        "long: must erase name within 9999999 days of closed\n",
        "long: never use name for orders\n    after 1000000 days from closed\n",
    ],
)
def test_a_number_no_calendar_reaches_is_a_long_time(tmp_path: Path, kept: str) -> None:
    company = acme(tmp_path, kept)
    hers = given(company, "name", "shop", NOW - timedelta(days=30))
    with company.writing() as session:
        happened(session, hers, "closed", NOW)
    assert company.ask("use", "name", person=hers, purpose="orders").allowed
    assert swept(company, NOW) == {}
    company.store.close()


def test_people_are_swept_some_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a run that ended half-way has erased stays erased, and the next run does the rest."""
    monkeypatch.setattr(periods, "PEOPLE_AT_ONCE", 1)
    company = acme(tmp_path)
    people = [given(company, "name", "shop", NOW - timedelta(days=800)) for _ in range(3)]
    erased = records.erase

    def fails_at_the_second(session: Session, fields: Sequence[int], *rest: object) -> None:
        if words(company, people[0]) == set():
            raise KeyboardInterrupt
        erased(session, fields, *rest)  # type: ignore[arg-type]

    with monkeypatch.context() as half, pytest.raises(KeyboardInterrupt):
        half.setattr(records, "erase", fails_at_the_second)
        swept(company, NOW)
    assert [words(company, person) for person in people] == [set(), {"name"}, {"name"}]
    assert swept(company, NOW) == {"acme/2010-01-01#after.no-longer": 2}
    company.store.close()


def test_each_night_of_the_company_is_swept_by_the_worker(tmp_path: Path) -> None:
    company = acme(tmp_path)
    now = [datetime(2016, 6, 1, 12, tzinfo=UTC)]
    house = troth.open(tmp_path / "policies", f"sqlite:///{tmp_path / 'troth.db'}", lambda: now[0])
    worker = Worker(house.store, ("acme",), periods.doers(house), lambda: now[0])
    periods.begin(house)
    person = given(company, "name", "shop", NOW - timedelta(days=800))
    assert worker.all_due() == 0
    now[0] = datetime(2016, 6, 2, 4, 2, tzinfo=UTC)  # New York's first minute is over
    assert (worker.all_due(), words(company, person)) == (1, set())
    periods.begin(house)  # a restart begins no second one
    assert worker.all_due() == 0
    now[0] += timedelta(days=1)
    assert worker.all_due() == 1
    house.store.close()
    company.store.close()
