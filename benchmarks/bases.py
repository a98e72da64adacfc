"""The databases of the SQL benchmark: a company whose people and calls stand in DuckDB, SQLite or PostgreSQL."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import psycopg

from tests import postgres
from troth.company import Company, open_house
from troth.estate import Map, read_map
from troth.people import choices
from troth.people.people import add_person
from troth.store import tables as t

NOW = datetime(2016, 6, 1, 12, tzinfo=UTC)
PURPOSE = "support"
POLICY = """---
policy: bench
company: Bench
in force: {day}
zone: Europe/Zurich
contact: a@bench.example
covers: bench.example
changes: told
---

# Privacy {{#p}}

{words}```policy
form: may collect contact at web-form
use: may use contact for {purposes}
    unless no-use
told: must tell people by email before wider use of earlier data
choice no-use "No"
    by email
```
"""
MAP = """
map: bench
company: bench
tables:
  people:
    people: person is number
    given: {at: day, place: web-form}
    columns: {id: plain, person: plain, email: email, phone: phone, day: plain}
  calls:
    people: person_id to people.id
    given: {at: day, place: web-form}
    columns: {id: plain, person_id: plain, number: phone, seconds: plain, day: plain}
"""
# the same filter as one writes it by hand over the permits in the rows
PEOPLE = "(select id, person, day, case when (t.troth_email & 1) <> 0 then email end as email, case when (t.troth_phone & 1) <> 0 then phone end as phone from people t where ((t.troth_email | t.troth_phone) & 1) <> 0)"
CALLS = "(select id, person_id, seconds, day, case when (t.troth_phone & 1) <> 0 then number end as number from calls t where (t.troth_phone & 1) <> 0)"
TABLES = (
    "create table people (id integer primary key, person integer, email text, phone text, day text)",
    "create table calls (id integer primary key, person_id integer, number text, seconds integer, day text)",
)
DAYS = {
    "duckdb": "cast(date '2006-01-01' + cast(i % 3600 as integer) as varchar)",
    "sqlite": "date('2006-01-01', '+' || (i % 3600) || ' days')",
    "postgres": "(date '2006-01-01' + cast(i % 3600 as integer))::text",
}
SERIES = {
    "duckdb": "from range(1, {} + 1) n(i)",
    "sqlite": "from (with recursive n(i) as (select 1 union all select i + 1 from n where i < {}) select i from n)",
    "postgres": "from generate_series(1, {}) n(i)",
}


@dataclass(frozen=True)
class Size:
    people: int
    known: int  # who ever said anything
    purposes: int = 5
    versions: int = 2

    @property
    def calls(self) -> int:
        return self.people // 2


@dataclass(frozen=True)
class Base:
    """One database. `cpu` is what its own processes have spent, where it has any."""

    kind: str
    url: str
    path: str
    server: postgres.Server | None = None

    def connect(self) -> Any:
        """A connection as one opens it without us."""
        if self.kind == "duckdb":  # as often as one likes, if it is read alone
            return duckdb.connect(self.path, read_only=True)
        if self.kind == "sqlite":
            return sqlite3.connect(self.path)
        return psycopg.connect(self.url, autocommit=True)

    def secured(self) -> Any:
        """A connection of somebody whom the row security holds, for the purpose."""
        opened = self.connect()
        opened.execute("set role asker")
        opened.execute(f"set app.purpose = '{PURPOSE}'")
        return opened

    def cpu(self) -> float:
        """Seconds of the processor that the server's processes have had."""
        if self.server is None:
            return 0.0
        spent = 0
        parent = f"\nPPid:\t{self.server.process.pid}\n"
        for process in Path("/proc").glob("[0-9]*"):
            try:
                if parent in (process / "status").read_text("ascii", "ignore"):
                    spent += int((process / "schedstat").read_text("ascii").split()[0])
            except OSError:  # it has ended meanwhile
                continue
        return spent / 1e9

    def fill(self, size: Size) -> None:
        """The people and their calls."""
        day, known = DAYS[self.kind], f"1 + i % {size.known}"
        people = f"select i, {known}, 'p' || i || '@example.com', '+1 555 ' || i, {day}"
        calls = f"select i, 1 + (i * 7) % {size.people}, '+1 555 ' || i, i % 600, {day}"
        self._run(
            *TABLES,
            f"insert into people {people} {SERIES[self.kind].format(size.people)}",
            f"insert into calls {calls} {SERIES[self.kind].format(size.calls)}",
        )

    def settle(self) -> None:
        """As a database is in the morning: what was written over is gone, what is there is counted."""
        if self.kind == "postgres":
            self._run("vacuum full analyze people", "vacuum full analyze calls")
        elif self.kind == "sqlite":
            self._run("vacuum", "analyze")

    def _run(self, *statements: str) -> None:
        opened: Any = duckdb.connect(self.path) if self.kind == "duckdb" else self.connect()
        with closing(opened):
            if self.kind == "sqlite":
                opened.isolation_level = None
            for statement in statements:
                opened.execute(statement)


@contextmanager
def bases(kind: str, folder: Path) -> Iterator[Base]:
    """A database of the kind, empty."""
    if kind != "postgres":
        path = f"{folder}/bench.{kind}"
        yield Base(kind, f"{kind}:///{path}", path)
        return
    with postgres.running("shared_buffers=512MB", "work_mem=64MB", *postgres.FAST) as server:
        yield Base(kind, server.database(), "", server)


# -- the company -------------------------------------------------------------------------------------


def company(folder: Path, size: Size) -> tuple[Company, Map]:
    """Its policy and its store: of those who ever said anything every second one refused."""
    named = [PURPOSE, *(f"purpose-{n}" for n in range(1, size.purposes))]
    words = ['data email "your e-mail"', 'data phone "your telephone"']
    words += ['data contact "your contact" holds email, phone', 'place web-form "our form"']
    words += ['way email "e-mail"', *(f'purpose {name} "{name}" basic' for name in named)]
    for number in range(size.versions):
        file = folder / "policies" / "bench" / f"{2005 + number}-01-01.md"
        file.parent.mkdir(parents=True, exist_ok=True)
        box = f"```words\n{chr(10).join(words)}\n```\n\n" if number == 0 else ""
        day = f"{2005 + number}-01-01"
        file.write_text(POLICY.format(day=day, words=box, purposes=", ".join(named)), "utf-8")
    store = f"sqlite:///{folder}/troth.db"
    shop = open_house(folder / "policies", store, lambda: NOW, b"k" * 32).company("bench")
    choice = shop.policy.versions[-1].choices[0]
    with shop.writing() as session:
        for number in range(size.known):
            person = add_person(session, shop.key, NOW - timedelta(days=900))
            if number % 2:
                at = NOW - timedelta(days=300)
                choices.say(session, person, choice, (), True, at, "email", "person")
    found, problems = read_map(MAP)
    assert found is not None, problems
    return shop, found


def secure(base: Base, shop: Company) -> None:
    """Row security as one writes it: the choices in a table, and for each clause of each version and each
    purpose a policy that looks whether she said no."""
    assert base.server is not None
    with shop.reading() as session, closing(base.connect()) as opened:
        refused = {row.person for row in session.rows(t.choices, choice="no-use")}
        opened.execute("create table said_no (person integer primary key)")
        with opened.cursor().copy("copy said_no (person) from stdin") as copy:
            for person in refused:
                copy.write_row((person,))
        opened.execute("analyze said_no")
        version = shop.policy.versions[-1]
        purposes = [p for c in version.clauses if c.name.endswith(".use") for p in c.purposes]
        for table in ("people", "calls"):
            opened.execute(f"alter table {table} enable row level security")
            who = (
                "t.person"
                if table == "people"
                else "(select p.person from people p where p.id = t.person_id)"
            )
            for number, purpose in enumerate(purposes):
                test = (
                    f"current_setting('app.purpose') = '{purpose}' and not exists"
                    f" (select 1 from said_no s where s.person = {who.replace('t.', table + '.')})"
                )
                opened.execute(f"create policy use_{number} on {table} for select using ({test})")
        opened.execute("create role asker")
        opened.execute("grant select on people, calls, said_no to asker")
