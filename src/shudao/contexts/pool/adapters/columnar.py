"""
Parquet and Arrow files from strangers: how much they would unpack to is looked up before anything is unpacked.

A few bytes can stand for gigabytes: pages and buffers are packed, one word of a dictionary stands in any number of
rows. What a file says of its pages and messages is read first, the same bytes in the same order as the library reads
them, and what nobody delivers in earnest is refused; batches are as small as the widest rows ask for.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.ipc
import pyarrow.parquet as pq
from django.utils.translation import gettext_lazy

from shudao.contexts.pool.adapters import messages, pages
from shudao.contexts.pool.contracts.refusals import SourceUnreadable

_MOST_PARTS = 100_000
_MOST_BATCH = 1 << 26
_MOST_PAGES = 1 << 29
_MOST_UNPACKED = 1 << 30
_LONGEST = 1 << 20
# Every row has a key of its own, which takes room in the file.
_MOST_ROWS_A_BYTE, _FEW_ROWS = 16, 1 << 20
_MAGIC = 8


def parquet(path: Path) -> pq.ParquetFile:
    """Open a Parquet file; its rows are not looked at. Raises SourceUnreadable, ArrowException, OSError."""
    pages.footer(path)
    found = _file(path)
    if found.metadata.num_rows > max(_FEW_ROWS, path.stat().st_size * _MOST_ROWS_A_BYTE):
        raise pages.too_large()
    return found


def _file(path: Path, **rest: object) -> pq.ParquetFile:
    return pq.ParquetFile(path, thrift_container_size_limit=_MOST_PARTS, **rest)


def parquet_batches(path: Path, schema: pa.Schema, columns: Sequence[str], most: int) -> Iterator[pa.RecordBatch]:
    """Yield the rows, text columns with a small dictionary as words and their numbers. Raises as `parquet`."""
    if any(pa.types.is_nested(field.type) for field in schema):
        raise SourceUnreadable(why=gettext_lazy("含有嵌套或二进制的列，不能作为表格读取。"))
    groups = pages.footer(path)
    texts = {field.name for field in schema if is_text(field.type)}
    width, worded = pages.looked_through(path, groups, _MOST_PAGES)
    width += sum(_words(path, groups, sorted(texts & worded)))
    most = max(1, min(most, int(_MOST_BATCH / max(width, 1))))
    # What is read ahead is kept until the file is closed: all of it, in the end.
    dictionaries = [name for name in _worded(groups) if name in texts]
    file = _file(path, read_dictionary=dictionaries, pre_buffer=False)
    for batch in file.iter_batches(most, columns=list(columns)):
        yield from _apart(batch)


def _words(path: Path, groups: list[pages.Group], names: list[str]) -> Iterator[int]:
    """The longest word of each column's dictionaries: any row may name it."""
    file = _file(path, read_dictionary=names, pre_buffer=False, buffer_size=1 << 16)
    longest = dict.fromkeys(names, 0)
    for number in range(len(groups)) if names else ():
        for batch in file.iter_batches(1, row_groups=[number], columns=names):
            for name in names:
                longest[name] = max(longest[name], _longest(batch.column(name)))
            break
    yield from longest.values()


def _worded(groups: list[pages.Group]) -> Iterator[str]:
    """Columns of which a small dictionary lies in the file: they are read as words and their numbers."""
    for chunk in groups[0].chunks if groups else ():
        if 0 < chunk.words * 3 < chunk.packed:
            yield chunk.column


def arrow(path: Path) -> pa.Schema:
    """Return the schema of an Arrow file. Raises SourceUnreadable, ArrowException, OSError."""
    with _stream(path) as source:
        return pa.ipc.open_stream(source).schema


def arrow_batches(path: Path, columns: Sequence[str], most: int) -> Iterator[pa.RecordBatch]:
    """
    Yield the rows. Raises as `arrow`.

    The messages are read one after another; the list of them at the file's end, which may lead elsewhere, is not used.
    """
    _refuse_growth(path)
    with _stream(path) as source:
        for batch in pa.ipc.open_stream(source):
            chosen = batch.select(list(columns))
            for start in range(0, chosen.num_rows, most):
                yield from _apart(chosen.slice(start, most))


def _stream(path: Path) -> pa.MemoryMappedFile:
    source = pa.memory_map(str(path))
    source.seek(_MAGIC)
    return source


def _refuse_growth(path: Path) -> None:
    """Raise where a message, or all dictionaries together, would unpack to too much."""
    most_rows, words = max(_FEW_ROWS, path.stat().st_size * _MOST_ROWS_A_BYTE), 0
    with _stream(path) as source:
        for message in pa.ipc.MessageReader.open_stream(source):
            try:
                rows, unpacked = messages.unpacked(message.metadata, message.body)
            except (struct.error, IndexError) as error:
                raise pages.damaged() from error
            words += unpacked if message.type == "dictionary" else 0
            if max(unpacked, words) > _MOST_UNPACKED or rows > most_rows:
                raise pages.too_large()


def _apart(batch: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
    """Yield a batch in slices that stay bounded once each row has its words. Raises ArrowInvalid, SourceUnreadable."""
    batch.validate(full=True)
    width = sum(_longest(column) for column in batch.columns)
    step = max(1, _MOST_BATCH // max(width, 1))
    for start in range(0, batch.num_rows, step):
        yield batch.slice(start, step)


def weight(batch: pa.RecordBatch) -> int:
    """Return about how many bytes a batch's values take, each row with its words."""
    return int(batch.nbytes) + batch.num_rows * sum(_longest(column) for column in batch.columns)


def _longest(values: pa.Array) -> int:
    """How long a value can be that lies elsewhere than in its row. Raises SourceUnreadable where that is too long."""
    if pa.types.is_dictionary(values.type) and is_text(values.type.value_type):
        words = values.dictionary
    elif pa.types.is_string_view(values.type):
        words = values
    else:
        return 0
    longest = int(pc.max(pc.binary_length(words)).as_py() or 0)
    if longest > _LONGEST:
        raise SourceUnreadable(why=gettext_lazy("有一行超过一百万字节。"))
    return longest


def is_text(kind: pa.DataType) -> bool:
    """Whether values of this type are text."""
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))
