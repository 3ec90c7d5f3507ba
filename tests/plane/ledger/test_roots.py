"""Roots by blocks are the tree's, wherever a size falls; work shared by processes comes back in order."""

from __future__ import annotations

from pathlib import Path

import pytest

from shudao.kernel import merkle
from shudao.plane.ledger import roots
from shudao.plane.ledger.hands import Hands
from shudao.plane.ledger.verify import verify
from tests.plane import ledgers

LEAVES = [merkle.leaf_hash(bytes([number])) for number in range(70)]


@pytest.mark.parametrize("stretch", [1, 3, 16, 70])
def test_every_size_has_the_trees_root(monkeypatch: pytest.MonkeyPatch, stretch: int) -> None:
    monkeypatch.setattr(roots, "BLOCK", 16)
    tree = merkle.Tree()
    for leaf in LEAVES:
        tree.append(leaf)
    pieces = [memoryview(b"".join(LEAVES[at : at + stretch])) for at in range(0, 70, stretch)]
    found = roots.at_sizes(pieces, range(80), Hands())
    assert found == {size: tree.root(size) for size in range(71)}


def test_several_processes_answer_in_order() -> None:
    pieces = [memoryview(b"".join(LEAVES) * 1000), memoryview(LEAVES[3])]
    sizes = [1, 65_535, 65_536, 65_537, 70_001]
    with Hands(2) as hands:
        assert roots.at_sizes(pieces, sizes, hands) == roots.at_sizes(pieces, sizes, Hands())


@pytest.mark.parametrize("name", ["entry deleted", "entries swapped", "root changed"])
def test_verdicts_are_the_same_however_many_share_the_work(tmp_path: Path, name: str) -> None:
    ledgers.make(tmp_path)
    told: list[tuple[int, int]] = []
    ledgers.ATTACKS[name][0](tmp_path)
    alone = verify(tmp_path, ledgers.VERIFIERS, progress=lambda done, total: told.append((done, total)))
    assert verify(tmp_path, ledgers.VERIFIERS, processes=2) == alone
    assert told[-1][0] == told[-1][1] == sum(path.stat().st_size for path in ledgers.segment_files(tmp_path))
