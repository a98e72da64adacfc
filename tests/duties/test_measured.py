"""A duty counts as tracked where something here measures it, and not where it only says that nothing can."""

from __future__ import annotations

from tests.duties.conftest import POLICIES
from troth.corpus import load
from troth.promises.measured import measured_duties


def test_what_says_that_it_cannot_be_measured_is_no_figure() -> None:
    found = measured_duties(load(POLICIES, stories=False, company="incontact"))
    version, house = "incontact/2013-10-28#", "incontact/house#"
    assert {f"{version}links.marked", f"{version}changes.tell", f"{house}figures.few"} <= found
    assert not found & {
        f"{version}security.rest",
        f"{version}security.transit",
        f"{version}correct.call",
        f"{house}requests.erase",
    }
