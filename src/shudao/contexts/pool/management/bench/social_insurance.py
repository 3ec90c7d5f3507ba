"""
Deliveries of `social-insurance` as Parquet: everybody once a month for ten months, each month in another random order.

The same rows and seed give the same files, and the same truth about them, everywhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from shudao.contexts.pool.management.bench import planted
from shudao.contexts.pool.management.bench.people import DIVISIONS, Index, Letters, People
from shudao.contexts.pool.management.bench.planted import Planted, Truth

MONTHS = 10
DATASET = "social-insurance"
# What is planted stands behind what is right.
# Behind the months, one wrong way to write each: were it one for all, a person's two wrong months would be one key.
_MONTHS = [f"2025{between}{month:02d}" for between in "-/" for month in range(1, MONTHS + 1)]
_INSURANCES = ["养老保险", "失业保险", "工伤保险", "生育保险"]
_DIVISIONS = [*DIVISIONS, "5X9901"]
_KINDS = ["单位职工", "灵活就业人员"]
_STATUSES = ["正常缴费", "欠费", "补缴", "不详"]
_TOO_LOW, _TOO_EARLY = 99, date(1999, 12, 31)
_GROUP = 120_000
_RISE = 10_000
_EPOCH = date(1970, 1, 1)
_LISTED = pa.dictionary(pa.int16(), pa.string())
SCHEMA = pa.schema(
    [
        ("resident_id", pa.string()),
        ("month", _LISTED),
        ("insurance", _LISTED),
        ("employer", pa.dictionary(pa.int32(), pa.string())),
        ("division", _LISTED),
        ("base", pa.int64()),
        ("personal", pa.int64()),
        ("employer_paid", pa.int64()),
        ("kind", _LISTED),
        ("status", _LISTED),
        ("paid_on", pa.date32()),
        ("months", pa.int64()),
    ]
)


class SocialInsurance:
    """
    `rows` rows about a tenth as many people.

    Args:
        rows: Rows of all ten months together, a multiple of ten.
        seed: Another seed, other people in another order with other errors.
    """

    def __init__(self, rows: int, seed: int) -> None:
        self.rows, self.seed = rows, seed
        self.people = People(rows // MONTHS, seed)

    def write(self, path: Path, months: Sequence[int] = range(1, MONTHS + 1)) -> Truth:
        """Write some months' rows (1 to 10) into one file; return the truth about it."""
        return planted.truth(_written(path, self._portions(months)))

    def truth(self, months: Sequence[int] = range(1, MONTHS + 1)) -> Truth:
        """Return the truth about what `write` writes, without writing it."""
        return planted.truth(self._planted(month, number) for month in months for number in range(self._groups()))

    def write_changes(self, path: Path) -> int:
        """Write a hundredth of the rows with a higher base: what an upsert delivers, all good. Return how many."""
        some = self._changed()
        parts = ((month, some[some % MONTHS == month - 1]) for month in range(1, MONTHS + 1))
        portions = (self._built(index, month, None, rise=_RISE) for month, index in parts if len(index))
        return sum(one.rows for one in _written(path, portions))

    def changes(self, most: int) -> list[tuple[str, str, int]]:
        """Return (resident ID, month, new base) of the first `most` rows of the changes."""
        found = []
        for person in self._changed()[:most]:
            index, month = np.array([person], np.uint32), int(person) % MONTHS + 1
            base = self.people.facts(index, month, rise=_RISE).base
            found.append((self.resident_ids(index)[0], _MONTHS[month - 1], int(base[0])))
        return found

    def resident_ids(self, index: Index) -> list[str]:
        """Return the people's identifiers."""
        return [bytes(row).decode() for row in self.people.resident_ids(index)]

    def _changed(self) -> Index:
        return self._order(0)[: max(self.rows // 100, 1)]

    def _order(self, month: int) -> Index:
        order = np.arange(self.people.count, dtype=np.uint32)
        self._chance(month).shuffle(order)
        return order

    def _chance(self, *place: int) -> np.random.Generator:
        return np.random.Generator(np.random.SFC64([self.seed, *place]))

    def _groups(self) -> int:
        return -(-self.people.count // _GROUP)

    def _planted(self, month: int, number: int) -> Planted:
        size = min(_GROUP, self.people.count - number * _GROUP)
        return planted.draw(self._chance(month, number), size)

    def _portions(self, months: Sequence[int]) -> Iterator[tuple[pa.RecordBatch, Planted]]:
        for month in months:
            order = self._order(month)
            for number in range(self._groups()):
                index = order[number * _GROUP : (number + 1) * _GROUP]
                yield self._built(index, month, self._planted(month, number))

    def _built(
        self, index: Index, month: int, errors: Planted | None, *, rise: int = 0
    ) -> tuple[pa.RecordBatch, Planted]:
        bad = errors or Planted(len(index), np.zeros(0, np.int64), np.zeros(0, np.int64))
        again = bad.of("key.unique")
        index[again] = index[again - 1]
        facts = self.people.facts(index, month, rise=rise)
        ids = self.people.resident_ids(index)
        wrong = bad.of("resident_id.check_digit")
        ids[wrong, 17] = np.where(ids[wrong, 17] == 48, 49, 48)
        in_month = np.full(len(index), month - 1, np.int16)
        paid = np.full(len(index), (date(2025, month, 1) - _EPOCH).days, np.int32) + facts.day
        for column, rule, value in (
            (in_month, "month.pattern", MONTHS + month - 1),
            (facts.insurance, "insurance.code_list", len(_INSURANCES) - 1),
            (facts.division, "division.pattern", len(_DIVISIONS) - 1),
            (facts.base, "base.range", _TOO_LOW),
            (facts.status, "status.code_list", len(_STATUSES) - 1),
            (paid, "paid_on.range", (_TOO_EARLY - _EPOCH).days),
        ):
            column[bad.of(rule)] = value
        arrays = [
            _texts(ids, bad.of("resident_id.required")),
            _listed(in_month, _MONTHS),
            _listed(facts.insurance, _INSURANCES),
            self._employers(facts.employer),
            _listed(facts.division, _DIVISIONS),
            _numbers(facts.base, bad.of("base.required")),
            pa.array(facts.personal),
            pa.array(facts.employer_paid),
            _listed(facts.kind, _KINDS),
            _listed(facts.status, _STATUSES),
            pa.array(paid, pa.int32()).view(pa.date32()),
            pa.array(facts.months),
        ]
        return pa.record_batch(arrays, SCHEMA), bad

    def _employers(self, employer: NDArray[np.int32]) -> pa.Array:
        """Only the codes that occur go into the portion's dictionary."""
        there = np.zeros(self.people.employers, bool)
        there[employer] = True
        known = np.flatnonzero(there)
        place = np.empty(self.people.employers, np.int32)
        place[known] = np.arange(len(known), dtype=np.int32)
        return pa.DictionaryArray.from_arrays(place[employer], _texts(self.people.credit_codes(known)))


def _written(path: Path, portions: Iterator[tuple[pa.RecordBatch, Planted]]) -> Iterator[Planted]:
    """Write every portion as a row group, building the next one meanwhile."""
    with _writer(path) as writer, ThreadPoolExecutor(1) as beside:
        waiting = beside.submit(next, portions, None)
        while (portion := waiting.result()) is not None:
            waiting = beside.submit(next, portions, None)
            writer.write_batch(portion[0], row_group_size=_GROUP)
            yield portion[1]


def _writer(path: Path) -> pq.ParquetWriter:
    return pq.ParquetWriter(
        path,
        SCHEMA,
        compression="zstd",
        compression_level=1,
        use_dictionary=[name for name in SCHEMA.names if name != "resident_id"],
        column_encoding={"resident_id": "DELTA_LENGTH_BYTE_ARRAY"},
        dictionary_pagesize_limit=4 << 20,
        write_statistics=False,
    )


def _texts(letters: Letters, missing: NDArray[np.int64] | None = None) -> pa.Array:
    rows, width = letters.shape
    offsets = np.arange(0, (rows + 1) * width, width, dtype=np.int32)
    mask = None if missing is None or not len(missing) else pa.py_buffer(_mask(rows, missing))
    return pa.StringArray.from_buffers(rows, pa.py_buffer(offsets), pa.py_buffer(np.ascontiguousarray(letters)), mask)


def _mask(rows: int, missing: NDArray[np.int64]) -> Letters:
    there = np.ones(rows, bool)
    there[missing] = False
    return np.packbits(there, bitorder="little")


def _numbers(values: NDArray[np.int64], missing: NDArray[np.int64]) -> pa.Array:
    mask = pa.py_buffer(_mask(len(values), missing)) if len(missing) else None
    return pa.Array.from_buffers(pa.int64(), len(values), [mask, pa.py_buffer(values)])


def _listed(codes: NDArray[np.int8] | NDArray[np.int16], texts: list[str]) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int16)), pa.array(texts, pa.string()))
