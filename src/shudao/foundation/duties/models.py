"""Duties of every kind in one table."""

from __future__ import annotations

from django.db import models


class DutyRow(models.Model):
    number = models.CharField(max_length=20, unique=True, null=True)
    kind = models.CharField(max_length=60)
    owner = models.CharField(max_length=18)
    division = models.CharField(max_length=12)
    subject = models.CharField(max_length=120)
    title = models.CharField(max_length=200)
    title_en = models.CharField(max_length=300, blank=True)
    opened_on = models.DateField()
    due_on = models.DateField()
    closed_on = models.DateField(null=True)
    told = models.SmallIntegerField(default=0)
    evidence = models.JSONField(default=dict)
    closing = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["owner", "due_on"], name="duty_by_owner"),
            models.Index(fields=["division", "due_on"], name="duty_by_division"),
            models.Index(fields=["subject"], name="duty_by_subject"),
            models.Index(fields=["due_on", "told"], name="duty_open", condition=models.Q(closed_on=None)),
        ]

    def __str__(self) -> str:
        return self.number or "new"
