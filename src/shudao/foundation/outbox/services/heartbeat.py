"""Renew the lease of the job that a worker is busy with, from a thread and connection of its own."""

from __future__ import annotations

import contextlib
import contextvars
import logging
import threading
from collections.abc import Iterator
from datetime import timedelta

from django.db import connection
from django.db.utils import Error

from shudao.foundation.outbox.models import Job
from shudao.foundation.outbox.services.claim import renew

logger = logging.getLogger(__name__)


class Heartbeat:
    def __init__(self, lease: timedelta) -> None:
        self._lease = lease
        self._job: Job | None = None
        self._ended = threading.Event()
        context = contextvars.copy_context()  # the injected clock must reach the thread
        self._thread = threading.Thread(target=context.run, args=(self._beat,), name="outbox-heartbeat", daemon=True)

    @contextlib.contextmanager
    def running(self) -> Iterator[None]:
        self._thread.start()
        try:
            yield
        finally:
            self._ended.set()
            self._thread.join()

    @contextlib.contextmanager
    def of(self, job: Job) -> Iterator[None]:
        self._job = job
        try:
            yield
        finally:
            self._job = None

    def _beat(self) -> None:
        try:
            while not self._ended.wait(self._lease.total_seconds() / 3):
                self._renew()
        finally:
            connection.close()

    def _renew(self) -> None:
        job = self._job
        if job is None:
            return
        try:
            renew(job, lease=self._lease)
        except Error as error:
            # SQLite: the job's own transaction holds the write lock, which also keeps rivals from claiming it.
            logger.debug("lease of %s not renewed: %s", job.pk, error)
            connection.close()
