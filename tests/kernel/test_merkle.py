"""The tree against the definitions of RFC 9162, written out once more as plain recursion."""

from __future__ import annotations

import hashlib

import pytest

from shudao.kernel import merkle

LEAVES = [merkle.leaf_hash(bytes([number])) for number in range(70)]


def defined_root(leaves: list[bytes]) -> bytes:
    """MTH of RFC 9162 §2.1.1, over leaf hashes."""
    if not leaves:
        return hashlib.sha256().digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return hashlib.sha256(b"\x01" + defined_root(leaves[:split]) + defined_root(leaves[split:])).digest()


def tree_of(count: int) -> merkle.Tree:
    tree = merkle.Tree()
    for leaf in LEAVES[:count]:
        tree.append(leaf)
    return tree


def test_known_roots_of_certificate_transparency() -> None:
    data = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
    hashes = [merkle.leaf_hash(bytes.fromhex(text)) for text in data]
    assert merkle.root_of(hashes).hex() == "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
    assert merkle.root_of(hashes[:3]).hex() == "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"


@pytest.mark.parametrize("size", range(0, 70))
def test_every_root_is_the_defined_one(size: int) -> None:
    assert tree_of(70).root(size) == defined_root(LEAVES[:size])


def test_every_inclusion_proof_holds_and_no_other() -> None:
    tree = tree_of(34)
    for size in range(1, 35):
        root = tree.root(size)
        for index in range(size):
            proof = tree.inclusion(index, size)
            assert merkle.verify_inclusion(LEAVES[index], index, size, proof, root)
            assert not merkle.verify_inclusion(LEAVES[index + 1], index, size, proof, root)
            assert not merkle.verify_inclusion(LEAVES[index], index, size, [*proof, root], root)
            assert not merkle.verify_inclusion(LEAVES[index], (index + 1) % size, size, proof, root) or size == 1


def test_every_consistency_proof_holds_and_no_other() -> None:
    tree, other = tree_of(34), merkle.Tree()
    for leaf in [LEAVES[69], *LEAVES[1:34]]:
        other.append(leaf)
    for size in range(0, 35):
        for old in range(size + 1):
            proof = tree.consistency(old, size)
            assert merkle.verify_consistency(old, tree.root(old), size, tree.root(size), proof)
            if old:
                assert not merkle.verify_consistency(old, other.root(old), size, tree.root(size), proof)
            assert not merkle.verify_consistency(old, tree.root(old), size, tree.root(size), [*proof, tree.root()])


def test_out_of_range_is_refused() -> None:
    tree = tree_of(3)
    for wrong in (lambda: tree.inclusion(3), lambda: tree.consistency(4), lambda: tree.root(4)):
        with pytest.raises(ValueError, match="tree"):
            wrong()
