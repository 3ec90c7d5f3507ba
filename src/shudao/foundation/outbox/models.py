"""The one queue (events on their way to a handler, tasks, schedule slots), and answers kept for idempotency keys."""

from __future__ import annotations

from django.db import models

from shudao.kernel.ids import new_id

WAITING, RUNNING, DONE, FAILED = "waiting", "running", "done", "failed"
EVENT, TASK, SCHEDULE = "event", "task", "schedule"


class Job(models.Model):
    id = models.CharField(primary_key=True, max_length=26, default=new_id)
    kind = models.CharField(max_length=8)
    name = models.CharField(max_length=200)
    handler = models.CharField(max_length=200, blank=True)
    payload = models.TextField()
    priority = models.SmallIntegerField(default=0)
    due_at = models.DateTimeField()
    slot = models.CharField(max_length=220, null=True, unique=True)
    state = models.CharField(max_length=8, default=WAITING)
    attempts = models.PositiveIntegerField(default=0)
    worker = models.CharField(max_length=64, blank=True)
    workers = models.JSONField(default=list)
    lease_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    attempted_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    error_class = models.CharField(max_length=200, blank=True)
    error = models.TextField(blank=True)
    result = models.TextField(blank=True)

    class Meta:
        indexes = [
            models.Index(
                models.F("priority").desc(), "due_at", "id", name="job_waiting", condition=models.Q(state=WAITING)
            ),
            models.Index(fields=["lease_until"], name="job_running", condition=models.Q(state=RUNNING)),
            models.Index(fields=["-finished_at"], name="job_failed", condition=models.Q(state=FAILED)),
            models.Index(fields=["finished_at"], name="job_done", condition=models.Q(state=DONE)),
            models.Index(fields=["name", "state"], name="job_schedule", condition=models.Q(kind=SCHEDULE)),
        ]

    def __str__(self) -> str:
        return f"{self.id} {self.name} {self.state}"


class Answer(models.Model):
    scope = models.CharField(max_length=160)
    key = models.CharField(max_length=200)
    request = models.CharField(max_length=64)
    owner = models.CharField(max_length=26)
    result = models.TextField(blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "key"], name="answer_once")]
        indexes = [models.Index(fields=["created_at"], name="answer_by_age")]

    def __str__(self) -> str:
        return f"{self.scope} {self.key}"
