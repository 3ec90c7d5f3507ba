"""django-tasks' API over the same table, and schedules."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django_tasks import TaskResultStatus, task_backends
from django_tasks.exceptions import TaskResultDoesNotExist

from shudao.foundation.outbox import api as outbox
from shudao.foundation.outbox.models import Answer, Job
from shudao.foundation.outbox.rules import backoff, registry
from shudao.foundation.outbox.services.operate import sweep
from shudao.foundation.outbox.services.schedule import Planner
from shudao.kernel import time
from tests.foundation.outbox import sample_jobs
from tests.foundation.outbox.sample_jobs import effects

NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _nothing_ran() -> None:
    sample_jobs.ran.clear()


@pytest.mark.django_db
def test_a_task_runs_and_its_result_can_be_read() -> None:
    result = sample_jobs.sweep_street.enqueue("宽窄巷子", twice=True)
    assert result.status == TaskResultStatus.READY
    outbox.drain()
    result.refresh()
    assert (result.status, result.return_value, result.attempts) == (TaskResultStatus.SUCCESSFUL, 2, 1)
    assert sample_jobs.sweep_street.get_result(result.id).kwargs == {"twice": True}
    with pytest.raises(TaskResultDoesNotExist):
        task_backends["default"].get_result("none")


@pytest.mark.django_db
def test_a_task_can_ask_for_its_context() -> None:
    result = sample_jobs.count_attempts.enqueue()
    outbox.drain()
    result.refresh()
    assert result.return_value == 1


@pytest.mark.django_db(transaction=True)
def test_a_task_of_a_rolled_back_change_never_was() -> None:
    def change() -> None:
        with outbox.unit_of_work():
            sample_jobs.sweep_street.enqueue("x")
            raise KeyError

    with pytest.raises(KeyError):
        change()
    assert not Job.objects.exists()


@pytest.mark.django_db
def test_jobs_run_by_priority_then_by_due_time() -> None:
    with time.using_clock(time.fixed(NOON)):
        sample_jobs.sweep_street.using(run_after=NOON - timedelta(minutes=1)).enqueue("second")
        sample_jobs.sweep_street.using(run_after=NOON - timedelta(minutes=2)).enqueue("first")
        sample_jobs.sweep_street.using(run_after=NOON + timedelta(minutes=1)).enqueue("later")
        sample_jobs.sweep_first.enqueue("urgent")
        outbox.drain()
    assert sample_jobs.ran == ["urgent", "first", "second"]


@pytest.mark.django_db(transaction=True)
def test_a_long_task_opens_its_own_transactions() -> None:
    sample_jobs.slow_walk.enqueue("望江")
    outbox.drain()
    assert effects("望江") == 1


@pytest.mark.django_db
def test_a_row_cannot_make_the_worker_call_what_is_no_task() -> None:
    Job.objects.create(kind="task", name="os.getcwd", payload='{"args":[],"kwargs":{}}', due_at=NOON, created_at=NOON)
    with time.using_clock(time.fixed(NOON)), pytest.raises(LookupError, match="no task"):
        outbox.drain()


@pytest.mark.django_db
def test_a_schedule_runs_once_in_a_slot_though_the_clock_goes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_schedules", {})
    outbox.every("sample.tick", seconds=3600)(sample_jobs.tick)

    def at(instant: datetime) -> None:
        with time.using_clock(time.fixed(instant)):
            Planner().plan()
            Planner().plan()
            outbox.drain()

    at(NOON)
    at(NOON + timedelta(minutes=59))
    assert sample_jobs.ran == ["tick"]
    at(NOON + timedelta(hours=1))
    at(NOON + timedelta(minutes=1))
    assert sample_jobs.ran == ["tick"] * 2
    at(NOON + timedelta(days=2))
    assert sample_jobs.ran == ["tick"] * 3, "slots missed are not made up for"


def test_a_schedule_has_one_function_and_a_real_slot(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_schedules", {})
    outbox.every("sample.tick", seconds=60)(sample_jobs.tick)
    with pytest.raises(ValueError, match="two schedules"):
        outbox.every("sample.tick", seconds=60)(sample_jobs.effects)
    with pytest.raises(ValueError, match="one second"):
        outbox.every("sample.never", seconds=0)(sample_jobs.tick)


@pytest.mark.django_db
def test_what_is_long_done_leaves_and_what_failed_stays() -> None:
    common = {"kind": "task", "name": "x", "payload": "{}", "due_at": NOON, "created_at": NOON, "finished_at": NOON}
    Job.objects.create(state="done", **common)
    Job.objects.create(state="failed", **common)
    Answer.objects.create(scope="s", key="k", request="r", owner="o", created_at=NOON)
    assert sweep(now=NOON + timedelta(days=31)) == 1
    assert [job.state for job in Job.objects.all()] == ["failed"]
    assert sweep(now=NOON + timedelta(days=401)) == 1


@pytest.mark.django_db
def test_a_schedule_has_one_job_at_a_time_and_keeps_its_last_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_schedules", {})
    outbox.every("sample.stumble", seconds=10)(sample_jobs.stumble)
    planner = Planner()
    for step in range(60):
        with time.using_clock(time.fixed(NOON + timedelta(seconds=5 * step))):
            planner.plan()
            outbox.drain(strict=False)
            assert Job.objects.filter(state="waiting").count() <= 1
    (failure,) = outbox.failed()
    assert failure.attempts == backoff.ATTEMPTS
    assert Job.objects.count() == 2, "that one and the one being tried"
