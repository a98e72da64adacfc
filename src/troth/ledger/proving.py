"""What others may keep or ask for: signed checkpoints, and proofs from the stored nodes of the tree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import bindparam, select

from troth.ledger.entry import LedgerBrokenError
from troth.ledger.note import Checkpoint, Signer, read_checkpoint, written
from troth.ledger.recording import grow_from, keep
from troth.ledger.tree import KEPT, Range, consistency, hash_over, inclusion, root
from troth.store import Session, Straight
from troth.store import tables as t
from troth.store.columns import read_moment, written_moment

PROOF = "c2sp.org/tlog-proof@v1"
_LEAVES = Straight(
    select(t.ledger.c.leaf)
    .where(t.ledger.c.seq > bindparam("first"), t.ledger.c.seq <= bindparam("last"))
    .order_by(t.ledger.c.seq)
)
_NODES = Straight(
    select(t.ledger_nodes.c.hash)
    .where(t.ledger_nodes.c.level == bindparam("level"))
    .where(t.ledger_nodes.c.number >= bindparam("first"))
    .where(t.ledger_nodes.c.number < bindparam("last"))
    .order_by(t.ledger_nodes.c.number)
)


def sign(session: Session, signer: Signer, at: datetime) -> Checkpoint:
    """Sign the tree as it stands; where this size was signed before, what was signed then.

    Nothing is signed that does not continue what was signed last (`LedgerBrokenError`). Whatever is
    recorded afterwards is said to be of this moment or later.
    """
    session.require_writing()
    tree, last = grow_from(session), newest(session)
    if last is not None:
        _must_continue(session, last, tree.size)
        if last.size == tree.size:
            return last
    if tree.size and over(session)(0, tree.size) != root(tree.edge):
        raise _unsigned(session, "is not what was recorded")
    moment = max(written_moment(at), tree.at)
    unsigned = Checkpoint(signer.name, tree.size, root(tree.edge), moment)
    signed = replace(unsigned, note=signer.note(unsigned.text))
    session.put(t.checkpoints, size=signed.size, at=read_moment(moment), note=signed.note)
    keep(session, replace(tree, at=moment))
    return signed


def _must_continue(session: Session, last: Checkpoint, size: int) -> None:
    if last.size > size:
        raise _unsigned(session, f"ends at {size} and was signed up to {last.size}")
    if last.size and over(session)(0, last.size) != last.root:
        raise _unsigned(session, f"is not the one that was signed up to {last.size}")


def _unsigned(session: Session, how: str) -> LedgerBrokenError:
    return LedgerBrokenError(
        f"the ledger of {session.company} {how}, so it is not signed; verify it"
    )


def newest(session: Session) -> Checkpoint | None:
    """The checkpoint signed last."""
    c = t.checkpoints.c
    rows = session.rows(t.checkpoints, order=[c.size.desc()], limit=1)
    return read_checkpoint(rows[0].note) if rows else None


def checkpoints(session: Session, after: int = -1) -> list[Checkpoint]:
    """Every checkpoint that was signed, in order."""
    c = t.checkpoints.c
    rows = session.rows(t.checkpoints, c.size > after, order=[c.size])
    return [read_checkpoint(row.note) for row in rows]


# -- proofs ----------------------------------------------------------------------------------------


def proof(session: Session, seq: int, signed: Checkpoint) -> str:
    """That entry `seq` stands in the ledger of a checkpoint, as C2SP's tlog-proof; it names nobody."""
    if not 0 < seq <= signed.size:
        raise LookupError(f"entry {seq} is not among the {signed.size} of the checkpoint")
    path = inclusion(seq - 1, 0, signed.size, over(session))
    lines = [PROOF, f"index {seq - 1}", *map(written, path), "", signed.note]
    return "\n".join(lines)


def continued(session: Session, old: int, new: int) -> list[bytes]:
    """The proof that the first `old` of `new` entries are still the first."""
    if not 0 < old <= new:
        raise LookupError(f"there is no proof from {old} to {new} entries")
    return consistency(old, 0, new, over(session))


def over(session: Session) -> Range:
    """The hash over any range of the stored tree."""

    def stored(level: int, first: int, count: int) -> Sequence[bytes]:
        asked = {"first": first, "last": first + count}
        if level:
            rows = session.fetch(_NODES, level=level // KEPT, **asked)
        else:
            rows = session.fetch(_LEAVES, **asked)
        if len(rows) != count:
            raise LedgerBrokenError(
                f"the ledger of {session.company} lacks entries between {(first << level) + 1} "
                f"and {first + count << level}; verify it"
            )
        return [bytes.fromhex(hashed) for (hashed,) in rows]

    return hash_over(stored)
