"""Files that a page receives for materials: stored first, named by the application afterwards."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpRequest
from django.utils.translation import gettext

from shudao.faces.design.access import actor_of
from shudao.foundation.files import api as files
from shudao.foundation.files.contracts import FileKindRefused, FileTooLarge, StoredFile
from shudao.kernel import time
from shudao.kernel.errors import fill

ACCEPT = ".pdf,.png,.jpg,.jpeg"
KINDS = ("pdf", "png", "jpeg")
PREFIX = "material:"


def receive(request: HttpRequest, codes: Iterable[str]) -> tuple[dict[str, StoredFile], dict[str, str]]:
    """Store each file sent for one of these materials. Returns them by code, and what was refused: entry → sentence."""
    stored: dict[str, StoredFile] = {}
    refused: dict[str, str] = {}
    for code in codes:
        sent = request.FILES.get(PREFIX + code)
        if sent is None:
            continue
        try:
            stored[code] = files.store(
                sent, name=sent.name or "", kinds=KINDS, acting=actor_of(request), now=time.now()
            )
        except (FileTooLarge, FileKindRefused) as error:
            refused[PREFIX + code] = " ".join(fill(gettext(part), error.details) for part in (error.says, error.advice))
    return stored, refused
