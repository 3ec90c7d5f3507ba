"""The working-day calendar, clocks, and what happened to them."""

from __future__ import annotations

from django.db import models


class CalendarDay(models.Model):
    day = models.DateField(primary_key=True)
    working = models.BooleanField()
    name = models.CharField(max_length=40)
    name_en = models.CharField(max_length=60, blank=True)
    provisional = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"{self.day} {self.name}"


class ClockRun(models.Model):
    subject = models.CharField(max_length=64)
    kind = models.CharField(max_length=8)
    amount = models.PositiveIntegerField()
    unit = models.CharField(max_length=1)
    started_on = models.DateField()
    state = models.CharField(max_length=8)
    stopped_on = models.DateField(null=True)
    due_on = models.DateField()
    provisional = models.BooleanField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subject", "kind"], name="clock_once")]
        indexes = [models.Index(fields=["due_on"], name="clock_due", condition=~models.Q(state="stopped"))]

    def __str__(self) -> str:
        return f"{self.subject} {self.kind} {self.due_on}"


class ClockEvent(models.Model):
    run = models.ForeignKey(ClockRun, on_delete=models.CASCADE, related_name="events")
    act = models.CharField(max_length=8)
    at = models.DateTimeField()
    on = models.DateField()
    amount = models.PositiveIntegerField(null=True)
    unit = models.CharField(max_length=1, blank=True)
    reason = models.CharField(max_length=16, blank=True)
    basis = models.TextField(blank=True)
    account = models.CharField(max_length=64)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.run_id} {self.act} {self.on}"
