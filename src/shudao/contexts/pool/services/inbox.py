"""
Take in what departments leave in their inbox: `<dataset>/<full|append|upsert|delete>/<file>`.

A file is read where it lies. Once its batch is published it is overwritten and removed: it holds plain identifiers, and
the inbox need not lie on the volume that is encrypted. The batch's key is the file's digest and name, so a file that a
killed process had taken in gives the same batch again.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext, gettext_noop

from shudao.contexts.pool.adapters import inbox, locks, sources
from shudao.contexts.pool.adapters.inbox import Folder, Held
from shudao.contexts.pool.contracts.arrivals import Arrival
from shudao.contexts.pool.contracts.deliveries import Mode
from shudao.contexts.pool.contracts.refusals import DatasetBusy, InboxMissing, InboxRefused, NotStored
from shudao.contexts.pool.queries import manifest
from shudao.contexts.pool.services import ingesting
from shudao.foundation.audit import api as audit
from shudao.foundation.audit.contracts import SYSTEM
from shudao.foundation.outbox import api as outbox
from shudao.kernel.errors import Invalid, ShudaoError, fill

logger = logging.getLogger(__name__)

_LOCK = ".inbox"
_LANGUAGES = ("zh-hans", "en")


class _StillWrittenError(Exception):
    """Somebody wrote to the file while it was read; nothing of it is kept."""


def take(*, now: datetime) -> list[Arrival]:
    """Take in every file that stands still; nothing where another process is at it."""
    try:
        with locks.only_writer(_LOCK):
            return list(_all(now))
    except DatasetBusy:
        return []


def anything(*, now: datetime) -> bool:
    """Whether something lies there that can be looked at; False where no inbox is set up."""
    if not settings.POOL_INBOX:
        return False
    return any(folder.waiting(now.timestamp()) or folder.unfinished() for folder in _folders())


def _folders() -> Iterator[Folder]:
    if not settings.POOL_INBOX:
        raise InboxMissing
    try:
        yield from inbox.folders(Path(settings.POOL_INBOX).resolve())
    except (FileNotFoundError, NotADirectoryError) as error:
        raise InboxMissing from error


def _all(now: datetime) -> Iterator[Arrival]:
    for folder in _folders():
        folder.finish()
        for name in folder.waiting(now.timestamp()):
            try:
                yield _one(folder, name, now)
            except FileNotFoundError:
                continue  # its owner took it back
            except Exception as error:
                # One file that cannot be handled must not keep the others waiting; what it says may hold data.
                logger.error("an inbox file of %s failed: %s", folder.dataset, type(error).__name__)
                with contextlib.suppress(OSError):
                    folder.put_off(name)
                yield Arrival(folder.dataset, folder.mode, "failed", refusal=type(error).__name__)


def _one(folder: Folder, name: str, now: datetime) -> Arrival:
    why = folder.fault(name) or _unknown(folder.mode)
    if why:
        return _refuse(folder, name, InboxRefused(why=why), now)
    try:
        with folder.held(name) as held:
            batch = _ingest(folder, name, held, now)
    except DatasetBusy as error:
        folder.let_go(name)
        return Arrival(folder.dataset, folder.mode, "waiting", refusal=error.code)
    except NotStored as error:
        folder.put_off(name)
        return Arrival(folder.dataset, folder.mode, "waiting", refusal=error.code)
    except _StillWrittenError:
        folder.let_go(name)
        return Arrival(folder.dataset, folder.mode, "waiting")
    except ShudaoError as error:
        return _refuse(folder, name, error, now)
    except PermissionError:
        return _refuse(folder, name, InboxRefused(why=gettext_noop("文件不能读取。")), now)
    folder.wipe(name)
    return Arrival(folder.dataset, folder.mode, "taken", batch=batch)


def _unknown(mode: str) -> str:
    return "" if mode in set(Mode) else gettext_noop("没有这种报送方式。")


def _ingest(folder: Folder, name: str, held: Held, now: datetime) -> str:
    """The owner's folder is the owner's authority: the platform acts for it."""
    before = held.looks()
    # What does not exist or is busy is so before a large file is read for its digest.
    with locks.only_writer(manifest.dataset(folder.dataset).code):
        pass

    def progress(step: str, share: float) -> None:
        # Asked last just before the batch is published.
        if held.looks() != before:
            raise _StillWrittenError

    named = hashlib.sha256(os.fsencode(name)).hexdigest()[:16]
    # What is refused is told in both languages later; the keys of the catalogue are Chinese.
    with translation.override(_LANGUAGES[0]):
        return ingesting.ingest(
            dataset=folder.dataset,
            source=held.path,
            acting=SYSTEM,
            now=now,
            key=f"inbox:{folder.mode}:{sources.digest(held.path)}:{named}",
            progress=progress,
            mode=Mode(folder.mode),
        ).number


def _refuse(folder: Folder, name: str, error: ShudaoError, now: datetime) -> Arrival:
    with outbox.unit_of_work():
        audit.record(
            acting=SYSTEM,
            action="pool.inbox_refuse",
            target=folder.dataset[:120],
            now=now,
            after={"mode": folder.mode[:20], "refusal": error.code},
        )
    folder.refuse(name, "\n".join(_told(error, language) for language in _LANGUAGES))
    return Arrival(folder.dataset, folder.mode, "refused", refusal=error.code)


def _told(error: ShudaoError, language: str) -> str:
    """What is wrong and what to do, in one language."""
    with translation.override(language):
        details = {name: gettext(str(value)) for name, value in error.details.items()}
        fields = error.fields if isinstance(error, Invalid) else {}
        lines = [fill(gettext(error.says), details), *(gettext(str(one)) for one in fields.values())]
        return "\n".join([*lines, fill(gettext(error.advice), details), ""])
