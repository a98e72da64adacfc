"""The tables of TPC-H, a small company's worth of rows made from a seed, their map, and what its people said.

The benchmark's own generator is not needed: what its 22 queries look for is among the values that rows are made of.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from troth.company import Company, open_house
from troth.estate import Map, read_map
from troth.people import choices
from troth.people.people import add_person

POLICIES = Path(__file__).parent / "traded"
NOW = datetime(1999, 1, 4, 12, tzinfo=UTC)
CUSTOMERS, ORDERS, PARTS, SUPPLIERS = 60, 350, 80, 20
REFUSED = {number for number in range(1, CUSTOMERS + 1) if number % 5 == 0}
AGREED = {number for number in range(1, CUSTOMERS + 1) if number % 3 == 0}
Rows = dict[str, list[tuple[Any, ...]]]

DDL = """
create table region (r_regionkey integer primary key, r_name varchar(25), r_comment varchar(152));
create table nation (n_nationkey integer primary key, n_name varchar(25), n_regionkey integer, n_comment varchar(152));
create table supplier (s_suppkey integer primary key, s_name varchar(25), s_address varchar(40), s_nationkey integer,
    s_phone varchar(15), s_acctbal decimal(15, 2), s_comment varchar(101));
create table part (p_partkey integer primary key, p_name varchar(55), p_mfgr varchar(25), p_brand varchar(10),
    p_type varchar(25), p_size integer, p_container varchar(10), p_retailprice decimal(15, 2), p_comment varchar(23));
create table partsupp (ps_partkey integer, ps_suppkey integer, ps_availqty integer, ps_supplycost decimal(15, 2),
    ps_comment varchar(199), primary key (ps_partkey, ps_suppkey));
create table customer (c_custkey integer primary key, c_name varchar(25), c_address varchar(40), c_nationkey integer,
    c_phone varchar(15), c_acctbal decimal(15, 2), c_mktsegment varchar(10), c_comment varchar(117));
create table orders (o_orderkey integer primary key, o_custkey integer, o_orderstatus varchar(1),
    o_totalprice decimal(15, 2), o_orderdate date, o_orderpriority varchar(15), o_clerk varchar(15),
    o_shippriority integer, o_comment varchar(79));
create table lineitem (l_orderkey integer, l_partkey integer, l_suppkey integer, l_linenumber integer,
    l_quantity decimal(15, 2), l_extendedprice decimal(15, 2), l_discount decimal(15, 2), l_tax decimal(15, 2),
    l_returnflag varchar(1), l_linestatus varchar(1), l_shipdate date, l_commitdate date, l_receiptdate date,
    l_shipinstruct varchar(25), l_shipmode varchar(10), l_comment varchar(44), primary key (l_orderkey, l_linenumber))
"""
MAP = """
map: tpch
company: trade
tables:
  region: plain
  nation: {columns: {n_nationkey: plain, n_name: plain, n_regionkey: plain, n_comment: plain}}
  supplier:
    columns: {s_suppkey: plain, s_name: plain, s_address: plain, s_nationkey: plain, s_phone: plain, s_acctbal: plain, s_comment: plain}
  part:
    columns: {p_partkey: plain, p_name: plain, p_mfgr: plain, p_brand: plain, p_type: plain, p_size: plain, p_container: plain, p_retailprice: plain, p_comment: plain}
  partsupp: plain
  customer:
    people: c_custkey is number
    given: {at: 1993-01-01, place: trade-form}
    columns: {c_custkey: plain, c_name: name, c_address: address, c_nationkey: plain, c_phone: phone, c_acctbal: account, c_mktsegment: plain, c_comment: account}
  orders:
    people: o_custkey to customer.c_custkey
    given: {at: o_orderdate, place: trade-form}
    row: purchase
    columns: {o_orderkey: plain, o_custkey: plain, o_orderstatus: plain, o_totalprice: purchase, o_orderdate: plain, o_orderpriority: plain, o_clerk: plain, o_shippriority: plain, o_comment: purchase}
  lineitem:
    people: l_orderkey to orders.o_orderkey
    given: {like: l_orderkey}
    row: purchase
    columns: {l_orderkey: plain, l_partkey: plain, l_suppkey: plain, l_linenumber: plain, l_quantity: purchase, l_extendedprice: purchase, l_discount: purchase, l_tax: purchase, l_returnflag: plain, l_linestatus: plain, l_shipdate: plain, l_commitdate: plain, l_receiptdate: plain, l_shipinstruct: plain, l_shipmode: plain, l_comment: purchase}
"""
REGIONS = ("AFRICA", "AMERICA", "ASIA", "EUROPE", "MIDDLE EAST")
NATIONS = (
    ("BRAZIL", 1), ("CANADA", 1), ("FRANCE", 3), ("GERMANY", 3), ("INDIA", 2), ("JAPAN", 2),
    ("KENYA", 0), ("SAUDI ARABIA", 4),
)  # fmt: skip


def the_map() -> Map:
    found, problems = read_map(MAP, "tpch.yaml")
    assert found is not None, problems
    return found


def queries(file: str) -> dict[str, str]:
    """The queries of a file by name."""
    text = (Path(__file__).parent / file).read_text("utf-8")
    found: dict[str, str] = {}
    name = ""
    for line in text.splitlines():
        if line.startswith("-- ") and line[3:].isalnum():
            name = line[3:]
        elif name:
            found[name] = f"{found.get(name, '')}{line}\n"
    return found


def rows(seed: int = 1) -> Rows:
    """All tables, the same for a seed."""
    by = Random(seed)
    nations = [(n, name, region, "") for n, (name, region) in enumerate(NATIONS)]
    found: Rows = {"region": [(n, name, "") for n, name in enumerate(REGIONS)], "nation": nations}
    found["supplier"] = [_supplier(by, n) for n in range(1, SUPPLIERS + 1)]
    found["part"] = [_part(by, n) for n in range(1, PARTS + 1)]
    found["partsupp"] = [
        (part, supplier, by.randint(1, 9999), _money(by, 1, 1000), "")
        for part in range(1, PARTS + 1)
        for supplier in by.sample(range(1, SUPPLIERS + 1), 4)
    ]
    found["customer"] = [_customer(by, n) for n in range(1, CUSTOMERS + 1)]
    found["orders"], found["lineitem"] = [], []
    offered: dict[int, list[int]] = {}
    for part, supplier, *_ in found["partsupp"]:
        offered.setdefault(part, []).append(supplier)
    for number in range(1, ORDERS + 1):
        order, lines = _order(by, number, offered)
        found["orders"].append(order)
        found["lineitem"] += lines
    return found


def seen(rows: Rows) -> Rows:
    """What may be seen for `analysis`, filtered by hand: who refused is out, her orders with her; a name
    and a telephone stay of those alone who agreed."""
    named = AGREED - REFUSED
    customers = [
        (
            key,
            name if key in named else None,
            address,
            nation,
            phone if key in named else None,
            *rest,
        )
        for key, name, address, nation, phone, *rest in rows["customer"]
        if key not in REFUSED
    ]
    orders = [order for order in rows["orders"] if order[1] not in REFUSED]
    kept = {order[0] for order in orders}
    lines = [line for line in rows["lineitem"] if line[0] in kept]
    return {**rows, "customer": customers, "orders": orders, "lineitem": lines}


def company() -> Company:
    """The trade with its people, who are its customers by number, and what they said."""
    trade = open_house(POLICIES, "sqlite://", lambda: NOW, b"k" * 32).company("trade")
    early = datetime(1993, 1, 1, tzinfo=UTC)
    with trade.writing() as session:
        for number in range(1, CUSTOMERS + 1):
            assert add_person(session, trade.key, early) == number
        named = {c.name: c for version in trade.policy.versions for c in version.choices}
        for choice, people in (("no-analysis", REFUSED), ("yes-analysis", AGREED)):
            for number in sorted(people):
                at = datetime(1998, 1, 1, tzinfo=UTC)
                choices.say(session, number, named[choice], (), True, at, "email", "person")
    return trade


# -- rows --------------------------------------------------------------------------------------------


def _money(by: Random, least: int, most: int) -> float:
    return round(by.uniform(least, most), 2)


def _phone(by: Random) -> str:
    code = by.choice((13, 31, 23, 29, 10, 12))
    return f"{code}-{by.randint(100, 999)}-{by.randint(100, 999)}-{by.randint(1000, 9999)}"


def _supplier(by: Random, n: int) -> tuple[Any, ...]:
    comment = by.choice(("", "quick", "the Customer had Complaints"))
    nation = by.randrange(len(NATIONS))
    return n, f"Supplier#{n:09}", f"street {n}", nation, _phone(by), _money(by, -999, 9999), comment


def _part(by: Random, n: int) -> tuple[Any, ...]:
    name = f"{by.choice(('forest', 'green', 'red', 'lace'))} {by.choice(('green', 'blue', 'snow'))}"
    kind = by.choice(
        ("LARGE BRASS", "ECONOMY ANODIZED STEEL", "PROMO PLATED TIN", "MEDIUM POLISHED TIN")
    )
    container = by.choice(("SM CASE", "SM BOX", "MED BOX", "MED BAG", "LG BOX", "LG CASE"))
    brand = by.choice(("Brand#12", "Brand#23", "Brand#34", "Brand#45"))
    size = by.choice((1, 3, 4, 5, 9, 14, 15, 15, 49))
    return n, name, "Manufacturer#1", brand, kind, size, container, _money(by, 900, 2000), ""


def _customer(by: Random, n: int) -> tuple[Any, ...]:
    nation, segment = by.randrange(len(NATIONS)), by.choice(("BUILDING", "AUTOMOBILE", "MACHINERY"))
    return (
        n,
        f"Customer#{n:09}",
        f"road {n}",
        nation,
        _phone(by),
        _money(by, -999, 9999),
        segment,
        f"c{n}",
    )


def _order(
    by: Random, number: int, offered: dict[int, list[int]]
) -> tuple[tuple[Any, ...], list[tuple[Any, ...]]]:
    day = date(1992, 1, 1) + timedelta(days=by.randrange(2400))
    lines = []
    for line in range(1, by.randint(2, 8)):
        part = by.choice(list(offered))
        shipped = day + timedelta(days=by.randint(1, 121))
        quantity = by.choice((1, 2, 5, 12, 15, 22, 25, 48, 50, 50, 50))
        lines.append((
            number, part, by.choice(offered[part]), line, float(quantity), _money(by, 900, 90000),
            by.randint(0, 10) / 100, by.randint(0, 8) / 100, by.choice("RAN"), by.choice("OF"), shipped,
            day + timedelta(days=by.randint(30, 90)), shipped + timedelta(days=by.randint(1, 30)),
            by.choice(("DELIVER IN PERSON", "NONE")), by.choice(("AIR", "AIR REG", "MAIL", "SHIP")), "",
        ))  # fmt: skip
    customer = by.choice([n for n in range(1, CUSTOMERS + 1) if n % 4])  # a fourth never orders
    comment = by.choice(("", "special requests", "the special and its requests"))
    priority = by.choice(("1-URGENT", "2-HIGH", "3-MEDIUM"))
    total = round(sum(line[5] for line in lines), 2)
    return (number, customer, by.choice("OFP"), total, day, priority, "Clerk#1", 0, comment), lines
