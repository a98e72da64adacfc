"""The ledger becomes a Merkle tree: the chain is verified, its entries become leaves, one more says where it ended.

What was committed to stays as it is. A chain that does not verify is not turned into a tree that would.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "ledger_tree"
down_revision = "0001"
branch_labels = None
depends_on = None

KINDS: dict[str, Any] = {"": sa.String(), "number": sa.BigInteger()}
BEGUN = "ledger.tree-begun"
PAGE = 5_000


class BrokenChain(ValueError):
    """The chain is not what was recorded, so it is left as it is."""


def upgrade() -> None:
    _aside("ledger", "seq", "at", "kind", "commitment", "previous", "head")
    _aside("ledger_events", "seq", "at", "kind", "salt", "payload", "person")
    _drop("ledger_events", "ledger")
    _make("ledger", "seq number, at, kind, commitment, leaf", "seq", index="kind, seq")
    _make(
        "ledger_events",
        "seq number, salt?, payload?, person number?",
        "seq",
        to={"seq": "ledger"},
        index="person, seq",
    )
    _make("ledger_trees", "size number, at, edge", "", keyed=False)
    _make("ledger_nodes", "level number, number number, hash", "level, number")
    _make("checkpoints", "size number, at, note", "size")
    for company in _companies():
        _plant(company)
    op.execute("delete from numbers where name = 'ledger'")
    _drop("ledger_events_before", "ledger_before")


def downgrade() -> None:
    _aside("ledger", "seq", "at", "kind", "commitment")
    _aside("ledger_events", "seq", "salt", "payload", "person")
    _drop("ledger_events", "ledger", "checkpoints", "ledger_nodes", "ledger_trees")
    _make("ledger", "seq number, at, kind, commitment, previous, head", "seq", rowid=True)
    _make(
        "ledger_events",
        "seq number, at, kind, salt?, payload?, person number?",
        "seq",
        to={"seq": "ledger"},
        index="person; kind, at",
        rowid=True,
    )
    for company in _companies():
        _chain(company)
    _drop("ledger_events_before", "ledger_before")


# -- from a chain to a tree ------------------------------------------------------------------------


class _Tree:
    def __init__(self) -> None:
        self.edge: list[bytes] = []
        self.size = 0

    def add(self, leaf: bytes) -> Iterator[tuple[int, int, str]]:
        """One leaf more; the nodes at every eighth level it completes."""
        node, level, place = leaf, 0, self.size
        while place & 1:
            node = sha256(b"\x01" + self.edge.pop() + node).digest()
            level, place = level + 1, place >> 1
            if level % 8 == 0:
                yield level // 8, place, node.hex()
        self.edge.append(node)
        self.size += 1


def _plant(company: str) -> None:
    tree, previous, at = _Tree(), _hex(f"troth ledger of {company}"), ""
    for row in _entries(company):
        seq = tree.size + 1
        chained = _hex(f"{previous}\n{seq}\n{row.at}\n{row.kind}\n{row.commitment}")
        if (row.seq, row.previous, row.head) != (seq, previous, chained):
            raise BrokenChain(
                f"the ledger of {company} is broken at entry {seq}; restore it from a backup, "
                "then bring the store up to date"
            )
        _leaf(company, tree, row.at, row.kind, row.commitment)
        previous, at = row.head, row.at
    _copy(
        "insert into ledger_events (company, seq, salt, payload, person) "
        "select company, seq, salt, payload, person from ledger_events_before "
        "where company = :company",
        company,
    )
    if tree.size:
        _begun(company, tree, previous, at)


def _begun(company: str, tree: _Tree, head: str, at: str) -> None:
    """The entry that says how far the chain had come: who kept its end can still compare it."""
    said = {"entries": tree.size, "head": head}
    payload = json.dumps(said, sort_keys=True, separators=(",", ":"))
    salt, seq = secrets.token_hex(16), tree.size + 1
    _leaf(company, tree, at, BEGUN, _hex(f'{salt}{{"payload":{payload},"person":null}}'))
    _put("ledger_events", company=company, seq=seq, salt=salt, payload=payload, person=None)
    edge = " ".join(part.hex() for part in tree.edge)
    _put("ledger_trees", company=company, size=tree.size, at=at, edge=edge)


def _leaf(company: str, tree: _Tree, at: str, kind: str, commitment: str) -> None:
    seq = tree.size + 1
    said = f"{company}\n{seq}\n{at}\n{kind}\n{commitment}"
    leaf = sha256(b"\x00" + said.encode("utf-8", "surrogatepass")).digest()
    row = {"at": at, "kind": kind, "commitment": commitment}
    _put("ledger", company=company, seq=seq, leaf=leaf.hex(), **row)
    for level, number, node in tree.add(leaf):
        _put("ledger_nodes", company=company, level=level, number=number, hash=node)


def _chain(company: str) -> None:
    previous, seq = _hex(f"troth ledger of {company}"), 0
    for row in _entries(company):
        seq = row.seq
        head = _hex(f"{previous}\n{seq}\n{row.at}\n{row.kind}\n{row.commitment}")
        said = {"at": row.at, "kind": row.kind, "commitment": row.commitment}
        _put("ledger", company=company, seq=seq, previous=previous, head=head, **said)
        previous = head
    _copy(
        "insert into ledger_events (company, seq, at, kind, salt, payload, person) "
        "select e.company, e.seq, l.at, l.kind, e.salt, e.payload, e.person "
        "from ledger_events_before e join ledger l on l.company = e.company and l.seq = e.seq "
        "where e.company = :company",
        company,
    )
    if seq:
        _put("numbers", company=company, name="ledger", last=seq)


def _hex(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


# -- statements ------------------------------------------------------------------------------------


def _companies() -> list[str]:
    listed = op.get_bind().execute(sa.text("select company from companies order by company"))
    return list(listed.scalars())


def _entries(company: str) -> Iterator[Any]:
    after = "select * from ledger_before where company = :company and seq > :last order by seq limit :page"
    last = 0
    while True:
        asked = {"company": company, "last": last, "page": PAGE}
        found = op.get_bind().execute(sa.text(after), asked).all()
        yield from found
        if not found:
            return
        last = found[-1].seq


def _put(table: str, **row: Any) -> None:
    names, values = ", ".join(row), ", ".join(f":{name}" for name in row)
    op.get_bind().execute(sa.text(f"insert into {table} ({names}) values ({values})"), row)


def _copy(statement: str, company: str) -> None:
    op.get_bind().execute(sa.text(statement), {"company": company})


def _aside(table: str, *columns: str) -> None:
    """The rows of a table, kept while it is made anew under its own name."""
    listed = ", ".join(("company", *columns))
    op.execute(f"create table {table}_before as select {listed} from {table}")
    op.execute(f"create index {table}_before_key on {table}_before (company, seq)")


def _drop(*tables: str) -> None:
    for table in tables:
        op.drop_table(table)


def _make(
    name: str,
    columns: str,
    key: str,
    *,
    to: dict[str, str] | None = None,
    index: str = "",
    keyed: bool = True,
    rowid: bool = False,
) -> None:
    """`columns` are `name kind`, with `?` where it may be NULL; company comes first, in keys too."""
    keys = ["company", *(key.split(", ") if key else ())]
    op.create_table(
        name,
        *(_column(column) for column in f"company, {columns}".split(", ")),
        sa.ForeignKeyConstraint(
            ["company"], ["companies.company"], name=op.f(f"fk_{name}_company")
        ),
        *(_reference(name, column, table) for column, table in (to or {}).items()),
        sa.PrimaryKeyConstraint(*keys, name=op.f(f"pk_{name}")),
        sqlite_with_rowid=rowid or not keyed,
    )
    for listed in index.split("; ") if index else ():
        of = listed.split(", ")
        op.create_index(op.f(f"ix_{name}_company_{'_'.join(of)}"), name, ["company", *of])


def _column(text: str) -> sa.Column[Any]:
    name, _, kind = text.removesuffix("?").partition(" ")
    return sa.Column(name, KINDS[kind], nullable=text.endswith("?"), autoincrement=False)


def _reference(name: str, column: str, table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["company", column],
        [f"{table}.company", f"{table}.{column}"],
        name=op.f(f"fk_{name}_company_{column}"),
    )
