"""Quarantine files: line, every reason, and the whole row as it came, sealed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from shudao.contexts.pool.adapters.datafiles import SEALED, OpenFile, WrittenFile
from shudao.contexts.pool.adapters.rowseals import FileSeal
from shudao.contexts.pool.rules.judging import LINE, REASONS

SHAPE = "row.shape"
_READ = 20_000
_SCHEMA = pa.schema(
    [pa.field(LINE, pa.int64()), pa.field(REASONS, pa.list_(pa.string())), pa.field(SEALED, pa.binary())]
)


class QuarantineWriter:
    """
    Writes bad rows; the file is made with the first of them.

    Args:
        root: The pool's folder.
        path: Where the file is to lie.
        seal: What the file says of itself.
        keys: The key that the seal names.
    """

    def __init__(self, root: Path, path: Path, seal: FileSeal, keys: Mapping[str, bytes]) -> None:
        self._root, self._path, self._seal, self._cipher = root, path, seal, seal.cipher(keys)
        self._file: OpenFile | None = None

    def write(self, lines: Sequence[int], reasons: Sequence[Sequence[str]], rows: Sequence[Sequence[object]]) -> None:
        """Append rows: a line (0 where the row had another shape than the header), its reasons, its values."""
        if not lines:
            return
        if self._file is None:
            self._file = OpenFile(self._root, self._path, _SCHEMA, self._seal)
        first = self._file.rows
        sealed = [self._cipher.seal(first + place, list(row), b"") for place, row in enumerate(rows)]
        arrays = [pa.array(lines, pa.int64()), pa.array(reasons, pa.list_(pa.string())), pa.array(sealed, pa.binary())]
        self._file.write(pa.table(arrays, schema=_SCHEMA), 0)

    def misshapen(self, texts: Sequence[str]) -> None:
        """Append rows of another shape than the header."""
        self.write([0] * len(texts), [[SHAPE]] * len(texts), [[text] for text in texts])

    def finish(self) -> list[WrittenFile]:
        """Return the file, whole and durable, if there was any bad row."""
        if self._file is None:
            return []
        self.close()
        return [self._file.written("quarantine", -1)]

    def close(self) -> None:
        """Close the file; once is enough."""
        if self._file is not None:
            self._file.close()


def read(path: Path, keys: Mapping[str, bytes]) -> Iterator[tuple[int, list[str], list[object]]]:
    """Yield (line, reasons, the row's values as they came). Raises SealBroken."""
    file = pq.ParquetFile(path)
    cipher, number = FileSeal.read(file.schema_arrow.metadata).cipher(keys), 0
    for batch in file.iter_batches(_READ):
        for line, reasons, sealed in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            yield line, reasons, cipher.open(number, sealed, b"")
            number += 1


def rewrite(
    root: Path,
    path: Path,
    target: Path,
    keys: Mapping[str, bytes],
    key: tuple[str, bytes],
    leaves: Callable[[list[object]], bool],
) -> tuple[WrittenFile | None, list[int], list[int]]:
    """
    Write a quarantine file anew, without some rows, sealed by another key.

    Args:
        root: The pool's folder.
        path: The file.
        target: Where the new one is to lie.
        keys: Key id → key that opens it.
        key: Id and secret that the new file's key comes of.
        leaves: Told a row's values, says whether it leaves.

    Returns:
        The new file, None where every row left; the lines of the rows that did; of those of another shape than the
        header, which they were among their like, from 0.

    Raises:
        SealBroken: a row is not what was sealed.
    """
    before = FileSeal.read(pq.read_schema(path).metadata)
    seal = FileSeal.new(dataset=before.dataset, batch=before.batch, version=before.version, key_id=key[0])
    writer = QuarantineWriter(root, target, seal, dict([key]))
    lines, misshapen, count = list[int](), list[int](), 0
    try:
        waiting = read(path, keys)
        while some := list(islice(waiting, _READ)):
            stays = []
            for line, reasons, values in some:
                if not leaves(values):
                    stays.append((line, reasons, values))
                elif line:
                    lines.append(line)
                else:
                    misshapen.append(count)
                count += not line
            if stays:
                writer.write(*(list(part) for part in zip(*stays, strict=True)))
        files = writer.finish()
    finally:
        writer.close()
    return (files[0] if files else None), lines, misshapen
