"""What enforcing would take out of a database is what a query would not find, by the clauses an answer would cite."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, replace
from datetime import datetime

import pytest

from tests.sql.conftest import Shop
from tests.sql.masked import WORDS, Oracle
from tests.sql.shop import NOW, ROWS, the_map
from troth.facts import Datum, Scene, getter
from troth.facts import Rows as Known
from troth.facts.load import load_people
from troth.language.model import Ask, Stamp
from troth.refusal import Refused


class Citing(Oracle):
    """The oracle, which also keeps the clauses that a refusal cites."""

    cited: set[str]

    def decided(self, person: int | None, word: str, stamp: Stamp, given: datetime | None) -> bool:
        gate = self.company.gate
        hers = load_people(self.session, [person])[person] if person is not None else Known()
        datum = Datum(place=stamp.place, given_at=given)
        scene = Scene(gate.words, gate.zone, NOW, person, None, datum, False, hers)
        for leaf in gate.decider.meaning.points(replace(self.ask, data=word)):
            residual = gate.decider.residual(leaf, stamp, scene.day)
            decision = residual(residual.bits(getter(scene)))
            if not decision.allowed:
                self.cited |= set(decision.clauses or ("no clause permits it",))
        return True  # so that everybody is asked


@pytest.mark.parametrize("purpose", ["news", "counting"])
def test_the_clauses_are_those_that_single_decisions_cite(shop: Shop, purpose: str) -> None:
    told: dict[str, Counter[str]] = {table: Counter() for table in WORDS}
    with shop.company.reading() as session:
        oracle = Citing(shop.company, session, Ask("use", "", purpose))
        for table, words in WORDS.items():
            for row in ROWS[table]:
                for word in set(words.values()):
                    oracle.cited = set()
                    known = oracle.allowed(table, row, word)
                    told[table].update(
                        oracle.cited if known else ["nobody can be asked whose it is"]
                    )
    for one in shop.company.removed(shop.url, [purpose], map=the_map()):
        assert dict(one.clauses) == dict(told[one.table]), one.table


@pytest.mark.parametrize("purpose", ["news", "support", "counting"])
def test_the_counts_are_those_of_single_decisions(shop: Shop, purpose: str) -> None:
    with shop.company.reading() as session:
        oracle = Oracle(shop.company, session, Ask("use", "", purpose))
        seen = oracle.copy()
        cells = {
            table: Counter(
                word
                for row in ROWS[table]
                for word in set(words.values())
                if not oracle.allowed(table, row, word)
            )
            for table, words in WORDS.items()
        }
    found = {each.table: each for each in shop.company.removed(shop.url, [purpose], map=the_map())}
    assert set(found) == set(WORDS)
    for table, one in found.items():
        assert one.rows == len(ROWS[table])
        assert one.rows_gone == len(ROWS[table]) - len(seen[table])
        assert dict(one.cells) == dict(cells[table])


def test_it_tells_the_clause_and_no_value(shop: Shop) -> None:
    found = shop.company.removed(shop.url, ["news"], map=the_map())
    contacts = next(each for each in found if each.table == "contacts")
    told = dict(contacts.clauses)
    assert told["shop/2015-01-01#privacy.calls"] == 1  # Ben, who refused it all
    assert told["shop/2015-01-01#privacy.news"] > 0
    assert told["nobody can be asked whose it is"] > 0
    assert not [value for value in ("anna", "Cara", "+1 555") if value in str(asdict(contacts))]


def test_without_purposes_every_purpose_is_told(shop: Shop) -> None:
    found = shop.company.removed(shop.url, map=the_map())
    assert {each.purpose for each in found} == {"news", "support", "counting"}
    with pytest.raises(Refused, match="G506"):
        shop.company.removed(shop.url, ["nothing"], map=the_map())
