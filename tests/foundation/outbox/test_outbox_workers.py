"""Workers share the queue, and what a killed one held is done by the next (GOALS safety 1)."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time as clock
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection, connections

from shudao.foundation.audit.models import AuditEntry
from shudao.foundation.outbox import api as outbox
from shudao.foundation.outbox.models import Job
from shudao.foundation.outbox.rules import backoff, registry
from shudao.foundation.outbox.services.claim import LeaseLostError, claim, complete, renew, settle_failure
from shudao.kernel import time
from tests.foundation.outbox import sample_jobs
from tests.foundation.outbox.sample_jobs import effects

ROOT = Path(__file__).resolve().parents[3]
LEASE = timedelta(seconds=30)


def _later(seconds: float) -> time.Clock:
    return time.fixed(time.now() + timedelta(seconds=seconds))


@pytest.mark.django_db(transaction=True)
def test_several_workers_run_each_job_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_schedules", {})
    with outbox.unit_of_work():
        for number in range(60):
            sample_jobs.sweep_street.enqueue(f"street-{number}")

    def one(_number: int) -> int:
        try:
            return outbox.work(stop=lambda: False, until_empty=True)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        done = sum(pool.map(one, range(4)))
    assert done == 60
    counts = Counter(AuditEntry.objects.filter(action="sample.sweep").values_list("target", flat=True))
    assert len(counts) == 60
    assert set(counts.values()) == {1}


@pytest.mark.django_db(transaction=True)
def test_a_leased_job_is_left_alone_until_the_lease_lapses() -> None:
    sample_jobs.sweep_street.enqueue("leased")
    held = claim("first", lease=LEASE)
    assert held is not None
    assert claim("second", lease=LEASE) is None
    with time.using_clock(_later(20)):
        assert renew(held, lease=LEASE)
    with time.using_clock(_later(40)):
        assert claim("second", lease=LEASE) is None, "renewed"
    with time.using_clock(_later(60)):
        taken = claim("second", lease=LEASE)
    assert taken is not None
    assert (taken.pk, taken.attempts) == (held.pk, 2)
    assert not renew(held, lease=LEASE)
    with pytest.raises(LeaseLostError):
        complete(held, None)
    settle_failure(held, ValueError("too late"))
    assert Job.objects.get().worker == "second"


@pytest.mark.django_db(transaction=True)
def test_what_a_worker_did_that_lost_its_lease_rolls_back() -> None:
    """A clock two days ahead lapses every lease: whoever still works must not have a second effect."""
    sample_jobs.lose_the_lease.enqueue("late")
    outbox.drain(limit=2)
    assert effects("late") == 0


@pytest.mark.django_db(transaction=True)
def test_a_job_that_kills_its_workers_is_given_up() -> None:
    sample_jobs.sweep_street.enqueue("deadly")
    for attempt in range(backoff.ATTEMPTS):
        with time.using_clock(_later(100 * attempt)):
            assert claim(f"worker-{attempt}", lease=LEASE) is not None
    with time.using_clock(_later(100 * backoff.ATTEMPTS)):
        assert claim("next", lease=LEASE) is None
    assert "worker lost" in outbox.failed()[0].error


def _worker(lease: float, **environment: str) -> subprocess.Popen[str]:
    environment = {
        **os.environ,
        "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}:{os.environ.get('PYTHONPATH', '')}",
        **environment,
    }
    command = [
        sys.executable,
        "-m",
        "tests.foundation.outbox.run_worker",
        str(connection.settings_dict["NAME"]),
        str(lease),
    ]
    return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)


def _says(worker: subprocess.Popen[str]) -> str:
    assert worker.stdout is not None
    return worker.stdout.readline().split(" ")[0].strip()


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_inside_a_job_leaves_it_whole_for_the_next() -> None:
    result = sample_jobs.freeze_while_working.enqueue("frozen")
    with _worker(1.0, SAMPLE_FREEZES="1") as worker:
        assert [_says(worker), _says(worker)] == ["ready", "begun"]
        worker.send_signal(signal.SIGKILL)
    assert effects("frozen") == 0, "the half-done effect went with the process"
    with time.using_clock(_later(30)):
        outbox.drain()
    result.refresh()
    assert (effects("frozen"), result.attempts) == (1, 2)


@pytest.mark.django_db(transaction=True)
def test_a_worker_told_to_stop_ends_well() -> None:
    with _worker(60.0) as worker:
        assert _says(worker) == "ready"
        worker.send_signal(signal.SIGTERM)
        assert _says(worker) == "stopped"
        assert worker.wait(10) == 0


@pytest.mark.django_db(transaction=True)
def test_the_command_works_until_the_queue_is_empty(capsys: pytest.CaptureFixture[str]) -> None:
    handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    sample_jobs.sweep_street.enqueue("command")
    try:
        call_command("worker", "--until-empty")
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
    assert effects("command") == 1
    assert int(capsys.readouterr().out) >= 1


@pytest.mark.faults
@pytest.mark.django_db(transaction=True)
def test_ten_killed_workers_lose_and_double_nothing() -> None:
    """GOALS safety 1, the worker's part: every job takes effect once, whoever is killed when."""
    generator = random.Random(20261124)
    with outbox.unit_of_work():
        for number in range(400):
            sample_jobs.sweep_street.enqueue(f"street-{number}")
    for _ in range(5):
        workers = [_worker(0.5), _worker(0.5)]
        for worker in workers:
            assert _says(worker) == "ready"
        clock.sleep(generator.uniform(0.01, 0.1))
        for worker in workers:
            with worker:
                worker.kill()
    clock.sleep(0.6)
    outbox.drain()
    counts = Counter(AuditEntry.objects.filter(action="sample.sweep").values_list("target", flat=True))
    assert len(counts) == 400
    assert set(counts.values()) == {1}
    assert Job.objects.filter(attempts__gt=1).count() > 0, "some were taken over"
