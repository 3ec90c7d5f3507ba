"""When a dataset's files are merged, and when they may be."""

from __future__ import annotations

from collections.abc import Iterable

from shudao.contexts.pool.contracts.datasets import Column, DatasetContract

MOST_DELTAS = 8
MOST_DEAD = 0.1


def is_due(*, deliveries: int, rows: int, dead: int) -> bool:
    """
    Whether a snapshot should be merged.

    Args:
        deliveries: Of how many deliveries its files and layers are, the first included.
        rows: Rows in its files, dead ones included.
        dead: How many of these are dead.

    Source:
        ours: eight files a bucket to read, a tenth read in vain; tests/contexts/pool/rules/test_compacting.py
    """
    return deliveries > MOST_DELTAS or dead > rows * MOST_DEAD


def keeps_all(current: DatasetContract, older: Iterable[DatasetContract]) -> bool:
    """
    Whether files written under older contracts lose nothing by being written under the current one.

    A column may have been added; one that went, or that is kept in another way now, stays in the files it is in.

    Source:
        ours; tests/contexts/pool/rules/test_compacting.py
    """
    now = {column.name: _kept_as(column) for column in current.columns}
    return all(
        contract.subject == current.subject
        and contract.key == current.key
        and all(now.get(column.name) == _kept_as(column) for column in contract.columns)
        for contract in older
    )


def _kept_as(column: Column) -> tuple[object, ...]:
    return column.kind, column.identifier, column.identifying, column.kept
