"""One layer, opened for reading."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator, Mapping
from os import SEEK_END, lseek
from pathlib import Path

import lmdb
import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shudao.kernel import sealing
from shudao.plane.lookup import environments, metadata, shapes
from shudao.plane.lookup.contracts import Damaged, IndexDamaged
from shudao.plane.lookup.decoding import Head, Row, rows_of, unit_of
from shudao.plane.lookup.plans import GONE, Plan

_NONCE, _SUBJECT = shapes.NONCE, shapes.SUBJECT
_NO_NUMBER = b"\0\0"
Fields = Collection[str] | None


class Layer:
    """
    Finds subjects in the layer `name` of the index at `path`. Calls on it come one at a time (the reader's lock).

    Raises:
        IndexDamaged: the layer is not there, or not as it was written.
    """

    def __init__(self, path: Path, name: str, keys: Mapping[str, bytes], dataset: str) -> None:
        self.name, self._path, self._dataset, self._keys = name, path, dataset, keys
        self.bound = name.encode("ascii")
        try:
            self.environment = environments.acquire(path / name)
        except (lmdb.Error, OSError, Damaged) as error:
            raise self.damaged("layer", str(error)) from error
        try:
            self._read_layout()
        except BaseException:
            self.close()
            raise

    def _read_layout(self) -> None:
        try:
            self.layout = msgspec.msgpack.decode(self._part(metadata.LAYOUT), type=shapes.Layout)
        except msgspec.MsgspecError as error:
            raise self.damaged("layout", str(error)) from error
        key_id = self._key_id
        derived = shapes.derive(self._keys[key_id], self._dataset, self.layout.salt)
        self.cipher = AESGCM(derived)
        self._decrypt = self.cipher.decrypt
        self.names = [name for name, _ in self.layout.fields]
        self._plans: dict[frozenset[str] | None, list[Plan | None]] = {}

    def _part(self, part: str) -> bytes:
        try:
            with self.environment.lock, self.environment.env.begin(db=self.environment.meta) as txn:
                sealed = bytes(txn.get(part.encode()) or b"")
            self._key_id = sealing.sealed_by(sealed)
            return sealing.unseal(self._keys, sealed, shapes.bound(part, self._dataset, self.name))
        except sealing.SealBroken as error:
            raise self.damaged(part, str(error.details["why"])) from error
        except lmdb.Error as error:
            raise self.damaged(part, str(error)) from error

    def head(self) -> shapes.Head:
        """Return what lies in the layer now. Raises IndexDamaged."""
        return msgspec.msgpack.decode(self._part(metadata.HEAD), type=shapes.Head)

    def put_head(self, txn: lmdb.Transaction, head: shapes.Head) -> None:
        """Put what lies in the layer from now on into a write transaction, under the key it was sealed with."""
        key = self._keys[self._key_id]
        metadata.put(txn, self.environment, metadata.HEAD, head, key=key, key_id=self._key_id, dataset=self._dataset)

    def damaged(self, key: str, why: str) -> IndexDamaged:
        """Return the refusal that names this layer and `key`."""
        return IndexDamaged(index=f"{self._path.name}/{self.name}", key=key, why=why)

    def close(self) -> None:
        """Give the environment back."""
        environments.release(self.environment)

    def check_size(self) -> None:
        """Raise IndexDamaged where the file was cut short."""
        try:
            self.environment.check_size()
        except (Damaged, OSError) as error:
            raise self.damaged("layer", str(error)) from error

    def open(self, key: bytes, value: bytes) -> bytes:
        """Return a block's plain bytes. Raises IndexDamaged."""
        try:
            return self._decrypt(value[:_NONCE], value[_NONCE:], self.bound + key)
        except (InvalidTag, ValueError):
            raise self.damaged(key.hex(), "its value was changed or moved") from None

    def _look(self, txn: lmdb.Transaction, key: bytes) -> None:
        try:
            self.environment.look(txn, key)
        except (Damaged, OSError) as error:
            raise self.damaged("layer", str(error)) from error

    def _look_at_all(self) -> None:
        try:
            self.environment.look_at_all()
        except (Damaged, OSError) as error:
            raise self.damaged("layer", str(error)) from error

    def find(self, subject: bytes, wanted: frozenset[str] | None) -> tuple[list[Row], list[Row]] | None:
        """
        Return the subject's rows and its tombstones, in the order they were written; None where it is not here.

        Args:
            wanted: Names of the fields to decode; None for all.

        Raises:
            IndexDamaged: a block is changed, moved or missing.
        """
        environment = self.environment
        with environment.lock:
            txn = environment.env.begin(environment.blocks)
            try:
                pages = environment.pages
                # Pages are looked at once; the file's end always is, for behind it LMDB would end the process.
                if pages is not None and not (
                    pages.seen[int.from_bytes(subject[:4]) >> pages.shift]
                    and lseek(pages.file, 0, SEEK_END) >= pages.size
                ):
                    self._look(txn, subject)
                cursor = txn.cursor()
                if not cursor.set_range(subject + _NO_NUMBER):
                    raise self.damaged(subject.hex(), "the blocks that follow are missing")
                key, value = bytes(cursor.key()), bytes(cursor.value())
                plain = self.open(key, value)
                head: Head = shapes.HEAD.unpack_from(plain)
                if subject <= head[0] and head[0] != shapes.FIRST:  # a prefix is smaller: up to the bound itself
                    raise self.damaged(subject.hex(), "the block that should hold it is missing")
                if head[2] == 0:
                    return None
                plan = self.plan(head[1], wanted)
                unit = unit_of(plan, plain, head[2], subject)
                if unit < 0:
                    return None
                rows = rows_of(plan, plain, head, unit)
                has_gone = plan.has_gone
                if head[5] > 1 and pages is not None:
                    self._look(txn, key)
                for piece in range(1, head[5]):
                    more, gone_there = self._piece(cursor, key[:_SUBJECT] + piece.to_bytes(2), subject, wanted)
                    rows += more
                    has_gone |= gone_there
            finally:
                txn.abort()
        return _parted(rows) if has_gone else (rows, [])

    def _piece(
        self, cursor: lmdb.Cursor, key: bytes, subject: bytes, wanted: frozenset[str] | None
    ) -> tuple[list[Row], bool]:
        if not cursor.next() or cursor.key() != key:
            raise self.damaged(key.hex(), "a block of the subject is missing")
        plain = self.open(key, bytes(cursor.value()))
        head: Head = shapes.HEAD.unpack_from(plain)
        plan = self.plan(head[1], wanted)
        if unit_of(plan, plain, head[2], subject) != 0:
            raise self.damaged(key.hex(), "a block of the subject is missing")
        return rows_of(plan, plain, head, 0), plan.has_gone

    def plan(self, shape: int, wanted: frozenset[str] | None) -> Plan:
        """Return how to read blocks of a shape."""
        plans = self._plans.get(wanted)
        if plans is None:
            plans = self._plans[wanted] = [None] * len(self.layout.shapes)
        plan = plans[shape]
        if plan is None:
            plan = plans[shape] = Plan(self.names, self.layout.shapes[shape], self.layout.words, wanted)
        return plan

    def blocks(self, txn: lmdb.Transaction) -> Iterator[tuple[bytes, bytes]]:
        """Yield every block's key and sealed value. Raises IndexDamaged, lmdb.Error."""
        self._look_at_all()
        for key, value in txn.cursor(db=self.environment.blocks):
            yield bytes(key), bytes(value)

    def batches(self, count: int) -> Iterator[list[tuple[bytes, bytes]]]:
        """Yield all keys and sealed values, `count` together. Raises IndexDamaged, lmdb.Error."""
        with self.environment.lock, self.environment.env.begin(db=self.environment.blocks) as txn:
            entries = self.blocks(txn)
            while batch := list(itertools.islice(entries, count)):
                yield batch

    def subjects(self) -> Iterator[bytes]:
        """Yield every subject of the layer once, ascending. Raises IndexDamaged."""
        with self.environment.lock, self.environment.env.begin(db=self.environment.blocks) as txn:
            for key, value in self.blocks(txn):
                plain = self.open(key, value)
                head: Head = shapes.HEAD.unpack_from(plain)
                if head[2] and key[_SUBJECT:] == _NO_NUMBER:
                    start = self.plan(head[1], None).fixed
                    for at in range(start, start + head[2] * _SUBJECT, _SUBJECT):
                        yield plain[at : at + _SUBJECT]


def _parted(rows: list[Row]) -> tuple[list[Row], list[Row]]:
    live: list[Row] = []
    gone: list[Row] = []
    for row in rows:
        (gone if row.pop(GONE, 0) else live).append(row)
    return live, gone
