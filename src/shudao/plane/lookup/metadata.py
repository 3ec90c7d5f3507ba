"""A layer's head and layout: sealed under the index's key, beside the blocks."""

from __future__ import annotations

import lmdb
import msgspec

from shudao.kernel import sealing
from shudao.plane.lookup.environments import Environment
from shudao.plane.lookup.shapes import Head, Layout, bound

HEAD, LAYOUT = "head", "layout"


def put(
    txn: lmdb.Transaction,
    environment: Environment,
    part: str,
    content: Head | Layout,
    *,
    key: bytes,
    key_id: str,
    dataset: str,
) -> None:
    """Seal a part of the layer's metadata into the transaction that changes what it describes."""
    place = bound(part, dataset, environment.folder.name)
    value = sealing.seal(key, key_id, msgspec.msgpack.encode(content), place)
    txn.put(part.encode(), value, db=environment.meta)
