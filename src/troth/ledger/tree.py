"""A Merkle tree as RFC 6962 has it: hashes of leaves and nodes, the edge that grows, roots and proofs.

Every hash is 32 bytes. A tree of n leaves is known by its edge: the hashes of the complete subtrees it
falls into, largest first, one for each bit of n.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256

KEPT = 8  # of the nodes above the leaves every eighth level is stored: one node for 256 below it
Edge = tuple[bytes, ...]
Node = tuple[int, int, bytes]  # level above the leaves, number from 0 in its level, hash
Range = Callable[
    [int, int], bytes
]  # the hash over the leaves from the first up to, not with, the last


class ProofError(ValueError):
    """A proof that does not have the shape its tree asks for."""


def leaf_hash(entry: bytes) -> bytes:
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def grown(edge: Edge, size: int, leaves: Iterable[bytes]) -> tuple[Edge, list[Node]]:
    """The edge after more leaves, and the nodes to be stored that they completed."""
    hashes, nodes = list(edge), []
    for number, node in enumerate(leaves, start=size):
        level, place = 0, number
        while place & 1:  # a right child: its subtree is complete
            node = node_hash(hashes.pop(), node)  # noqa: PLW2901
            level, place = level + 1, place >> 1
            if level % KEPT == 0:
                nodes.append((level, place, node))
        hashes.append(node)
    return tuple(hashes), nodes


def root(edge: Edge) -> bytes:
    """The hash that stands for all leaves."""
    if not edge:
        return sha256(b"").digest()
    node = edge[-1]
    for left in reversed(edge[:-1]):
        node = node_hash(left, node)
    return node


def parts(size: int) -> list[tuple[int, int]]:
    """The leaves under each hash of an edge, as (first, how many)."""
    found, first = [], 0
    for level in range(size.bit_length() - 1, -1, -1):
        if size >> level & 1:
            found.append((first, 1 << level))
            first += 1 << level
    return found


def _split(size: int) -> int:
    """How many of several leaves are in the left subtree: the largest power of two below their number."""
    return 1 << ((size - 1).bit_length() - 1)


# -- proofs ----------------------------------------------------------------------------------------


def hash_over(stored: Callable[[int, int, int], Sequence[bytes]]) -> Range:
    """The hash over any range of a tree, from what is stored: `stored(level, first, count)`."""

    def over(first: int, last: int) -> bytes:
        count = last - first
        if count & (count - 1) or first % count:  # no complete subtree
            middle = first + _split(count)
            return node_hash(over(first, middle), over(middle, last))
        level = count.bit_length() - 1
        below = level - level % KEPT
        hashes = list(stored(below, first >> below, count >> below))
        while len(hashes) > 1:
            hashes = [node_hash(*hashes[pair : pair + 2]) for pair in range(0, len(hashes), 2)]
        return hashes[0]

    return over


def inclusion(index: int, first: int, last: int, over: Range) -> list[bytes]:
    """PATH of RFC 6962, 2.1.1: from the leaf's sibling up to the child of the root."""
    if last - first == 1:
        return []
    middle = first + _split(last - first)
    if index < middle:
        return [*inclusion(index, first, middle, over), over(middle, last)]
    return [*inclusion(index, middle, last, over), over(first, middle)]


def consistency(old: int, first: int, last: int, over: Range, whole: bool = True) -> list[bytes]:
    """SUBPROOF of RFC 6962, 2.1.2: that the first `old` leaves are still the first. `whole`: the subtree
    is the older tree, whose root is known already."""
    if old == last:
        return [] if whole else [over(first, last)]
    middle = first + _split(last - first)
    if old <= middle:
        return [*consistency(old, first, middle, over, whole), over(middle, last)]
    return [*consistency(old, middle, last, over, False), over(first, middle)]


def root_by_inclusion(index: int, size: int, leaf: bytes, path: Sequence[bytes]) -> bytes:
    """The root that a leaf and its path come to. Compare it with the one that was signed."""
    if not 0 <= index < size or (size == 1) != (not path):
        raise ProofError("the path is not of this leaf in a tree of this size")
    if size == 1:
        return leaf
    left, sibling, rest = _split(size), path[-1], path[:-1]
    if index < left:
        return node_hash(root_by_inclusion(index, left, leaf, rest), sibling)
    return node_hash(sibling, root_by_inclusion(index - left, size - left, leaf, rest))


def roots_by_consistency(
    old: int, new: int, root: bytes, path: Sequence[bytes], whole: bool = True
) -> tuple[bytes, bytes]:
    """The older and the newer root that a proof comes to, where `root` is the older one."""
    if old == new and len(path) == (0 if whole else 1):
        return (root, root) if whole else (path[0], path[0])
    if not 0 < old < new or not path:
        raise ProofError("the proof is not of trees of these sizes")
    left, sibling, rest = _split(new), path[-1], path[:-1]
    if old <= left:
        older, newer = roots_by_consistency(old, left, root, rest, whole)
        return older, node_hash(newer, sibling)
    older, newer = roots_by_consistency(old - left, new - left, root, rest, False)
    return node_hash(sibling, older), node_hash(sibling, newer)
