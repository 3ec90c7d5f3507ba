"""What forms that send a file have in common: the file, held in memory, and refusals beside their entries."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.utils.translation import gettext

from shudao.faces.design import refusals
from shudao.faces.design.fields import Field
from shudao.kernel.errors import Forbidden, Invalid, NotFound, ShudaoError, SignInNeeded

# Who may not, or asks for what is not there, is told on a page of its own; all else beside the entry.
ELSEWHERE = (Forbidden, NotFound, SignInNeeded)


def upload(request: HttpRequest) -> UploadedFile:
    """The file that was chosen. Raises Invalid where there is none, or nothing in it."""
    sent = request.FILES.get("file")
    if not isinstance(sent, UploadedFile) or not sent.size:
        raise Invalid(fields={"file": gettext("请选择要报送的文件。")})
    return sent


@contextlib.contextmanager
def held(sent: UploadedFile) -> Iterator[Path]:
    """Give a path at which the file can be read while the block runs: nothing of it lies on a disk in plain."""
    descriptor = os.memfd_create("upload", os.MFD_CLOEXEC)
    try:
        with os.fdopen(os.dup(descriptor), "wb") as file:
            for chunk in sent.chunks():
                file.write(chunk)
        yield Path(f"/proc/self/fd/{descriptor}")
    finally:
        os.close(descriptor)


def told(error: ShudaoError, name: str = "file") -> dict[str, str]:
    """A refusal as entries of the error summary: what is wrong and what to do, in the reader's language."""
    if isinstance(error, Invalid) and error.fields:
        return {field: said(sentence) for field, sentence in error.fields.items()}
    words = refusals.tell(error, "")
    return {name: words.says + words.advice}


def said(sentence: str) -> str:
    """A sentence in the reader's language, its gaps filled."""
    key, filled = getattr(sentence, "key", sentence), getattr(sentence, "filled", {})
    return gettext(key).format_map(filled) if filled else gettext(key)


def beside(errors: dict[str, str], entry: str) -> list[Field]:
    """Faults in parts of one long text, for an error summary whose links all lead to that text."""
    return [Field(entry, name, error=sentence) for name, sentence in errors.items()]
