"""What the look-up index answers, and its two refusals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec

from shudao.kernel.errors import ShudaoError


class IndexDamaged(ShudaoError):
    """The index is not what its writer left; `index` (with its layer) and `key` (hex, or a part's name) say where."""

    code = "plane.index_damaged"
    status = 500
    says = "查询索引 {index} 的条目 {key} 已损坏：{why}。"
    advice = "请从数据池重建该索引。"


class IndexMissing(ShudaoError):
    """Nothing has been published at this path."""

    code = "plane.index_missing"
    status = 500
    says = "查询索引 {index} 尚未建立。"
    advice = "请先发布该数据集。"


class Damaged(Exception):
    """Bytes that are not what was written; who knows the layer and the key turns it into IndexDamaged."""


class Found(msgspec.Struct, frozen=True):  # made for every look-up: a struct takes a quarter of a dataclass's time
    """A subject's rows, the dataset's snapshot number and the instant it is as of."""

    rows: list[dict[str, Any]]
    snapshot: int
    as_of: str


@dataclass(frozen=True, slots=True)
class LayerInfo:
    """A finished layer: its folder's name, rows (tombstones apart), tombstones, subjects, bytes on disk."""

    name: str
    rows: int
    gone: int
    subjects: int
    bytes: int
