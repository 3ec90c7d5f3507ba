"""Which rows of a small delivery have keys that stand in certain files already."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from shudao.contexts.pool.adapters import cleaning, keys, layers, sorting, sources
from shudao.contexts.pool.adapters.held import LINE, SUBJECT, Holder
from shudao.contexts.pool.adapters.live import Live
from shudao.contexts.pool.adapters.meeting import PLACE, Meeting
from shudao.contexts.pool.adapters.subjects import Hasher
from shudao.contexts.pool.contracts.datasets import DatasetContract


def lines(source: Path, contract: DatasetContract, live: Live) -> set[int]:
    """Return the lines of `source` (from 1) whose subject and key a row of `live` has."""
    found: set[int] = set()
    if not live.paths:
        return found
    holder, key = Holder(contract, Hasher(keys.subject_key())), layers.record_key(contract)
    with Meeting(live, key) as meeting:
        for table in sources.portions(source, contract).tables:
            held = holder.keys(cleaning.clean(table, contract))
            held = held.filter(pc.is_valid(held.column(SUBJECT))).combine_chunks()
            if held.num_rows:
                held = held.take(pa.array(sorting.ordered(held, holder, key).order))
                columns = [held.column(LINE), held.column(SUBJECT), *(holder.values(held, name) for name in key)]
                met = meeting.met(pa.table(columns, [PLACE, SUBJECT, *key]))
                found.update(met.places.tolist())
    return found
