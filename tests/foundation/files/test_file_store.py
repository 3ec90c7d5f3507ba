"""The store keeps what it says it kept, and nothing of what it refused."""

from __future__ import annotations

import errno
import hashlib
import io
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connections

from shudao.foundation.audit import api as audit
from shudao.foundation.audit.contracts import SYSTEM
from shudao.foundation.files import api as files
from shudao.foundation.files.contracts import (
    DiskFull,
    FileBroken,
    FileDamaged,
    FileKindRefused,
    FileTooLarge,
    NoSuchFile,
    StorageFault,
    StoredFile,
)
from tests.foundation.files import samples

NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def root(tmp_path: Path, settings: Any) -> Path:
    settings.FILES_ROOT = tmp_path / "files"
    return tmp_path / "files"


def _store(content: bytes, name: str = "材料.pdf", **options: Any) -> StoredFile:
    return files.store(io.BytesIO(content), name=name, acting=SYSTEM, now=NOON, **options)


def _kept(root: Path) -> list[Path]:
    return [path for path in root.rglob("*") if path.is_file()]


def test_a_file_is_kept_under_its_digest(root: Path) -> None:
    stored = _store(samples.PDF, "C:\\扫描件.PDF")
    digest = hashlib.sha256(samples.PDF).hexdigest()
    assert stored == StoredFile(digest, len(samples.PDF), "application/pdf", "扫描件.pdf")
    path = root / digest[:2] / digest[2:4] / digest
    assert path.read_bytes() == samples.PDF
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert files.read(digest) == samples.PDF
    with files.open_file(digest) as file:
        assert file.read() == samples.PDF
    assert files.info(digest).name == f"{digest[:12]}.pdf"
    assert audit.entries(target=digest)[0].action == "files.store"


def test_the_same_bytes_are_one_file_with_two_names(root: Path) -> None:
    assert _store(samples.PDF, "a.pdf").digest == _store(samples.PDF, "b.pdf").digest
    assert len(_kept(root)) == 1


@pytest.mark.parametrize(
    ("content", "options", "refusal"),
    [
        (b"MZ\x90\x00\x03\x00", {}, FileKindRefused),
        (samples.GIF, {}, FileKindRefused),
        (samples.PDF, {"kinds": {"png"}}, FileKindRefused),
        (samples.PDF[:-8], {}, FileBroken),
        (b"", {}, FileBroken),
        (samples.BOMB, {}, FileBroken),
        (samples.PDF, {"limit": len(samples.PDF) - 1}, FileTooLarge),
    ],
)
def test_what_is_refused_leaves_nothing(
    root: Path, content: bytes, options: dict[str, Any], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        _store(content, **options)
    assert _kept(root) == []
    with pytest.raises(NoSuchFile):
        files.info(hashlib.sha256(content).hexdigest())


def test_a_file_of_just_the_limit_is_kept() -> None:
    assert _store(samples.PDF, limit=len(samples.PDF)).size == len(samples.PDF)


def test_reading_stops_one_byte_beyond_the_limit() -> None:
    class Endless:
        taken = 0

        def read(self, size: int, /) -> bytes:
            self.taken += size
            return b"x" * size

    stream = Endless()
    with pytest.raises(FileTooLarge):
        files.store(stream, name="x.txt", limit=200_000, acting=SYSTEM, now=NOON)
    assert stream.taken == 200_001


def test_an_unknown_kind_is_the_callers_fault() -> None:
    with pytest.raises(ValueError, match="exe"):
        _store(samples.PDF, kinds={"exe"})


@pytest.mark.parametrize(
    ("number", "refusal"), [(errno.ENOSPC, DiskFull), (errno.EDQUOT, DiskFull), (errno.EIO, StorageFault)]
)
def test_a_disk_that_does_not_confirm_keeps_nothing(
    root: Path, monkeypatch: pytest.MonkeyPatch, number: int, refusal: type[Exception]
) -> None:
    _store(samples.PNG, "first.png")

    def fail(_handle: int) -> None:
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fail)
        with pytest.raises(refusal):
            _store(samples.PDF)
    assert len(_kept(root)) == 1
    assert _store(samples.PDF).size == len(samples.PDF), "service resumes"


def test_bytes_are_confirmed_before_the_name_and_the_name_before_the_row(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _store(samples.PNG, "first.png")
    steps: list[str] = []
    fsync, replace = os.fsync, Path.replace

    def note_sync(handle: int) -> None:
        steps.append("folder" if stat.S_ISDIR(os.fstat(handle).st_mode) else "bytes")
        fsync(handle)

    def note_replace(path: Path, target: Path) -> Path:
        steps.append("name")
        return replace(path, target)

    monkeypatch.setattr(os, "fsync", note_sync)
    monkeypatch.setattr(Path, "replace", note_replace)
    monkeypatch.setattr(audit, "record", lambda **_: steps.append("row"))
    _store(samples.PDF)
    assert steps[steps.index("bytes") :] == ["bytes", "name", "folder", "row"]


def test_changed_or_missing_bytes_are_noticed(root: Path) -> None:
    digest = _store(samples.PDF).digest
    path = root / digest[:2] / digest[2:4] / digest
    path.write_bytes(samples.PDF.replace(b"obj", b"0bj"))
    with pytest.raises(FileDamaged):
        files.read(digest)
    path.unlink()
    with pytest.raises(FileDamaged):
        files.open_file(digest)


@pytest.mark.parametrize("digest", ["", "../../etc/passwd", "A" * 64, "0" * 64])
def test_absent_and_impossible_addresses_look_alike(digest: str) -> None:
    with pytest.raises(NoSuchFile):
        files.read(digest)


@pytest.mark.django_db(transaction=True)
def test_many_may_store_the_same_file_at_once(root: Path) -> None:
    def one(_number: int) -> str:
        try:
            return _store(samples.PDF).digest
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        digests = set(pool.map(one, range(24)))
    assert len(digests) == 1
    assert len(_kept(root)) == 1
