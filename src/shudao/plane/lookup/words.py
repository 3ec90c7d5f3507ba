"""A layer's dictionary of one text column: texts that many subjects share stand in blocks as their number."""

from __future__ import annotations

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]
from numpy.typing import NDArray

MOST = 65_536
_SHARED_BY = 8  # a text enters the dictionary when there are this many times more subjects than texts
_SURE = 1_000  # subjects after which a column is known to hold no dictionary texts

Codes = NDArray[np.int64]


class Words:
    """Grows from batch to batch; `texts` are the numbered texts, None among them where it occurs."""

    def __init__(self) -> None:
        self.texts: list[str | None] = []
        self._numbers: dict[str | None, int] = {}
        self._hopeless = False

    def codes(self, column: pa.Array, subjects: int) -> Codes | None:
        """Return each row's number, or None where the column's texts are too many. `column`: text, or a dictionary."""
        if self._hopeless:
            return None
        encoded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
        used = np.asarray(encoded.indices.fill_null(len(encoded.dictionary)), dtype=np.int64)
        places = np.flatnonzero(np.bincount(used))
        if len(places) > MOST + 1:
            return None
        texts: list[str | None] = encoded.dictionary.take(
            pa.array(places[places < len(encoded.dictionary)])
        ).to_pylist()
        texts += [None] * (len(places) - len(texts))
        if not self._admit({text for text in texts if text not in self._numbers}, subjects):
            return None
        numbers = np.zeros(len(encoded.dictionary) + 1, dtype=np.int64)
        numbers[places] = [self._numbers[text] for text in texts]
        return numbers[used]

    def _admit(self, fresh: set[str | None], subjects: int) -> bool:
        named = len(fresh - {None})
        if named * _SHARED_BY > subjects:
            self._hopeless = subjects >= _SURE and not self.texts
            return False
        if len(self.texts) + len(fresh) > MOST:
            return False
        for text in sorted(fresh, key=lambda text: (text is None, text or "")):  # in order, so that months count up
            self._numbers[text] = len(self.texts)
            self.texts.append(text)
        return True
