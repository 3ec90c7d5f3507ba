"""Which layers make up the index: the sealed file CURRENT. Writing it is what publishes."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import msgspec

from shudao.kernel import sealing
from shudao.kernel.folders import sync_folder, write_whole
from shudao.plane.lookup.contracts import IndexDamaged, IndexMissing
from shudao.plane.lookup.shapes import Current, bound

NAME, LOOKED = "CURRENT", "LOOKED"
SUFFIX = ".lmdb"
Mark = tuple[int, int, int]


def publish(
    path: Path, key: bytes, key_id: str, dataset: str, *, snapshot: int, as_of: str, layers: Sequence[str]
) -> None:
    """
    Let readers answer from `layers` from now on, atomically and durably.

    Args:
        path: The index's folder.
        key: 32 bytes that seal CURRENT, named `key_id`.
        snapshot: The dataset's snapshot number that the layers hold together.
        as_of: ISO instant or date that answers carry.
        layers: Names of finished layers, oldest first.

    Raises:
        ValueError: a layer is not there.
    """
    for name in layers:
        if not (path / name / "data.mdb").exists():
            raise ValueError(f"layer {name} is not there")
    head = msgspec.msgpack.encode(Current(dataset, snapshot, as_of, list(layers)))
    write_whole(path / NAME, sealing.seal(key, key_id, head, bound("current", path.name, "")))


def read(path: Path, keys: Mapping[str, bytes]) -> Current:
    """Return what CURRENT says. Raises IndexMissing, IndexDamaged."""
    try:
        sealed = (path / NAME).read_bytes()
    except FileNotFoundError:
        raise IndexMissing(index=path.name) from None
    try:
        plain = sealing.unseal(keys, sealed, bound("current", path.name, ""))
        return msgspec.msgpack.decode(plain, type=Current)
    except sealing.SealBroken as error:
        raise IndexDamaged(index=path.name, key=NAME, why=error.details["why"]) from error


def mark(path: Path) -> Mark | None:
    """Return what changes when other layers become valid."""
    try:
        stat = (path / NAME).stat()
    except FileNotFoundError:
        return None
    return stat.st_ino, stat.st_mtime_ns, stat.st_size


def looked(path: Path) -> float | None:
    """
    Return when the index was last found to be whole (seconds since 1970).

    None where nobody looked yet, or somebody met damage since.
    """
    try:
        return (path / LOOKED).stat().st_mtime
    except FileNotFoundError:
        return None


def trust(path: Path) -> None:
    """Note that the index was found to be whole just now."""
    (path / LOOKED).touch()
    os.utime(path / LOOKED)


def doubt(path: Path) -> None:
    """Note that a look-up met damage; who may not write there leaves it to the next look at all pages."""
    with contextlib.suppress(OSError):
        (path / LOOKED).unlink()


def clean(path: Path, keep: Collection[str]) -> None:
    """
    Remove the layers that are not in `keep`, half-written ones too, and a CURRENT that was never put in its place.

    Who reads a layer goes on until it closes it. Only the index's one writer may clean.
    """
    for folder in path.glob(f"*{SUFFIX}"):
        if folder.name not in keep:
            shutil.rmtree(folder, ignore_errors=True)
    for left in path.glob(f".{NAME}.*"):
        left.unlink(missing_ok=True)
    if path.exists():
        sync_folder(path)
