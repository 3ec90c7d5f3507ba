"""Stored files and what is refused."""

from __future__ import annotations

from dataclasses import dataclass

from shudao.kernel.errors import NotFound, ShudaoError

MEBIBYTE = 1024 * 1024
DEFAULT_LIMIT = 20 * MEBIBYTE
MEDIA_TYPES = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "txt": "text/plain",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
DEFAULT_KINDS = frozenset({"pdf", "png", "jpeg", "txt", "docx", "xlsx"})


@dataclass(frozen=True, slots=True)
class StoredFile:
    """
    A file as it lies in the store.

    `digest` is the SHA-256 of its bytes, 64 lower-case hex digits, and its address. `size` is in bytes. `name` is safe
    to show and to save under; it belongs to whoever stored the file: keep it beside the digest.
    """

    digest: str
    size: int
    media_type: str
    name: str


class NotAWorkbook(Exception):
    """The file is no workbook, or a hostile one; the sentence says which (Chinese, in the catalogue)."""


class NotText(Exception):
    """The file is in no encoding that is read; the sentence says so (Chinese, in the catalogue)."""


class FileTooLarge(ShudaoError):
    """More bytes than are allowed; reading stopped there."""

    code = "files.too_large"
    status = 413
    says = "文件太大：最大可上传{limit_mib}兆字节。"
    advice = "请压缩图片或分成几个文件后再上传。"


class FileKindRefused(ShudaoError):
    """What the bytes are is not a kind that is accepted here, whatever the name says."""

    code = "files.kind_refused"
    status = 415
    says = "不能接收这种文件。"
    advice = "请上传以下类型之一：{kinds}。"


class FileBroken(FileKindRefused):
    """The kind is right, but the file is empty, cut off, or expands beyond reason."""

    code = "files.broken"
    status = 422
    says = "文件是空的、不完整或已损坏。"
    advice = "请在电脑或手机上确认能打开这个文件，然后重新上传。"


class DiskFull(ShudaoError):
    """No space for the file: nothing was kept."""

    code = "files.disk_full"
    status = 507
    says = "存储空间不足，文件没有保存。"
    advice = "请稍后再试；问题持续时请联系平台管理员。"


class StorageFault(ShudaoError):
    """The disk did not confirm the file: nothing was kept."""

    code = "files.storage_fault"
    status = 503
    says = "存储设备出错，文件没有保存。"
    advice = "请稍后再试；问题持续时请联系平台管理员。"


class NoSuchFile(NotFound):
    """No file of that digest is stored."""

    code = "files.no_such_file"


class FileDamaged(ShudaoError):
    """The stored bytes are not the ones that were stored: the disk or somebody changed them."""

    code = "files.damaged"
    status = 500
    says = "文件校验未通过，不能打开。"
    advice = "请联系平台管理员从备份恢复。"
