"""The worker's loop, and its small brother for tests and demonstrations."""

from __future__ import annotations

import logging
import os
import socket
import time
from collections.abc import Callable
from datetime import timedelta

from django.db import close_old_connections, connection
from django.db.utils import InterfaceError, OperationalError

from shudao.foundation.outbox.services.claim import claim
from shudao.foundation.outbox.services.heartbeat import Heartbeat
from shudao.foundation.outbox.services.perform import perform
from shudao.foundation.outbox.services.schedule import Planner
from shudao.kernel.ids import new_secret

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
POLL_SECONDS = 0.5
RETRY_SECONDS = 2.0
LOOK_ROUND = 50  # a busy worker looks for jobs left behind every so many jobs


def worker_name() -> str:
    return f"{socket.gethostname()[:30]}-{os.getpid()}-{new_secret(6)}"


def work(*, stop: Callable[[], bool], until_empty: bool, lease: timedelta) -> int:
    name, planner, heartbeat, done, streak = worker_name(), Planner(), Heartbeat(lease), 0, 0
    logger.info("worker %s starts", name)
    with heartbeat.running():
        while not stop():
            try:
                busy = _step(name, planner, heartbeat, lease, straight=_straight(streak))
            except (OperationalError, InterfaceError):
                logger.warning("the database does not answer; trying again", exc_info=True)
                connection.close()
                _sleep(RETRY_SECONDS, stop)
                continue
            done += busy
            looked, streak = not _straight(streak), streak + 1 if busy else 0
            if not busy and looked:
                if until_empty:
                    break
                _sleep(POLL_SECONDS, stop)
    logger.info("worker %s stops after %d jobs", name, done)
    return done


def _straight(streak: int) -> bool:
    return streak % LOOK_ROUND != 0


def _step(name: str, planner: Planner, heartbeat: Heartbeat, lease: timedelta, *, straight: bool) -> bool:
    close_old_connections()
    planner.plan()
    job = claim(name, lease=lease, straight=straight)
    if job is None:
        return False
    with heartbeat.of(job):
        perform(job)
    return True


def _sleep(seconds: float, stop: Callable[[], bool]) -> None:
    ends = time.monotonic() + seconds
    while not stop() and time.monotonic() < ends:
        time.sleep(0.05)


def drain(*, strict: bool, limit: int) -> int:
    name = worker_name()
    for done in range(limit):
        job = claim(name, lease=LEASE)
        if job is None:
            return done
        error = perform(job)
        if error is not None and strict:
            raise error
    raise RuntimeError(f"still not empty after {limit} jobs: do they make each other?")
