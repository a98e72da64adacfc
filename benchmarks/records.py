"""GDPRbench's records in a table of a company's own, read and written plainly, or with Troth's part in it."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, ClassVar

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import text
from sqlglot import exp

from benchmarks.bases import Base
from tests import postgres
from troth import ledger
from troth.company import Company, open_house
from troth.language.formula import Atom
from troth.language.model import Ask, Stamp
from troth.ledger import Event
from troth.query import predicate
from troth.store import Session

PURPOSES, CATEGORIES, USERS, OBJECTIONS, OTHERS = 25, 10, 10_000, 100, 10
DAYS = [100 * (n + 1) for n in range(CATEGORIES)]  # how long each category is kept
NOW = datetime(2016, 1, 1, 12, tzinfo=UTC)
TODAY = date(2016, 1, 1).toordinal()
OPENS = 400  # days ago the first record was given
BEFORE = 10_000  # entries of the log that there are before: the regulator looks at the last hundred
COLUMNS = (
    "id, purpose, objection, category, given, until_day, usr, decision, acl, shared, source, data"
)
POLICY = """---
policy: bench
company: Bench
in force: 2014-01-01
zone: UTC
contact: a@bench.example
covers: bench.example
changes: told
---

# Privacy {{#p}}

```words
{words}
```

```policy
given: may collect record at form
use: may use record for {purposes}
    unless objection
{keeps}
told: must tell people by email before wider use of earlier data
choice objection "No"
    for each of {purposes}
    by email
```
"""


@dataclass(frozen=True)
class Server:
    """Whose processes work beside ours: none, or PostgreSQL's."""

    server: postgres.Server | None = None

    def cpu(self) -> float:
        return Base("postgres", "", "", self.server).cpu()


@contextmanager
def opened(url: str) -> Iterator[Company]:
    """The company, its ledger in the same database as its records."""
    purposes = [f"purpose-{n}" for n in range(PURPOSES)]
    categories = [f"category-{n}" for n in range(CATEGORIES)]
    words = [f'data {name} "{name}"' for name in categories]
    words += [f'data record "your record" holds {", ".join(categories)}', 'place form "our form"']
    words += ['way email "e-mail"', 'event collection "the day we collected it"']
    words += [f'purpose {name} "{name}"' for name in purposes]
    keeps = (
        f"keep-{n}: may keep category-{n}\n    for {DAYS[n]} days from collection"
        for n in range(CATEGORIES)
    )
    written = POLICY.format(
        words="\n".join(words), purposes=", ".join(purposes), keeps="\n".join(keeps)
    )
    with TemporaryDirectory() as folder:
        file = Path(folder) / "policies" / "bench" / "2014-01-01.md"
        file.parent.mkdir(parents=True)
        file.write_text(written, "utf-8")
        company = open_house(Path(folder) / "policies", url, lambda: NOW, b"k" * 32).company(
            "bench"
        )
        yield company
        company.store.close()


def row_of(key: int) -> tuple[Any, ...]:
    """The record of a key: every value is that of its place in the list of values."""
    given = TODAY - OPENS + key % OPENS
    category = key % CATEGORIES
    return (
        *(key, key % PURPOSES, key % OBJECTIONS, category, given, given + DAYS[category]),
        *(key % USERS, key % 2, key % OTHERS, key % OTHERS, key % OTHERS, f"{key:0100}"),
    )


class Table:
    """A table of records, and how an operation is done on it."""

    def __init__(self, company: Company, name: str) -> None:
        self.company = company
        self.name = name
        self.place = "?" if company.store.kind == "sqlite" else "%s"
        self._doing: dict[str, Callable[[Any, int], Any]] = {
            "insert": lambda cursor, key: self.insert(cursor, [row_of(key)]),
            "read-by-key": self.read_by_key,
            "read-by-purpose": self.read_by_purpose,
            "read-by-user": self.read_by_user,
            "read-metadata-by-user": self.read_metadata,
            "update-by-key": lambda c, key: self._run(
                c, f"update {name} set data = @ where id = @", self.sealed(key, f"{key:0>100}"), key
            ),
            "update-by-purpose": lambda c, p: self._run(
                c, f"update {name} set shared = 1 - shared where purpose = @", p
            ),
            "update-by-user": lambda c, key: self._run(
                c, f"update {name} set source = 1 - source where usr = @", key % USERS
            ),
            "delete-by-key": lambda c, key: self._run(c, f"delete from {name} where id = @", key),
            "verify-deletion": lambda c, key: self._rows(
                c, f"select 1 from {name} where id = @", key
            ),
            "get-logs": self.get_logs,
        }

    # -- one operation -----------------------------------------------------------------------

    def group(self, asked: Sequence[tuple[str, int]]) -> list[Any]:
        """Operations in one transaction, on the disk when it ends."""
        with self.company.writing() as session:
            cursor = session.connection.connection.cursor()
            found = [self._doing[name](cursor, about) for name, about in asked]
            self.entered(session, asked)
            return found

    def entered(self, session: Session, asked: Sequence[tuple[str, int]]) -> None:
        """What is put on record of a group."""

    def read_by_key(self, cursor: Any, key: int) -> Any:
        return self._rows(cursor, f"select {COLUMNS} from {self.name} where id = @", key)

    def read_by_purpose(self, cursor: Any, purpose: int) -> Any:
        return self._rows(cursor, f"select {COLUMNS} from {self.name} where purpose = @", purpose)

    def read_by_user(self, cursor: Any, key: int) -> Any:
        return self._rows(cursor, f"select {COLUMNS} from {self.name} where usr = @", key % USERS)

    def read_metadata(self, cursor: Any, key: int) -> Any:
        """Without the data: what is held about somebody, and under what, is told whoever it is."""
        columns = COLUMNS.removesuffix(", data")
        cursor.execute(
            self._written(f"select {columns} from {self.name} where usr = @"), (key % USERS,)
        )
        return cursor.fetchall()

    def get_logs(self, cursor: Any, _: int) -> Any:
        """The last entries of a log that is there: without one there is nothing to compare with."""
        cursor.execute("select seq, at, kind, leaf from plain_log order by seq desc limit 100")
        return cursor.fetchall()

    def insert(self, cursor: Any, rows: list[tuple[Any, ...]]) -> None:
        places = ", ".join([self.place] * 12)
        ready = [(*row[:-1], self.sealed(row[0], row[-1])) for row in rows]
        cursor.executemany(f"insert into {self.name} values ({places})", ready)

    def _rows(self, cursor: Any, statement: str, about: int) -> list[Any]:
        cursor.execute(self._written(statement), (about,))
        return list(cursor.fetchall())

    def _run(self, cursor: Any, statement: str, *values: Any) -> int:
        cursor.execute(self._written(statement), values)
        return int(cursor.rowcount)

    def _written(self, statement: str) -> str:
        return statement.replace("@", self.place)

    def sealed(self, key: int, data: str) -> Any:  # noqa: ARG002
        """The data as it is kept."""
        return data

    def rows(self) -> list[Any]:
        """Everything in the table, in the order of its keys."""
        with self.company.reading() as session:
            cursor = session.connection.connection.cursor()
            cursor.execute(f"select {COLUMNS} from {self.name} order by id")
            return self.shown(list(cursor.fetchall()))

    def shown(self, rows: list[Any]) -> list[Any]:
        """The rows as they were given."""
        return [tuple(row) for row in rows]


class Plain(Table):
    """Nothing but the table."""


class Audited(Plain):
    """With a row of the log for each operation, as one would write it without us: anybody may change it afterwards."""

    def __init__(self, company: Company, name: str) -> None:
        super().__init__(company, name)
        self._seq = BEFORE

    def entered(self, session: Session, asked: Sequence[tuple[str, int]]) -> None:
        moment = NOW.isoformat()
        said = (
            (moment, "operation", json.dumps({"operation": name, "about": about}))
            for name, about in asked
        )
        rows = [(self._seq + n, *row) for n, row in enumerate(said)]
        self._seq += len(rows)
        cursor = session.connection.connection.cursor()
        cursor.executemany(self._written("insert into plain_log values (@, @, @, @)"), rows)


class Bound(Table):
    """With the policy: its residual for each purpose and category, as a predicate and as a decision."""

    def __init__(self, company: Company, name: str) -> None:
        super().__init__(company, name)
        stamp = Stamp(("bench/2014-01-01",), "form")
        decider = company.gate.decider
        self.residuals = [
            [
                decider.residual(Ask("use", f"category-{c}", f"purpose-{p}"), stamp, NOW.date())
                for c in range(CATEGORIES)
            ]
            for p in range(PURPOSES)
        ]
        dialect = "sqlite" if company.store.kind == "sqlite" else "postgres"
        whole = self.residuals[0][0].ruling.whole
        self.predicate = predicate(whole, _column).sql(dialect=dialect)
        self._payloads: dict[tuple[str, int | None], dict[str, Any]] = {}

    def read_by_key(self, cursor: Any, key: int) -> Any:
        (row,) = super().read_by_key(cursor, key) or (None,)
        if row is None:
            return []
        residual = self.residuals[row[1]][row[3]]
        bits = residual.bits(
            lambda atom: row[5] >= TODAY if atom.kind == "kept" else row[2] == row[1]
        )
        return [row] if residual(bits).allowed else []

    def read_by_purpose(self, cursor: Any, purpose: int) -> Any:
        statement = f"select {COLUMNS} from {self.name} where purpose = @ and {self.predicate}"
        return self._rows(cursor, statement, purpose)

    def read_by_user(self, cursor: Any, key: int) -> Any:
        statement = f"select {COLUMNS} from {self.name} where usr = @ and {self.predicate}"
        return self._rows(cursor, statement, key % USERS)

    def entered(self, session: Session, asked: Sequence[tuple[str, int]]) -> None:
        events = [
            Event(
                "operation",
                self._payload(name, about if name.endswith("by-purpose") else None),
                None if name.endswith(("by-purpose", "logs")) else about % USERS + 1,
            )
            for name, about in asked
        ]
        ledger.record_all(session, events, at=NOW)

    def _payload(self, name: str, purpose: int | None) -> dict[str, Any]:
        key = name, purpose
        if key not in self._payloads:
            self._payloads[key] = {"operation": name} | (
                {"purpose": purpose} if purpose is not None else {}
            )
        return self._payloads[key]

    def get_logs(self, cursor: Any, _: int) -> Any:
        cursor.execute(
            "select seq, at, kind, leaf from ledger where company = 'bench' order by seq desc limit 100"
        )
        return cursor.fetchall()


def _column(atom: Atom) -> exp.Expression:
    """Where each atom stands in the table: the day until when it is kept, and what is objected to."""
    if atom.kind == "kept":
        return exp.column("until_day") >= exp.Literal.number(TODAY)
    return exp.column("objection").eq(exp.column("purpose"))


class Encrypted(Bound):
    """The data besides encrypted, under a key for each user: by this benchmark, Troth leaves the table's values alone."""

    keys: ClassVar = [AESGCM(os.urandom(16)) for _ in range(64)]

    def sealed(self, key: int, data: str) -> Any:
        nonce = os.urandom(12)
        return nonce + self.keys[key % USERS % 64].encrypt(nonce, data.encode(), None)

    def shown(self, rows: list[Any]) -> list[Any]:
        return [
            (*row[:-1], self.keys[row[6] % 64].decrypt(row[-1][:12], row[-1][12:], None).decode())
            for row in rows
        ]

    def _rows(self, cursor: Any, statement: str, about: int) -> list[Any]:
        found = super()._rows(cursor, statement, about)
        return self.shown(found) if found and len(found[0]) > 1 else found


def filled(table: Table, records: int) -> Table:
    """The table with its records, its indexes, and the log that a plain store would have."""
    kind = "blob" if isinstance(table, Encrypted) else "text"
    kind = "bytea" if kind == "blob" and table.company.store.kind == "postgresql" else kind
    whole = ", ".join(f"{name} integer" for name in COLUMNS.split(", ")[1:-1])
    with table.company.store.transaction(writes=True) as connection:
        connection.execute(
            text(f"create table {table.name} (id bigint primary key, {whole}, data {kind})")
        )
        for column in ("purpose", "usr"):
            connection.execute(
                text(f"create index {table.name}_{column} on {table.name} ({column})")
            )
        connection.execute(
            text(
                "create table if not exists plain_log (seq integer primary key, at text, kind text, leaf text)"
            )
        )
    with table.company.writing() as session:
        cursor = session.connection.connection.cursor()
        table.insert(cursor, [row_of(key) for key in range(records)])
        if type(table) is Plain:
            rows = [(n, NOW.isoformat(), "operation", f"{n:064}") for n in range(BEFORE)]
            cursor.executemany(table._written("insert into plain_log values (@, @, @, @)"), rows)
        elif type(table) is Bound:
            ledger.record_all(
                session, [Event("operation", {"operation": "begun"})] * BEFORE, at=NOW
            )
    with table.company.store.transaction(writes=True) as connection:
        connection.execute(text("analyze"))
    return table
