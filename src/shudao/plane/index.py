"""
The look-up index: a subject's rows of one dataset, found in microseconds, sealed at rest, rebuildable at any time.

One writer, any number of lock-free readers in any number of processes. Keys are subject hashes (16 bytes,
`kernel.sealing.keyed_hash`) with a chunk number of 2 bytes; no plain identifier is stored.
"""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import lmdb
import msgspec

from shudao.kernel import sealing
from shudao.kernel.errors import ShudaoError
from shudao.kernel.ids import random_bytes
from shudao.plane import index_codec as codec
from shudao.plane import index_files as files

_HEAD, _LAYOUT = b"head", b"layout"
_BATCH = 20_000
_SAMPLES = 256
_LOOK_AGAIN = 1.0  # seconds between two looks at CURRENT

Pairs = Iterable[tuple[bytes, list[dict[str, Any]]]]


class IndexDamaged(ShudaoError):
    """The index is not what its writer left; `index` and `key` (hex, or a part's name) say where."""

    code = "plane.index_damaged"
    status = 500
    says = "查询索引 {index} 的条目 {key} 已损坏：{why}。"
    advice = "请从数据池重建该索引。"


class IndexMissing(ShudaoError):
    """Nothing has been built at this path."""

    code = "plane.index_missing"
    status = 500
    says = "查询索引 {index} 尚未建立。"
    advice = "请先发布该数据集。"


@dataclass(frozen=True, slots=True)
class Found:
    """A subject's rows in the order they were written, the dataset's snapshot number and the instant it is as of."""

    rows: list[dict[str, Any]]
    snapshot: int
    as_of: str


class IndexWriter:
    """
    Builds and changes the index at folder `path`. One writer at a time; readers need no pause.

    Args:
        path: The index's own folder; made where it is missing.
        key: 32 bytes that seal the values.
        key_id: The key's id; readers find the key by it.
        dataset: The dataset's code.
    """

    def __init__(self, path: Path, key: bytes, key_id: str, dataset: str) -> None:
        self._path = Path(path)
        self._key = key
        self._key_id = key_id
        self._dataset = dataset

    def build(self, pairs: Pairs, *, snapshot: int, as_of: str) -> int:
        """
        Write a whole new index and let it take the place of the old one, atomically and durably.

        Args:
            pairs: (subject hash of 16 bytes, rows), strictly ascending by hash. Row values: text, int, float, bool,
                None, or lists of them; dates as ISO text. A row is stored with its field order.
            snapshot: The dataset's snapshot number.
            as_of: ISO instant or date that answers carry.

        Returns:
            How many subjects were written.

        Raises:
            ValueError: a hash of another size, or out of order; the old index stays.
        """
        folder = files.new_build(self._path)
        shared = files.acquire(folder, writable=True, fresh=True)
        try:
            stream = iter(pairs)
            first = list(itertools.islice(stream, _SAMPLES))
            layout = codec.Layout(self._dataset, slots=[(self._key_id, random_bytes(16))])
            sampler = codec.Codec(layout, [None])
            layout.dictionary = codec.make_dictionary(
                chunk for _, rows in first for chunk in sampler.plain_chunks(rows)
            )
            head = codec.Head(snapshot=snapshot, as_of=as_of)
            change = _Change(self, shared, layout, head)
            change.append_all(itertools.chain(first, stream))
            shared.env.sync(True)
        finally:
            files.release(shared)
        files.make_current(self._path, folder)
        return head.subjects

    def upsert(self, pairs: Pairs, deletes: Iterable[bytes] = (), *, snapshot: int, as_of: str) -> int:
        """
        Replace the rows of some subjects and remove others, in one durable transaction with the snapshot number.

        Args:
            pairs: (subject hash, all rows of the subject from now on), in any order.
            deletes: Subject hashes to remove; absent ones are ignored.

        Returns:
            How many subjects the index holds afterwards.

        Raises:
            IndexMissing: nothing was built yet.
            IndexDamaged: the index cannot be read with this writer's key.
        """
        folder = files.current(self._path)
        if folder is None:
            raise IndexMissing(index=self._path.name)
        shared = files.acquire(folder, writable=True)
        try:
            with shared.env.begin() as txn:
                head, layout = _read_meta(txn, shared, {self._key_id: self._key}, self._path)
            head.snapshot, head.as_of = snapshot, as_of
            _Change(self, shared, layout, head).apply(pairs, deletes)
        finally:
            files.release(shared)
        return head.subjects

    def derived(self, layout: codec.Layout) -> list[bytes | None]:
        """Return the layout's keys by slot, as far as they come of this writer's key."""
        return _derive({self._key_id: self._key}, layout)

    def write_meta(
        self, txn: lmdb.Transaction, shared: files.Environment, head: codec.Head, layout: codec.Layout
    ) -> None:
        """Put head and layout, sealed, into the transaction that changed the rows."""
        head.layout = len(layout.shapes)
        for name, part in ((_HEAD, head), (_LAYOUT, layout)):
            value = sealing.seal(self._key, self._key_id, msgspec.msgpack.encode(part), name)
            txn.put(name, value, db=shared.meta)


class _Change:
    """One build or upsert under way."""

    def __init__(self, writer: IndexWriter, shared: files.Environment, layout: codec.Layout, head: codec.Head) -> None:
        self._writer, self._shared, self._layout, self._head = writer, shared, layout, head
        derived = writer.derived(layout)
        self._slot = len(derived) - 1
        self._check_key = derived[0] or b""
        self._codec = codec.Codec(layout, derived)

    def append_all(self, pairs: Iterator[tuple[bytes, list[dict[str, Any]]]]) -> None:
        while True:
            batch = list(itertools.islice(pairs, _BATCH))
            with self._shared.env.begin(write=True, db=self._shared.rows) as txn:
                for subject, rows in batch:
                    self._put(txn, subject, rows, append=True)
                    self._count(subject, 1, len(rows))
                if len(batch) < _BATCH:
                    self._writer.write_meta(txn, self._shared, self._head, self._layout)
                    return

    def apply(self, pairs: Pairs, deletes: Iterable[bytes]) -> None:
        with self._shared.env.begin(write=True, db=self._shared.rows) as txn:
            for subject in deletes:
                self._remove(txn, subject)
            for subject, rows in pairs:
                self._remove(txn, subject)
                self._put(txn, subject, rows, append=False)
                self._count(subject, 1, len(rows))
            self._writer.write_meta(txn, self._shared, self._head, self._layout)

    def _put(self, txn: lmdb.Transaction, subject: bytes, rows: list[dict[str, Any]], *, append: bool) -> None:
        if len(subject) != codec.SUBJECT_SIZE:
            raise ValueError(f"a subject hash has {codec.SUBJECT_SIZE} bytes, not {len(subject)}")
        for number, plain in enumerate(self._codec.plain_chunks(rows)):
            place = subject + number.to_bytes(2)
            if not txn.put(place, self._codec.seal(self._slot, place, plain), append=append):
                raise ValueError(f"subject {subject.hex()} is out of order")

    def _remove(self, txn: lmdb.Transaction, subject: bytes) -> None:
        removed = rows = 0
        with txn.cursor() as cursor:
            while cursor.set_range(subject) and bytes(cursor.key())[: codec.SUBJECT_SIZE] == subject:
                place, value = bytes(cursor.key()), bytes(cursor.value())
                rows += len(_opened(self._codec, place, value, self._shared.folder.parent)[1])
                cursor.delete()
                removed = 1
        if removed:
            self._count(subject, -1, -rows)

    def _count(self, subject: bytes, subjects: int, rows: int) -> None:
        head = self._head
        head.subjects += subjects
        head.rows += rows
        share = codec.subject_check(self._check_key, subject)
        head.check = (int.from_bytes(head.check) ^ share).to_bytes(16)


class IndexReader:
    """
    Reads the index at folder `path`, following the writer's changes and new builds by itself. Safe in threads.

    Args:
        path: The index's folder.
        keys: Key id → key of 32 bytes.

    Raises:
        IndexMissing: nothing was built at `path`.
        IndexDamaged: its head does not open with these keys.
    """

    def __init__(self, path: Path, keys: Mapping[str, bytes]) -> None:
        self._path = Path(path)
        self._keys = dict(keys)
        self._raw_head = b""
        self._guard = threading.RLock()
        self._shared: files.Environment | None = None
        self._mark: tuple[int, int] | None = None
        self._looked = 0.0
        self._follow()
        with self._open().lock, self._open().env.begin() as txn:
            self._refresh(txn)

    def lookup(self, subject: bytes) -> Found | None:
        """Return the subject's rows, or None where the dataset knows no such subject. Raises IndexDamaged."""
        with self._guard:
            if time.monotonic() - self._looked > _LOOK_AGAIN:
                self._follow()
            shared = self._open()
            try:
                with shared.lock, shared.env.begin(db=shared.rows) as txn:
                    self._refresh(txn)
                    return self._found(txn, subject)
            except lmdb.Error as error:
                raise IndexDamaged(index=self._path.name, key=subject.hex(), why=str(error)) from error

    @property
    def snapshot(self) -> int:
        """The snapshot number that the next look-up answers from."""
        return self._fresh_head().snapshot

    @property
    def as_of(self) -> str:
        """The instant that the next look-up's answer is as of."""
        return self._fresh_head().as_of

    @property
    def count(self) -> int:
        """How many subjects the index holds."""
        return self._fresh_head().subjects

    def problems(self) -> list[str]:
        """Read every entry; return a sentence for each one that is damaged, missing or invented."""
        with self._guard:
            self._follow()
            shared = self._open()
            with shared.lock, shared.env.begin(db=shared.rows) as txn:
                self._refresh(txn)
                found = _problems(txn, self._codec, self._head, self._check_key, self._path)
                return list(itertools.islice(found, 100))

    def close(self) -> None:
        """Give the environment back; the reader is of no use afterwards."""
        if self._shared is not None:
            files.release(self._shared)
            self._shared = None

    def _found(self, txn: lmdb.Transaction, subject: bytes) -> Found | None:
        place = subject + b"\0\0"
        value = txn.get(place)
        if value is None:
            return None
        total, rows = _opened(self._codec, place, bytes(value), self._path)
        for number in range(1, total):
            place = subject + number.to_bytes(2)
            rows += _opened(self._codec, place, bytes(txn.get(place) or b""), self._path)[1]
        return Found(rows, self._head.snapshot, self._head.as_of)

    def _open(self) -> files.Environment:
        if self._shared is None:
            raise IndexMissing(index=self._path.name)
        return self._shared

    def _follow(self) -> None:
        self._looked = time.monotonic()
        mark = files.mark(self._path)
        folder = files.current(self._path)
        if mark is None or folder is None:
            raise IndexMissing(index=self._path.name)
        if mark != self._mark:
            try:
                fresh = files.acquire(folder)
            except lmdb.Error as error:
                if files.mark(self._path) != mark:
                    self._follow()  # replaced by yet another build in between
                    return
                raise IndexDamaged(index=self._path.name, key=folder.name, why=str(error)) from error
            self.close()
            self._shared, self._mark, self._raw_head = fresh, mark, b""

    def _fresh_head(self) -> codec.Head:
        with self._guard:
            self._follow()
            shared = self._open()
            with shared.lock, shared.env.begin(db=shared.rows) as txn:
                self._refresh(txn)
                return self._head

    def _refresh(self, txn: lmdb.Transaction) -> None:
        shared = self._open()
        raw = bytes(txn.get(_HEAD, db=shared.meta) or b"")
        if raw and raw == self._raw_head:
            return
        self._head, layout = _read_meta(txn, shared, self._keys, self._path)
        derived = _derive(self._keys, layout)
        self._check_key = derived[0] or b""
        self._codec = codec.Codec(layout, derived)
        self._raw_head = raw


def _problems(
    txn: lmdb.Transaction, opener: codec.Codec, head: codec.Head, check_key: bytes, path: Path
) -> Iterator[str]:
    subjects, rows, check, expected = 0, 0, 0, 0
    for place, value in ((bytes(key), bytes(sealed)) for key, sealed in txn.cursor()):
        subject, number = place[: codec.SUBJECT_SIZE], int.from_bytes(place[codec.SUBJECT_SIZE :])
        if number == 0:
            subjects += 1
            check ^= codec.subject_check(check_key, subject)
        elif number != expected:
            yield f"index {path.name}: subject {subject.hex()} lacks part {expected}"
        expected = number + 1
        try:
            rows += len(opener.open(place, value)[1])
        except codec.Damaged as error:
            yield f"index {path.name}: entry {place.hex()}: {error}"
    if (subjects, rows, check.to_bytes(16)) != (head.subjects, head.rows, head.check):
        yield (
            f"index {path.name}: {subjects} subjects with {rows} rows lie in it, its head says {head.subjects} with "
            f"{head.rows}; some are missing, invented or renamed"
        )


def _opened(opener: codec.Codec, place: bytes, value: bytes, path: Path) -> tuple[int, list[dict[str, Any]]]:
    try:
        return opener.open(place, value)
    except codec.Damaged as error:
        raise IndexDamaged(index=path.name, key=place.hex(), why=str(error)) from None


def _derive(keys: Mapping[str, bytes], layout: codec.Layout) -> list[bytes | None]:
    return [
        codec.derive(keys[key_id], layout.dataset, salt) if key_id in keys else None for key_id, salt in layout.slots
    ]


def _read_meta(
    txn: lmdb.Transaction, shared: files.Environment, keys: Mapping[str, bytes], path: Path
) -> tuple[codec.Head, codec.Layout]:
    plain = {}
    for name in (_HEAD, _LAYOUT):
        try:
            plain[name] = sealing.unseal(keys, bytes(txn.get(name, db=shared.meta) or b""), name)
        except sealing.SealBroken as error:
            raise IndexDamaged(index=path.name, key=name.decode(), why=error.details["why"]) from error
    return (
        msgspec.msgpack.decode(plain[_HEAD], type=codec.Head),
        msgspec.msgpack.decode(plain[_LAYOUT], type=codec.Layout),
    )
