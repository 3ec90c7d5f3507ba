"""Builds a layer of the look-up index: rows in the order of their subjects, given in large batches of columns."""

from __future__ import annotations

import functools
import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from numpy.typing import NDArray

from shudao.kernel.folders import sync_folder
from shudao.kernel.ids import new_id, random_bytes
from shudao.plane.lookup import environments, metadata, pages, shapes
from shudao.plane.lookup.blocks import Batch
from shudao.plane.lookup.contracts import LayerInfo
from shudao.plane.lookup.current import SUFFIX, clean, publish
from shudao.plane.lookup.cuts import Counts, Flags, Units
from shudao.plane.lookup.fields import Field
from shudao.plane.lookup.intake import Intake
from shudao.plane.lookup.layouts import Layout
from shudao.plane.lookup.parts import Parts
from shudao.plane.lookup.sealing import Sealer

__all__ = ["LayerWriter", "clean", "publish"]

_BATCH_ROWS = 1 << 17  # rows laid out together: few enough for the processor's caches
_PIECE_ROWS = 16, 2_000
_MOST_PIECES = 65_000
_MOST_SHAPES = 65_000
_GUESSED_UNITS = 32


class LayerWriter:
    """
    Writes a new layer into folder `path`. A context manager: left on an exception, it removes what it wrote.

    Args:
        path: The index's folder; made where it is missing.
        key: 32 bytes, named `key_id`, from which the layer's own key is derived.
        dataset: The dataset's code.
        fields: The columns, in the order in which answers show them; at most 250.
        record_key: Names of the fields that tell a subject's records apart.

    Raises:
        ValueError: two fields of one name, or a record key that is no field.
    """

    def __init__(
        self, path: Path, key: bytes, key_id: str, dataset: str, *, fields: Sequence[Field], record_key: Sequence[str]
    ) -> None:
        self._intake = Intake(fields)
        if not set(record_key) <= {field.name for field in fields}:
            raise ValueError("the record key names a field that is not there")
        self._key, self._key_id = key, key_id
        self._layout = shapes.Layout(
            dataset, [(field.name, field.kind.value) for field in fields], list(record_key), random_bytes(16)
        )
        self._numbers: dict[tuple[shapes.Form, ...], int] = {}
        self._head = shapes.Head()
        self._check = np.zeros(2, dtype=np.uint64)
        self._last = b""
        self._whole = False
        self._guess, self._row_bytes = _GUESSED_UNITS, 16.0
        self.name = f"{new_id()}{SUFFIX}"
        self._folder = Path(path) / self.name
        self._folder.mkdir(parents=True)
        try:
            self._environment: environments.Environment | None = environments.acquire(self._folder, fresh=True)
        except BaseException:
            shutil.rmtree(self._folder, ignore_errors=True)
            raise
        cipher = AESGCM(shapes.derive(key, dataset, self._layout.salt))
        self._sealer = Sealer(self._environment, cipher, self.name)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()
        if error is not None or not self._whole:
            shutil.rmtree(self._folder, ignore_errors=True)

    def add(
        self,
        subjects: NDArray[np.uint8],
        columns: Sequence[pa.Array | pa.ChunkedArray],
        gone: NDArray[np.bool_] | None = None,
    ) -> None:
        """
        Add rows sorted by subject, then by record key.

        Args:
            subjects: (n, 16) bytes; above those of earlier calls, so a subject's rows lie in one call.
            columns: n values each, in the order of the fields: string or dictionary of strings, integers, date32,
                fixed_size_binary(16).
            gone: Rows that say "this record is no more"; only their record key counts.

        Raises:
            ValueError: subjects out of order, another number of values, or a type that is not its field's.
        """
        rows = len(subjects)
        if len(columns) != len(self._intake.fields) or any(len(column) != rows for column in columns):
            raise ValueError("columns and subjects differ in number")
        if not rows:
            return
        subjects = np.ascontiguousarray(subjects, dtype=np.uint8).reshape(rows, shapes.SUBJECT)
        starts = self._starts(subjects)
        arrays = [column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column for column in columns]
        first = 0
        while first < len(starts):  # at least one subject a batch, and as many as fit
            end = max(first + 1, int(np.searchsorted(starts, starts[first] + _BATCH_ROWS)))
            first += self._add_batch(subjects, arrays, gone, starts, first, end)
        self._last = subjects[-1].tobytes()

    def finish(self) -> LayerInfo:
        """Make the layer whole and durable; it counts once `publish` names it."""
        if self._environment is None:
            raise ValueError("the layer is finished already")
        self._sealer.finish()
        self._head.blocks = self._sealer.blocks
        self._head.check = self._check.tobytes()
        self._layout.words = [words.texts for words in self._intake.words]
        self._layout.shapes = [list(shape) for shape in self._numbers]
        opened, dataset = self._environment, self._layout.dataset
        put = functools.partial(metadata.put, key=self._key, key_id=self._key_id, dataset=dataset)
        with environments.saving(self._folder), opened.env.begin(write=True, db=opened.meta) as txn:
            put(txn, opened, metadata.LAYOUT, self._layout)
            put(txn, opened, metadata.HEAD, self._head)
        opened.env.sync(True)
        self._close()
        pages.write(self._folder)
        sync_folder(self._folder.parent)
        self._whole = True
        size = os.stat(self._folder / "data.mdb").st_size
        return LayerInfo(self.name, self._head.rows, self._head.gone, self._head.subjects, size)

    def _close(self) -> None:
        if self._environment is not None:
            environments.release(self._environment)
            self._environment = None

    def _starts(self, subjects: NDArray[np.uint8]) -> Counts:
        """Return where each subject's rows start; refuse subjects that do not ascend."""
        # As two big-endian numbers, subjects compare as their bytes do.
        halves = subjects.view(">u8").astype(np.uint64)
        high, low = halves[:, 0], halves[:, 1]
        up = (high[1:] > high[:-1]) | ((high[1:] == high[:-1]) & (low[1:] > low[:-1]))
        same = (high[1:] == high[:-1]) & (low[1:] == low[:-1])
        if not (up | same).all() or subjects[0].tobytes() <= self._last:
            raise ValueError("subjects are out of order")
        return np.flatnonzero(np.concatenate(([True], up))).astype(np.int64)

    def _add_batch(
        self,
        subjects: NDArray[np.uint8],
        arrays: Sequence[pa.Array],
        gone: Flags | None,
        starts: Counts,
        first: int,
        end: int,
    ) -> int:
        """Write the subjects from `first` up to `end`, or a few less so that the last block is full; say how many."""
        begin, last = int(starts[first]), int(starts[end]) if end < len(starts) else len(subjects)
        counts = np.diff(starts[first:end], append=last)
        units, of, pieces = self._units(counts)
        marks = None if gone is None else gone[begin:last]
        cut = [array.slice(begin, last - begin) for array in arrays]
        columns = self._intake.columns(cut, marks, units, end - first)
        names = subjects[starts[first:end]]
        blocks = Batch(units, names[of], pieces, columns).cut(self._guess)
        parts = Parts(Layout(columns, units, blocks), names[of], pieces, self._number).blocks
        used, kept = end - first, blocks.count
        if end < len(starts) and kept > 1 and pieces[blocks.unit_from[-1]] == 1:
            kept -= 1
            used = int(of[blocks.unit_from[kept]])
        firsts = names[of[blocks.unit_from]]
        lasts = names[of[blocks.unit_from + blocks.units - 1]]
        self._sealer.feed(parts[:kept], firsts[:kept], lasts[:kept])
        self._guess = max(1, len(units.starts) // blocks.count)
        self._row_bytes = blocks.count * shapes.LIMIT / units.rows
        self._count(names[:used], counts[:used], marks)
        return used

    def _units(self, counts: Counts) -> tuple[Units, Counts, Counts]:
        """Cut subjects of `counts` rows into units; say each unit's subject and of how many pieces that consists."""
        piece_rows = int(np.clip(shapes.LIMIT / self._row_bytes, *_PIECE_ROWS))
        pieces = np.where(counts > shapes.MOST_COUNTED, -(-counts // piece_rows), 1)
        if int(pieces.max()) > _MOST_PIECES:
            raise ValueError(f"a subject has {int(counts.max())} rows: too many for one subject")
        of = np.repeat(np.arange(len(counts)), pieces)
        starts: Counts = np.cumsum(counts) - counts
        if len(of) > len(counts):
            within = np.arange(len(of)) - (np.cumsum(pieces) - pieces)[of]
            starts = starts[of] + within * piece_rows
        return Units(starts, int(counts.sum())), of, pieces[of]

    def _number(self, shape: list[shapes.Form]) -> int:
        """Return the shape's number in the layer."""
        number = self._numbers.setdefault(tuple(shape), len(self._numbers))
        if number > _MOST_SHAPES:
            raise ValueError("the layer's data are too motley: build it in smaller layers")
        return number

    def _count(self, names: NDArray[np.uint8], counts: Counts, gone: Flags | None) -> None:
        head = self._head
        rows = int(counts.sum())
        head.subjects += len(names)
        self._check ^= np.bitwise_xor.reduce(np.ascontiguousarray(names).view(np.uint64), axis=0)
        if gone is None:
            head.rows, head.alive = head.rows + rows, head.alive + len(names)
            return
        left = np.add.reduceat(~gone[:rows], np.cumsum(counts) - counts, dtype=np.int64)
        head.rows, head.gone = head.rows + int(left.sum()), head.gone + rows - int(left.sum())
        head.alive += int((left > 0).sum())
