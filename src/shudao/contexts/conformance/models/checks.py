"""What was checked: whole runs, and how much each body had in the last of them."""

from __future__ import annotations

from django.db import models


class CheckRun(models.Model):
    """One check of the whole province."""

    number = models.CharField(max_length=26, unique=True)
    began_at = models.DateTimeField()
    seconds = models.FloatField()
    implementations = models.PositiveIntegerField()
    findings = models.PositiveIntegerField()
    opened = models.PositiveIntegerField()
    closed = models.PositiveIntegerField()


class BodyCount(models.Model):
    """How many implementations a body had when the province was last checked: what rates are shares of."""

    department = models.CharField(max_length=18)
    division = models.CharField(max_length=12)
    body_kind = models.CharField(max_length=8)
    implementations = models.PositiveIntegerField()

    class Meta:
        indexes = [models.Index(fields=["division", "body_kind"], name="conformance_counted")]
