"""The tree is RFC 6962's: roots, paths and proofs against its definitions, written out as they stand there."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from troth.ledger.tree import (
    KEPT,
    Edge,
    Node,
    ProofError,
    consistency,
    grown,
    hash_over,
    inclusion,
    leaf_hash,
    parts,
    root,
    root_by_inclusion,
    roots_by_consistency,
)

ENTRIES = [bytes.fromhex(entry) for entry in (
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
)]  # fmt: skip
ROOTS = {
    0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}


def mth(leaves: list[bytes]) -> bytes:
    """MTH of RFC 6962, 2.1, over hashes of leaves."""
    if len(leaves) < 2:
        return leaves[0] if leaves else sha256(b"").digest()
    left = 1
    while left * 2 < len(leaves):
        left *= 2
    return sha256(b"\x01" + mth(leaves[:left]) + mth(leaves[left:])).digest()


class Grown:
    """A tree grown in pieces, and what it stored of itself."""

    def __init__(self, pieces: list[int]) -> None:
        self.leaves: list[bytes] = []
        self.edge: Edge = ()
        self.nodes: dict[tuple[int, int], bytes] = {}
        for piece in pieces:
            new = [leaf_hash(b"%d" % (len(self.leaves) + n)) for n in range(piece)]
            self.edge, nodes = grown(self.edge, len(self.leaves), new)
            self.leaves += new
            self.keep(nodes)

    def keep(self, nodes: list[Node]) -> None:
        assert not self.nodes.keys() & {(level, number) for level, number, _ in nodes}
        self.nodes |= {(level, number): node for level, number, node in nodes}

    def stored(self, level: int, first: int, count: int) -> list[bytes]:
        assert level % KEPT == 0 and count < 2**KEPT
        if level == 0:
            return self.leaves[first : first + count]
        return [self.nodes[level, number] for number in range(first, first + count)]


@pytest.mark.parametrize("size", ROOTS)
def test_known_roots(size: int) -> None:
    edge, _ = grown((), 0, [leaf_hash(entry) for entry in ENTRIES[:size]])
    assert root(edge).hex() == ROOTS[size]


@given(st.lists(st.integers(0, 90), max_size=6))
def test_a_tree_grown_in_pieces_is_the_tree_of_all(pieces: list[int]) -> None:
    tree = Grown(pieces)
    assert root(tree.edge) == mth(tree.leaves)
    assert [mth(tree.leaves[first : first + n]) for first, n in parts(len(tree.leaves))] == list(
        tree.edge
    )


@given(st.integers(1, 700), st.data())
def test_every_leaf_is_proved_and_no_other(size: int, data: st.DataObject) -> None:
    tree = Grown([size])
    index = data.draw(st.integers(0, size - 1))
    path = inclusion(index, 0, size, hash_over(tree.stored))
    assert root_by_inclusion(index, size, tree.leaves[index], path) == root(tree.edge)
    assert root_by_inclusion(index, size, leaf_hash(b"other"), path) != root(tree.edge)
    with pytest.raises(ProofError):
        root_by_inclusion(index, size, tree.leaves[index], [*path, path[0] if path else b""])
    with pytest.raises(ProofError):
        root_by_inclusion(size, size, tree.leaves[index], path)


@given(st.integers(1, 700), st.data())
def test_every_older_tree_is_proved(new: int, data: st.DataObject) -> None:
    tree = Grown([new])
    old = data.draw(st.integers(1, new))
    proof = consistency(old, 0, new, hash_over(tree.stored))
    before = mth(tree.leaves[:old])
    assert roots_by_consistency(old, new, before, proof) == (before, root(tree.edge))
    if old < new:
        other = mth([leaf_hash(b"other"), *tree.leaves[1:old]])
        assert roots_by_consistency(old, new, other, proof) != (other, root(tree.edge))
        with pytest.raises(ProofError):
            roots_by_consistency(old, new, before, proof[:-1])


def test_large_trees_are_proved_from_the_stored_nodes_alone() -> None:
    tree = Grown([70_000])
    assert {level for level, _ in tree.nodes} == {8, 16}
    over = hash_over(tree.stored)
    assert over(0, 70_000) == root(tree.edge)
    path = inclusion(65_535, 0, 70_000, over)
    assert root_by_inclusion(65_535, 70_000, tree.leaves[65_535], path) == root(tree.edge)
