"""
The grant snapshot on disk: one canonical, signed JSON file, written whole or not at all, and its small heartbeat.

`grants.json` holds {"snapshot": …, "signature": {…}}; the signature is over the bytes of the snapshot member as they
stand. `alive.json` says, signed as well, up to which instant the control plane stands by that version.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from time import monotonic
from typing import Any, TypeVar

import msgspec

from shudao.kernel.errors import ShudaoError
from shudao.kernel.folders import write_whole
from shudao.kernel.signing import Signer, Verifier
from shudao.plane.grants import Snapshot

FILE, ALIVE, HISTORY = "grants.json", "alive.json", "history"
Verifiers = Mapping[str, Verifier]
T = TypeVar("T")


class SnapshotRefused(ShudaoError):
    """The file is absent, damaged, tampered with or older than one already seen; `file` and `why` say what."""

    code = "plane.snapshot_refused"
    status = 503
    says = "授权快照 {file} 不能使用：{why}。"
    advice = "请重新发布授权快照，并查明改动来源。"


@dataclass(frozen=True, slots=True)
class Alive:
    """The control plane still stood by `version` at `confirmed`."""

    version: int
    confirmed: datetime


class _Signature(msgspec.Struct):
    key: str
    algorithm: str
    value: str


class _File(msgspec.Struct):
    snapshot: msgspec.Raw
    signature: _Signature


class _AliveFile(msgspec.Struct):
    alive: msgspec.Raw
    signature: _Signature


def publish(snapshot: Snapshot, folder: Path, signer: Signer) -> Path:
    """
    Make `snapshot` the valid one in `folder`, durably and at once, and keep a copy by version under `history/`.

    Raises:
        SnapshotRefused: its version is not above the one that lies there.
    """
    folder = Path(folder)
    path = folder / FILE
    last = last_version(folder)
    if snapshot.version <= last:
        raise SnapshotRefused(file=FILE, why=f"版本 {snapshot.version} 不高于已发布的 {last}")
    content = _signed("snapshot", snapshot, signer)
    write_whole(folder / HISTORY / f"grants-{snapshot.version:010}.json", content)
    write_whole(path, content)
    return path


def last_version(folder: Path) -> int:
    """Return the highest version ever published in `folder`; 0 where there is none."""
    files = (Path(folder) / HISTORY).glob("grants-*.json")
    return max((int(file.stem.rpartition("-")[2]) for file in files), default=0)


def confirm(folder: Path, version: int, *, now: datetime, signer: Signer) -> None:
    """Say, signed, that `version` is still the valid one at `now`. To be repeated every few seconds."""
    write_whole(Path(folder) / ALIVE, _signed("alive", Alive(version, now), signer))


def read(folder: Path, verifiers: Verifiers) -> Snapshot:
    """Return the valid snapshot. Raises SnapshotRefused, naming the file and what is wrong."""
    return opened(_content(Path(folder) / FILE), verifiers)


def opened(content: bytes, verifiers: Verifiers) -> Snapshot:
    """Return the snapshot whose file has this content. Raises SnapshotRefused."""
    raw, signature = _parsed(FILE, content, _File, "snapshot")
    _check(FILE, raw, signature, verifiers)
    return _typed(FILE, raw, Snapshot)


def read_alive(folder: Path, verifiers: Verifiers) -> Alive | None:
    """Return the heartbeat, or None where there is none. Raises SnapshotRefused."""
    if not (Path(folder) / ALIVE).exists():
        return None
    return opened_alive(_content(Path(folder) / ALIVE), verifiers)


def opened_alive(content: bytes, verifiers: Verifiers) -> Alive:
    """Return the heartbeat whose file has this content. Raises SnapshotRefused."""
    raw, signature = _parsed(ALIVE, content, _AliveFile, "alive")
    _check(ALIVE, raw, signature, verifiers)
    return _typed(ALIVE, raw, Alive)


class Watcher:
    """
    Keeps the valid snapshot in memory and follows the folder; `look` costs two `stat` calls while nothing changes.

    A damaged or older file never replaces a good snapshot: it is told in `problem`, and the good one grows stale.
    """

    def __init__(self, folder: Path, verifiers: Callable[[], Verifiers]) -> None:
        self._folder = Path(folder)
        self._verifiers = verifiers
        self._marks: dict[str, tuple[int, int, int]] = {}
        self.snapshot: Snapshot | None = None
        self.confirmed: datetime | None = None
        self._heard = 0.0
        self.problem = "" if (self._folder / FILE).exists() else f"{FILE}: 尚未发布"

    def look(self) -> bool:
        """Read what has changed; return whether there is another snapshot now."""
        changed = False
        if self._moved(FILE):
            changed = self._take_snapshot()
        if self._moved(ALIVE) or changed:
            self._take_alive()
        return changed

    def age(self, now: datetime) -> float:
        """Return the seconds since the control plane last stood by the snapshot; a clock set back does not renew it."""
        if self.confirmed is None:
            return float("inf")
        return max((now - self.confirmed).total_seconds(), monotonic() - self._heard)

    def _moved(self, name: str) -> bool:
        try:
            stat = (self._folder / name).stat()
        except FileNotFoundError:
            return False
        mark = (stat.st_ino, stat.st_mtime_ns, stat.st_size)
        if self._marks.get(name) == mark:
            return False
        self._marks[name] = mark
        return True

    def _take_snapshot(self) -> bool:
        try:
            fresh = read(self._folder, self._verifiers())
            if self.snapshot is not None and fresh.version < self.snapshot.version:
                raise SnapshotRefused(file=FILE, why=f"版本 {fresh.version} 早于已使用的 {self.snapshot.version}")
        except SnapshotRefused as error:
            self.problem = str(error)
            return False
        self.snapshot, self.confirmed, self.problem = fresh, fresh.made, ""
        self._heard = monotonic()
        return True

    def _take_alive(self) -> None:
        try:
            alive = read_alive(self._folder, self._verifiers())
        except SnapshotRefused as error:
            self.problem = str(error)
            return
        if alive is None or self.snapshot is None or self.confirmed is None:
            return
        if alive.version == self.snapshot.version and alive.confirmed > self.confirmed:
            self.confirmed, self._heard = alive.confirmed, monotonic()


def _signed(member: str, value: object, signer: Signer) -> bytes:
    canonical = json.dumps(
        msgspec.to_builtins(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False
    ).encode()
    value_of = base64.b64encode(signer.sign(_bound(member, canonical))).decode()
    return _written(member, canonical, _Signature(signer.key_id, signer.algorithm, value_of))


def _written(member: str, canonical: bytes, signature: _Signature) -> bytes:
    return b'{"%s":%s,"signature":%s}\n' % (member.encode(), canonical, msgspec.json.encode(signature))


def _bound(member: str, canonical: bytes) -> bytes:
    # The member's name is signed too: a heartbeat can never pass for a snapshot.
    return b"shudao " + member.encode() + b"\n" + canonical


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise SnapshotRefused(file=path.name, why="尚未发布") from None


def _parsed(name: str, content: bytes, form: type[Any], member: str) -> tuple[bytes, _Signature]:
    try:
        file = msgspec.json.decode(content, type=form)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise SnapshotRefused(file=name, why=f"不是完整的快照文件（{error}）") from None
    canonical = bytes(getattr(file, member))
    # Only the one spelling counts: else a byte outside the signed ones could be changed unseen.
    if content != _written(member, canonical, file.signature):
        raise SnapshotRefused(file=name, why="写法与发布时不同，文件被改动过")
    return _bound(member, canonical), file.signature


def _check(name: str, signed: bytes, signature: _Signature, verifiers: Verifiers) -> None:
    verifier = verifiers.get(signature.key)
    if verifier is None:
        raise SnapshotRefused(file=name, why=f"签名密钥 {signature.key} 不受信任")
    try:
        value = base64.b64decode(signature.value, validate=True)
    except ValueError:
        value = b""
    if base64.b64encode(value).decode() != signature.value:
        value = b""
    if signature.algorithm != verifier.algorithm or not verifier.verify(signed, value):
        raise SnapshotRefused(file=name, why="内容与签名不符，文件被改动过")


def _typed(name: str, signed: bytes, form: type[T]) -> T:
    try:
        return msgspec.json.decode(signed.split(b"\n", 1)[1], type=form)
    except msgspec.MsgspecError as error:
        raise SnapshotRefused(file=name, why=f"内容不符合格式（{error}）") from None
