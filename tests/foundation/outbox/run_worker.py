"""A worker process on the test's own database: `run_worker.py <database name> <seconds of lease>`."""

from __future__ import annotations

import signal
import sys
import threading
from datetime import timedelta

import django
from django.conf import settings


def main(name: str, lease: str) -> None:
    settings.DATABASES["default"]["NAME"] = name
    settings.INSTALLED_APPS = ["shudao.foundation.outbox", "shudao.foundation.audit"]  # starts fast
    django.setup()
    from shudao.foundation.outbox import api
    from tests.foundation.outbox import sample_jobs

    told = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: told.set())
    print("ready", bool(sample_jobs.LanternLit), flush=True)
    api.work(stop=told.is_set, lease=timedelta(seconds=float(lease)))
    print("stopped", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
