"""In which queries nothing can fail, so that plain columns may stand unmasked."""

from __future__ import annotations

import pytest
from sqlglot import exp, parse_one
from sqlglot.optimizer.qualify import qualify
from sqlglot.schema import MappingSchema

from troth.query.total import cannot_fail

COLUMNS = MappingSchema(
    {
        "p": {"id": "BIGINT", "n": "INTEGER", "big": "UBIGINT", "day": "DATE", "mail": "VARCHAR"},
        "c": {"p_id": "BIGINT", "at": "TIMESTAMP", "rate": "DOUBLE"},
    },
    dialect="duckdb",
    normalize=False,
)
HARMLESS = [
    "select count(*) from p where p.day >= '2014-01-01' and p.day < date '2014-02-01'",
    "select max(id), min(mail) from p where id % 3 = 0 or mail = 'a' or n is null",
    "select id from p where not (n = 1 and (mail is not null or true))",
    "select count(*), sum(n) from p join c on c.p_id = p.id",
    "select max(r) from (select row_number() over (partition by day order by id) as r from p) x",
    "with x as (select n from p where n in (1, 2)) select n from x where n between 1 and 3 limit 4",
]
ABLE_TO_FAIL = [
    "select id from p where 1 / (id - 3) > 0",
    "select id from p where id % 0 = 1",
    "select id from p where id % n = 1",
    "select id from p where mail",
    "select id from p where not mail or n = 1",
    "select id from p where mail is true",
    "select count(*) from p join c on mail and c.p_id = p.id",
    "select id from p where (select mail from p limit 1)",
    "select id from p where mail = 1",
    "select id from p where n = 'a'",
    "select id from p where n = mail",
    "select id from p where day = mail",
    "select id from p where day > 'no day'",
    "select id from p where day > '2014-02-30'",
    "select id from p where cast(mail as int) = 1",
    "select id from p where try_cast(mail as int) = 1",
    "select id from p where id = 1.5",
    "select id from p where id = big",
    "select id from p where id = 99999999999999999999999",
    "select id from p where -id = 3",
    "select id from p where case when mail = 'x' then 1 / n end = 1",
    "select id from p, c where c.at = p.day",
    "select id from p, c where c.rate = p.id",
    "select id from p where id in (select p_id from c where rate / 0 > 1)",
    "select sum(rate) from c",
    "select lower(mail) from p",
    "select id from p order by id + 1",
    "select id from p union select p_id from c",
]


def bound(text: str) -> exp.Query:
    tree = parse_one(text, dialect="duckdb")
    found = qualify(tree, schema=COLUMNS, dialect="duckdb", quote_identifiers=True)
    assert isinstance(found, exp.Query)
    return found


@pytest.mark.parametrize("text", HARMLESS)
def test_what_has_an_answer_for_every_value_cannot_fail(text: str) -> None:
    assert cannot_fail(bound(text), COLUMNS, "duckdb")


@pytest.mark.parametrize("text", ABLE_TO_FAIL)
def test_what_cannot_be_shown_to_be_harmless_counts_as_able_to_fail(text: str) -> None:
    assert not cannot_fail(bound(text), COLUMNS, "duckdb")
