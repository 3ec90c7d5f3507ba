"""The live rows of a snapshot in order, range by range: what an index is rebuilt from and files are compacted of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack

import pyarrow as pa

from shudao.contexts.pool.adapters import layers, sorting
from shudao.contexts.pool.adapters.datafiles import DataFile
from shudao.contexts.pool.adapters.held import Holder
from shudao.contexts.pool.adapters.live import Live, by_file, read_dead

_AT_ONCE = 2_000_000
_MOST_RANGES = 256


def rows(live: Live, holder: Holder, keys: Mapping[str, bytes]) -> Iterator[pa.Table]:
    """
    Yield every live row, ascending by subject and key; a subject's rows come together.

    Args:
        live: The snapshot.
        holder: Of the dataset's current contract.
        keys: Key id → key of the sealed columns.

    Raises:
        SealBroken: a row is not what was sealed.
    """
    dead = by_file(read_dead(live))
    with ExitStack() as stack:
        files = {
            path: stack.enter_context(DataFile(live.root / path, holder.contract, keys, live.versions))
            for path in live.paths
        }
        ranges = min(_MOST_RANGES, 1 << (sum(file.rows for file in files.values()) // _AT_ONCE).bit_length())
        width = 256 // ranges
        for low in range(0, 256, width):
            found = [table for path, file in files.items() for table in file.between(low, low + width, dead.get(path))]
            if any(table.num_rows for table in found):
                yield _ordered(found, holder)


def _ordered(tables: list[pa.Table], holder: Holder) -> pa.Table:
    whole = pa.concat_tables(tables).unify_dictionaries().combine_chunks()
    order = sorting.ordered(whole, holder, layers.record_key(holder.contract)).order
    return whole.take(pa.array(order))
