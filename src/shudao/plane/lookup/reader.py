"""Answers look-ups from the layers that CURRENT names, the newest first."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import lmdb

from shudao.plane.lookup import checking, current, shapes
from shudao.plane.lookup.contracts import Found, IndexDamaged
from shudao.plane.lookup.decoding import Row
from shudao.plane.lookup.layer import Layer

_LOOK_AGAIN = 1.0  # seconds between two looks at CURRENT
_MOST_PROBLEMS = 100
_monotonic = time.monotonic


class IndexReader:
    """
    Reads the index at folder `path`, following what is published by itself. Safe in threads; open it after a fork.

    Args:
        path: The index's folder.
        keys: Key id → key of 32 bytes.

    Raises:
        IndexMissing: nothing was published at `path`.
        IndexDamaged: CURRENT or a layer's head does not open with these keys, or a layer is missing.
    """

    def __init__(self, path: Path, keys: Mapping[str, bytes]) -> None:
        self._path = Path(path)
        self._keys = dict(keys)
        self._guard = threading.RLock()
        self._layers: list[Layer] = []  # newest first
        self._current = shapes.Current("", 0, "", [])
        self._mark: current.Mark | None = None
        self._look_at = 0.0
        self._choices: dict[tuple[str, ...], frozenset[str]] = {}
        try:
            self._follow()
        except IndexDamaged:
            current.doubt(self._path)
            raise

    def lookup(self, subject: bytes, fields: Collection[str] | None = None) -> Found | None:
        """
        Return the subject's rows, or None where the dataset knows no such subject.

        Args:
            subject: 16 bytes.
            fields: Names of the fields to show; others are not decoded. None for all.

        Raises:
            IndexDamaged: what should answer is changed, moved or missing.
        """
        with self._guard:
            try:
                if _monotonic() > self._look_at:
                    self._follow()
                wanted = None if fields is None else self._choice(fields)
                if len(self._layers) == 1:
                    found = self._layers[0].find(subject, wanted)
                    rows = found[0] if found else []
                else:
                    rows = self._merged(subject, wanted)
            except IndexDamaged:
                current.doubt(self._path)
                raise
            except lmdb.Error as error:
                current.doubt(self._path)
                raise IndexDamaged(index=self._path.name, key=subject.hex(), why=str(error)) from error
            return Found(rows, self._current.snapshot, self._current.as_of) if rows else None

    @property
    def snapshot(self) -> int:
        """The snapshot number that the next look-up answers from."""
        with self._guard:
            self._follow()
            return self._current.snapshot

    @property
    def as_of(self) -> str:
        """The instant that the next look-up's answer is as of."""
        with self._guard:
            self._follow()
            return self._current.as_of

    @property
    def layers(self) -> list[str]:
        """The names of the layers that answer, oldest first."""
        with self._guard:
            self._follow()
            return list(self._current.layers)

    @property
    def count(self) -> int:
        """
        How many subjects the index holds, exactly.

        With one layer that is known. With several, every subject of the layers above the lowest is looked up: once,
        for some 20 µs each.
        """
        with self._guard:
            self._follow()
            if not self._layers:
                return 0
            if len(self._layers) == 1:
                return self._layers[0].head().alive
            *above, lowest = self._layers
            changed = set(itertools.chain.from_iterable(layer.subjects() for layer in above))
            before = sum(1 for subject in changed if (found := lowest.find(subject, frozenset())) and found[0])
            after = sum(1 for subject in changed if self._merged(subject, frozenset()))
            return lowest.head().alive - before + after

    def problems(self) -> list[str]:
        """Read every block of every layer; return a sentence for each that is damaged, missing or invented."""
        with self._guard:
            self._follow()
            found = itertools.chain.from_iterable(checking.problems(layer, self._path.name) for layer in self._layers)
            return list(itertools.islice(found, _MOST_PROBLEMS))

    def close(self) -> None:
        """Give the layers back; the reader is of no use afterwards."""
        with self._guard:
            layers, self._layers, self._mark = self._layers, [], None
            for layer in layers:
                layer.close()

    def _choice(self, fields: Collection[str]) -> frozenset[str]:
        """Return the fields as a set; each choice is made once, for it also finds the plans."""
        key = tuple(fields)
        choice = self._choices.get(key)
        if choice is None:
            if len(self._choices) >= 1_000:
                self._choices.clear()
            choice = self._choices[key] = frozenset(key)
        return choice

    def _merged(self, subject: bytes, wanted: frozenset[str] | None) -> list[Row]:
        """Return the rows that no newer layer replaces or takes away, by record key."""
        record_key = self._layers[0].layout.record_key if self._layers else []
        read = None if wanted is None else wanted.union(record_key)
        rows: list[Row] = []
        hidden: set[tuple[Any, ...]] = set()
        contributing = 0
        for layer in self._layers:
            found = layer.find(subject, read)
            if found is None:
                continue
            live, gone = found
            here = [row for row in live if _key(row, record_key) not in hidden] if hidden else live
            hidden.update(_key(row, record_key) for row in itertools.chain(live, gone))
            contributing += bool(here)
            rows += here
        if contributing > 1:
            rows.sort(key=lambda row: [(value is None, value) for value in _key(row, record_key)])
        if wanted is not None and read != wanted:
            return [{name: value for name, value in row.items() if name in wanted} for row in rows]
        return rows

    def _follow(self) -> None:
        self._look_at = _monotonic() + _LOOK_AGAIN
        mark = current.mark(self._path)
        try:
            self._open(mark)
        except IndexDamaged:
            if current.mark(self._path) == mark:
                raise
            self._follow()  # published anew in between, and what was shown before is gone

    def _open(self, mark: current.Mark | None) -> None:
        if mark is not None and mark == self._mark:
            for layer in self._layers:
                layer.check_size()
            return
        said = current.read(self._path, self._keys)
        fresh: list[Layer] = []
        try:
            for name in reversed(said.layers):
                fresh.append(Layer(self._path, name, self._keys, said.dataset))
        except IndexDamaged:
            for layer in fresh:
                layer.close()
            raise
        self.close()
        self._layers, self._current, self._mark = fresh, said, mark


def _key(row: Row, record_key: list[str]) -> tuple[Any, ...]:
    return tuple([row.get(name) for name in record_key])
