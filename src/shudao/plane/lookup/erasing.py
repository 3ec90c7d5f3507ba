"""
A person leaves the index: the rows at once, their old bytes on the disk right after.

Keys of blocks are bounds between subjects and stay as they are, so nothing but the blocks themselves is sealed anew.
What stays are texts in a layer's dictionaries: those that many subjects shared when the layer was built.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

import lmdb

from shudao.kernel.ids import random_bytes
from shudao.plane.lookup import current, shapes, wiping
from shudao.plane.lookup.contracts import Damaged
from shudao.plane.lookup.decoding import Head, rows_of, unit_of
from shudao.plane.lookup.layer import Layer
from shudao.plane.lookup.plans import GONE
from shudao.plane.lookup.removing import without


def erase(path: Path, keys: Mapping[str, bytes], subject: bytes, *, layers: Collection[str] | None = None) -> int:
    """
    Remove a subject from every layer that CURRENT names; readers see it at their next look-up.

    In each layer one transaction seals the blocks anew without the subject; when it is on the disk and no reader is
    in the state before it, the old blocks are made unreadable there (`wiping`). A call that was cut short is finished
    by the next one, whichever subject it is for.

    Args:
        path: The index's folder.
        keys: Key id → key of 32 bytes.
        layers: Further layers, which older snapshots still name.

    Returns:
        How many rows left, tombstones among them.

    Raises:
        IndexMissing, IndexDamaged: as for readers.
        TimeoutError: the rows are out of sight, but a reader that reads everything kept the old bytes in use for a
            minute; call again.
    """
    said = current.read(path, keys)
    names = [*said.layers, *(name for name in layers or () if name not in said.layers)]
    rows = 0
    for name in names:
        layer = Layer(path, name, keys, said.dataset)
        try:
            rows += _Erasure(layer, subject).run()
        finally:
            layer.close()
    return rows


class _Erasure:
    """A subject leaving one layer."""

    def __init__(self, layer: Layer, subject: bytes) -> None:
        self._layer, self._subject = layer, subject
        self._rows = self._gone = 0
        self._old: wiping.Notes = []

    def run(self) -> int:
        layer = self._layer
        environment = layer.environment
        try:
            with environment.lock:
                if not wiping.waits(environment) and layer.find(self._subject, frozenset()) is None:
                    return 0
                environment.reopen(writable=True)
                try:
                    wiping.wipe(environment)
                    if layer.find(self._subject, frozenset()) is not None:
                        with environment.env.begin(write=True) as txn:
                            self._remove(txn)
                        environment.keep_size()
                        wiping.wipe(environment)
                    environment.keep_size()
                finally:
                    environment.reopen(writable=False)
        except (lmdb.Error, Damaged) as error:
            raise layer.damaged(self._subject.hex(), str(error)) from error
        return self._rows

    def _remove(self, txn: lmdb.Transaction) -> None:
        layer = self._layer
        with txn.cursor(db=layer.environment.blocks) as cursor:
            if not cursor.set_range(self._subject + b"\0\0"):
                return
            bound = bytes(cursor.key())[: shapes.SUBJECT]
            pieces = self._replace(txn, bytes(cursor.key()), bytes(cursor.value()))
            for piece in range(1, pieces):
                key = bound + piece.to_bytes(2)
                self._replace(txn, key, bytes(txn.get(key, db=layer.environment.blocks) or b""))
        if not self._rows:
            return
        head = layer.head()
        head.rows, head.gone = head.rows - self._rows + self._gone, head.gone - self._gone
        head.subjects, head.alive = head.subjects - 1, head.alive - (self._rows > self._gone)
        check = int.from_bytes(head.check) ^ int.from_bytes(self._subject)
        head.check = check.to_bytes(shapes.SUBJECT)
        layer.put_head(txn, head)
        wiping.note(layer.environment.folder, self._old)

    def _replace(self, txn: lmdb.Transaction, key: bytes, value: bytes) -> int:
        """Put the block anew without the subject; return of how many pieces the subject consists."""
        layer = self._layer
        plain = layer.open(key, value)
        head: Head = shapes.HEAD.unpack_from(plain)
        if not head[2]:
            return 0
        plan, forms = layer.plan(head[1], None), layer.layout.shapes[head[1]]
        unit = unit_of(plan, plain, head[2], self._subject)
        if unit < 0:
            return 0
        rows = rows_of(plan, plain, head, unit)
        self._rows += len(rows)
        self._gone += sum(1 for row in rows if row.get(GONE))
        left = without(plan, forms, plain, head, unit)
        nonce = random_bytes(shapes.NONCE)
        # As long as before, so that the length tells nothing and LMDB puts it in place of the old one.
        sealed = layer.cipher.encrypt(nonce, left.ljust(len(plain), b"\0"), layer.bound + key)
        txn.put(key, nonce + sealed, db=layer.environment.blocks)
        self._old.append((key, value[: shapes.NONCE]))
        return head[5]
