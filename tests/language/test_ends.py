"""From its first day to its last: what a contract, a version and the operator's file say then, and not after."""

from __future__ import annotations

from datetime import date

import pytest

from tests.language.test_meaning import USE, _read, acme, allowed, boxed, version
from troth.language.model import Stamp


@pytest.mark.parametrize(
    ("dates", "governs"),
    [("in force: 2010-06-01", True), ("in force: 2010-06-02", False)]
    + [(f"in force: 2010-01-01\nends: 2010-0{last}", last == "6-01") for last in ("6-01", "5-31")],
)
def test_a_contract_governs_from_its_first_day_to_its_last(dates: str, governs: bool) -> None:
    front = f"---\ncontract: A-9\npolicy: acme\nbetween: Acme, Zeta\n{dates}\n---\n\n"
    body = boxed("## more\nletters: may use email for news")
    contract = _read(front + body, "acme/contracts/A-9.md")
    text = version("2010-01-01", "## use\nbill: may use email for billing")
    under = Stamp(("acme/2010-01-01",), contract=contract.id)
    assert allowed(acme(text, contracts=(contract,)), USE, stamp=under) is governs


def test_after_the_last_day_of_a_text_it_allows_and_bars_nothing() -> None:
    text = version("2010-01-01", "## use\nnews: may use email for news", "ends: 2010-06-01\n")
    front = "---\nhouse: acme\nin force: 2010-01-01\nends: 2010-05-31\n---\n\n"
    house = _read(front + boxed("## quiet\nno: never use email for news"), "acme/house.md")
    decider = acme(text, house=house)
    assert not allowed(decider, USE, day=date(2010, 5, 31))  # the operator's file bars
    assert allowed(decider, USE, day=date(2010, 6, 1))
    assert not allowed(decider, USE, day=date(2010, 6, 2))  # no version speaks any more
