"""Views compiled for a warehouse: what is printed can be read, says whether it was run, and what cannot be compiled is told."""

from __future__ import annotations

import pytest
import sqlglot

from tests.sql.shop import POLICIES, the_map
from troth.company import open_house
from troth.estate import Map, read_map
from troth.sql.compiled import DIALECTS

MAP = """
map: warehouse
company: shop
tables:
  contacts:
    people: person is number
    given: {at: at, place: web-form}
    key: id
    columns: {id: plain, person: plain, email: email, phone: phone, at: plain}
  orders:
    people: contact to contacts.id
    given: {like: contact}
    row: purchase
    key: id
    columns: {id: plain, contact: plain, item: purchase}
"""


def the_warehouse(text: str = MAP) -> Map:
    found, problems = read_map(text, "warehouse.yaml")
    assert found is not None, problems
    return found


@pytest.mark.parametrize("dialect", DIALECTS)
def test_what_is_printed_can_be_read_and_says_whether_it_was_run(dialect: str) -> None:
    shop = open_house(POLICIES, "sqlite://", key=b"k" * 32).company("shop")
    printed = list(shop.compiled(dialect, ["news", "support with partner"], map=the_warehouse()))
    said = "on which `make spark` runs such views" if dialect == "spark" else "compiled, not run"
    assert said in printed[0]
    made = [one for one in sqlglot.parse("\n".join(printed), dialect=dialect) if one]
    assert [one.key for one in made if one.key != "set"] == ["create"] * 4
    assert "holds until" in "\n".join(printed)


def test_what_cannot_be_compiled_is_told() -> None:
    shop = open_house(POLICIES, "sqlite://", key=b"k" * 32).company("shop")
    with pytest.raises(ValueError, match="keep the store's number"):
        list(shop.compiled("spark", ["news"], map=the_map()))
    with pytest.raises(ValueError, match="say `key: COLUMN`"):
        list(shop.compiled("spark", ["news"], map=the_warehouse(MAP.replace("    key: id\n", ""))))
    with pytest.raises(ValueError, match="there are spark"):
        list(shop.compiled("oracle", ["news"], map=the_warehouse()))
