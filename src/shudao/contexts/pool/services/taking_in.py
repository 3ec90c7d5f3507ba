"""
Take a delivery in, in two passes: judge it portion by portion, then sort and write it part by part.

Nothing here is valid yet: files and the layer of the index become so when the batch is published.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
from django.conf import settings
from numpy.typing import NDArray

from shudao.contexts.pool.adapters import cleaning, index, keys, layers, live, sorting, sources, vault
from shudao.contexts.pool.adapters.datafiles import DataWriter, WrittenFile, count_of
from shudao.contexts.pool.adapters.held import ID, SUBJECT, Holder, raw
from shudao.contexts.pool.adapters.judge import Bad, Judge, by_key
from shudao.contexts.pool.adapters.live import Live
from shudao.contexts.pool.adapters.meeting import PLACE, Meeting
from shudao.contexts.pool.adapters.others import Other
from shudao.contexts.pool.adapters.quarantine import SHAPE, QuarantineWriter
from shudao.contexts.pool.adapters.rowseals import FileSeal
from shudao.contexts.pool.adapters.staging import Pieces, Staging
from shudao.contexts.pool.adapters.subjects import Hasher
from shudao.contexts.pool.contracts.datasets import DatasetContract
from shudao.contexts.pool.contracts.deliveries import Mode
from shudao.contexts.pool.rules.contract import of_keys
from shudao.contexts.pool.rules.judging import LINE

Progress = Callable[[str, float], None]
UNKNOWN_ROW = "row.unknown"


@dataclass(slots=True)
class Taken:
    """
    What came of a delivery.

    Args:
        rows: Rows in the source, those of another shape included.
        good: Rows that count; in a deletion, keys of rows that are gone now.
        reasons: Rule code → how many rows broke it.
        filled: Rule code → how many elements it judged.
        files: Data and quarantine files.
        layer: The layer of the index, "" where no row is good.
        dead: Where rows lie that are replaced or removed (`live.DEAD`).
        subjects: How many subjects come in addition to those of the snapshot before, less those that go.
    """

    rows: int = 0
    good: int = 0
    reasons: dict[str, int] = field(default_factory=dict)
    filled: dict[str, int] = field(default_factory=dict)
    files: list[WrittenFile] = field(default_factory=list)
    layer: str = ""
    dead: pa.Table = field(default_factory=live.DEAD.empty_table)
    subjects: int = 0


class Intake:
    """
    One delivery on its way.

    Args:
        contract: The dataset's; of a deletion, subject and key alone are judged.
        mode: What it is.
        number: The batch's number.
        source: The file.
        folder: The batch's folder; it exists and is empty.
        before: The snapshot that it adds to, replaces in, or takes from; None for a full load and at the start.
        tell: Told of the progress.
    """

    def __init__(
        self,
        contract: DatasetContract,
        mode: Mode,
        *,
        number: str,
        source: Path,
        folder: Path,
        before: Live | None,
        tell: Progress,
    ) -> None:
        self._whole, self._mode, self._number, self._source = contract, mode, number, source
        self._contract = of_keys(contract) if mode is Mode.DELETE else contract
        self._folder, self._before, self._tell = folder, before, tell
        self._scratch = folder / "staging"
        self._scratch.mkdir(mode=0o700)
        self._holder = Holder(self._contract, Hasher(keys.subject_key()))
        self._staging = Staging(self._scratch)
        self._bad = Pieces(self._scratch / "bad")
        self._key = by_key(self._contract)
        self._late: Bad = {}
        self._taken = Taken()

    def run(self, today: date, other: Mapping[str, Other]) -> Taken:
        """Take the delivery in. Raises SourceUnreadable, TooManyRows, OSError."""
        key = keys.sealing_key(keys.FILES)
        seal = FileSeal.new(
            dataset=self._contract.code, batch=self._number, version=self._contract.version, key_id=key.id
        )
        root, secrets = Path(settings.POOL_ROOT), {key.id: key.secret}
        misshapen = self._judge(today, other)
        self._write(root, (key.id, key.secret))
        quarantine = QuarantineWriter(root, self._folder / "quarantine.parquet", seal, secrets)
        try:
            self._set_aside(quarantine)
            quarantine.misshapen(misshapen)
            self._taken.files += quarantine.finish()
        finally:
            quarantine.close()
        shutil.rmtree(self._scratch)
        if misshapen:
            self._taken.rows += len(misshapen)
            self._taken.reasons[SHAPE] = len(misshapen)
        return self._taken

    # Pass 1 ---------------------------------------------------------------------------------------------------------

    def _judge(self, today: date, other: Mapping[str, Other]) -> list[str]:
        self._tell("judge", 0.0)
        portions = sources.portions(self._source, self._contract)
        with Judge(self._contract, today=today, hasher=self._holder.hasher, other=other) as judge:
            for table in portions.tables:
                cleaned = cleaning.clean(table, self._contract)
                self._part(cleaned, judge.portion(cleaned))
                self._taken.rows += cleaned.num_rows
            self._late = judge.whole()
            self._taken.reasons, self._taken.filled = dict(judge.reasons), dict(judge.filled)
        return portions.misshapen

    def _part(self, table: pa.Table, bad: Bad) -> None:
        """Good rows wait for their part of the second pass; of bad ones, their keys do, and the rows themselves."""
        if bad:
            lines = np.fromiter(bad, np.int64, len(bad))
            first = table.column(LINE)[0].as_py()
            good = np.ones(table.num_rows, np.bool_)
            good[lines - first] = False
            rows = table.filter(pa.array(~good))
            table = table.filter(pa.array(good))
            if self._key is not None:
                self._staging.put(self._holder.keys(rows))
            reasons = pa.array([bad[line] for line in rows.column(LINE).to_pylist()], pa.list_(pa.string()))
            self._bad.add(_as_text(rows).append_column(_REASONS, reasons))
        if table.num_rows:
            self._staging.put(self._holder.held(table))

    # Pass 2 ---------------------------------------------------------------------------------------------------------

    def _write(self, root: Path, key: tuple[str, bytes]) -> None:
        with ExitStack() as stack:
            data = stack.enter_context(DataWriter(root, self._folder, self._holder, self._number, key))
            layer = stack.enter_context(layers.writer(index.path(self._whole.code), self._whole))
            meeting = stack.enter_context(Meeting(self._before, self._record_key())) if self._before else None
            for share, pieces in self._staging.parts():
                self._tell("write", share)
                good = self._sorted(pieces)
                if good is not None:
                    good = self._met(good, meeting) if meeting else self._new(good)
                    self._keep(good, data, layer)
            self._taken.files += data.finish()
            if self._taken.good:
                self._taken.layer = layer.finish().name

    def _record_key(self) -> list[str]:
        return layers.record_key(self._contract)

    def _sorted(self, pieces: list[pa.Table]) -> pa.Table | None:
        """Return a part's good rows in order, without those whose key came earlier in this delivery."""
        whole = [piece for piece in pieces if ID in piece.column_names]
        keys_only = [piece for piece in pieces if ID not in piece.column_names]
        rows = self._holder.joined(whole) if whole else None
        count = rows.num_rows if rows is not None else 0
        meets = self._holder.joined([*(self._keys_of(whole)), *keys_only]) if keys_only else rows
        if meets is None:
            return None
        found = sorting.ordered(meets, self._holder, self._record_key())
        lines = meets.column(LINE).to_numpy()
        drop = self._note_later(lines, sorting.later(found, lines)) if self._key else np.zeros(0, np.int64)
        if rows is None:
            return None
        order = found.order[found.order < count] if len(found.order) > count else found.order
        late = np.fromiter(self._late, np.int64, len(self._late))
        out = np.isin(order, drop) | (np.isin(lines[order], late) if len(late) else False)
        return rows.take(pa.array(order[~out] if out.any() else order))

    def _keys_of(self, pieces: list[pa.Table]) -> Iterator[pa.Table]:
        names = {LINE, SUBJECT, *self._record_key()}
        for piece in pieces:
            yield piece.select([name for name in piece.column_names if name.removeprefix("code:") in names])

    def _note_later(self, lines: NDArray[np.int64], places: NDArray[np.int64]) -> NDArray[np.int64]:
        assert self._key is not None  # noqa: S101 - asked for with a key only
        self._note(lines[places], self._key.code)
        return places

    def _note(self, lines: NDArray[np.int64], reason: str) -> None:
        for line in lines.tolist():
            self._late.setdefault(line, []).append(reason)
        if len(lines):
            self._taken.reasons[reason] = self._taken.reasons.get(reason, 0) + len(lines)

    def _new(self, good: pa.Table) -> pa.Table:
        if self._mode is Mode.DELETE:
            self._note(good.column(LINE).to_numpy(), UNKNOWN_ROW)
            return good.slice(0, 0)
        self._taken.subjects += count_of(raw(good))
        return good

    def _met(self, good: pa.Table, meeting: Meeting) -> pa.Table:
        """Compare with what is there: what may not be there, or has to be, is bad; what is replaced is dead."""
        met = meeting.met(self._located(good))
        there = np.zeros(good.num_rows, np.bool_)
        there[met.places] = True
        lines = good.column(LINE).to_numpy()
        if self._mode is Mode.APPEND:
            self._note(lines[there], self._key.code if self._key else "key.unique")
            good = good.filter(pa.array(~there)) if there.any() else good
        elif self._mode is Mode.DELETE:
            self._note(lines[~there], UNKNOWN_ROW)
            good = good.filter(pa.array(there))
            self._taken.subjects -= met.bereft
        if self._mode is not Mode.APPEND:
            self._taken.dead = pa.concat_tables([self._taken.dead, met.rows])
        if self._mode is not Mode.DELETE:
            self._taken.subjects += self._fresh(good, met.known, rejected=bool(there.any()), meeting=meeting)
        return good

    def _fresh(self, good: pa.Table, known: int, *, rejected: bool, meeting: Meeting) -> int:
        """How many subjects are new; rejected rows are not counted, and may have been those of known ones only."""
        if rejected and self._mode is Mode.APPEND:
            known = meeting.met(self._located(good)).known
        return count_of(raw(good)) - known

    def _located(self, good: pa.Table) -> pa.Table:
        columns = [pa.array(np.arange(good.num_rows)), good.column(SUBJECT)]
        columns += [self._holder.values(good, name) for name in self._record_key()]
        return pa.table(columns, [PLACE, SUBJECT, *self._record_key()])

    def _keep(self, good: pa.Table, data: DataWriter, layer: layers.LayerWriter) -> None:
        if not good.num_rows:
            return
        self._taken.good += good.num_rows
        if self._mode is Mode.DELETE:
            layers.remove(layer, good, self._holder, self._whole)
            return
        data.write(good)
        layers.add(layer, good, self._holder)
        subjects = raw(good)
        first = _firsts(subjects)
        vault.keep(subjects[first], good.column(ID).combine_chunks().take(pa.array(first)))

    # Quarantine -----------------------------------------------------------------------------------------------------

    def _set_aside(self, quarantine: QuarantineWriter) -> None:
        """First the rows that were bad by themselves, then those that were bad beside others, read again."""
        order = {rule.code: place for place, rule in enumerate(self._contract.rules)}
        for table in self._bad.take():
            lines = table.column(LINE).to_pylist()
            reasons = table.column(_REASONS).to_pylist()
            full = [[*had, *self._late.pop(line, [])] for line, had in zip(lines, reasons, strict=True)]
            _write_rows(quarantine, table.drop_columns([_REASONS]), [_in_order(one, order) for one in full])
        if not self._late:
            return
        late = np.array(sorted(self._late), np.int64)
        for table in sources.portions(self._source, self._contract).tables:
            first = table.column(LINE)[0].as_py()
            start, stop = np.searchsorted(late, [first, first + table.num_rows]).tolist()
            if start == stop:
                continue
            some = table.take(pa.array(late[start:stop] - first))
            rows = _as_text(cleaning.clean(some, self._contract))
            reasons = [_in_order(self._late[line], order) for line in rows.column(LINE).to_pylist()]
            _write_rows(quarantine, rows, reasons)


_REASONS = "_reasons"


def _firsts(subjects: NDArray[np.uint8]) -> NDArray[np.int64]:
    words = np.ascontiguousarray(subjects).view(np.uint64)
    fresh = np.ones(len(words), np.bool_)
    fresh[1:] = (words[1:] != words[:-1]).any(axis=1)
    return np.flatnonzero(fresh)


def _as_text(table: pa.Table) -> pa.Table:
    arrays = [column if name == LINE else column.cast(pa.string()) for name, column in _named(table)]
    return pa.table(arrays, table.column_names)


def _named(table: pa.Table) -> Iterator[tuple[str, pa.ChunkedArray]]:
    yield from zip(table.column_names, table.columns, strict=True)


def _in_order(reasons: list[str], order: Mapping[str, int]) -> list[str]:
    return sorted(dict.fromkeys(reasons), key=lambda code: order.get(code, len(order)))


def _write_rows(quarantine: QuarantineWriter, rows: pa.Table, reasons: list[list[str]]) -> None:
    values = [column.to_pylist() for name, column in _named(rows) if name != LINE]
    quarantine.write(rows.column(LINE).to_pylist(), reasons, list(zip(*values, strict=True)))
