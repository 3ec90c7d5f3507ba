"""Hashes of whole columns are the hashes of their values."""

from __future__ import annotations

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from shudao.contexts.pool.adapters import subjects
from shudao.kernel import sealing

KEY = bytes(range(32))
TEXTS = st.lists(st.none() | st.text(max_size=48) | st.from_regex(r"[0-9]{17}[0-9X]", fullmatch=True), max_size=40)


@settings(max_examples=150, deadline=None)
@given(TEXTS, st.integers(0, 5))
def test_a_column_is_hashed_as_its_values_are(texts: list[str | None], cut: int) -> None:
    column = pa.array(texts, pa.string()).slice(cut)
    hashes = subjects.column(subjects.Hasher(KEY)(column), column)
    assert hashes.to_pylist() == [None if text is None else sealing.keyed_hash(KEY, text) for text in texts[cut:]]


def test_a_column_of_one_length_is_hashed_without_looking_at_each() -> None:
    texts = [f"51990119900101{number:04d}" for number in range(1000)]
    hashes = subjects.Hasher(KEY)(pa.array(texts))
    assert [bytes(one) for one in hashes] == [sealing.keyed_hash(KEY, text) for text in texts]
