"""Findings and the exceptions that let some of them stand."""

from __future__ import annotations

from django.db import models


class Finding(models.Model):
    """
    One deviation that was found, from its day to its end.

    `subject` is what it is about: an implementation's code, a basic item's, or "<body>:<item>" where an implementation
    is missing. What lists filter by is copied here. While it is not closed, nothing of the kind is opened again.
    """

    number = models.CharField(max_length=26, unique=True)
    rule = models.CharField(max_length=30)
    severity = models.CharField(max_length=10)
    field = models.CharField(max_length=40)
    part = models.CharField(max_length=200)
    subject = models.CharField(max_length=60)
    task_code = models.CharField(max_length=31, blank=True)
    catalog_code = models.CharField(max_length=12)
    name = models.CharField(max_length=1000)
    name_en = models.CharField(max_length=1000)
    division = models.CharField(max_length=12)
    use_level = models.CharField(max_length=1, blank=True)
    department = models.CharField(max_length=18)
    department_name = models.CharField(max_length=200)
    department_name_en = models.CharField(max_length=300)
    body_kind = models.CharField(max_length=8)
    department_kind = models.CharField(max_length=8)
    owner = models.CharField(max_length=18)
    expected = models.TextField(blank=True)
    found = models.TextField(blank=True)
    evidence = models.JSONField()
    state = models.CharField(max_length=10)
    duty = models.CharField(max_length=20, blank=True)
    opened_at = models.DateTimeField()
    due_on = models.DateField()
    exempt_until = models.DateField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "rule", "field", "part"],
                condition=models.Q(closed_at=None),
                name="conformance_once",
            )
        ]
        indexes = [
            models.Index(fields=["state", "due_on"], name="conformance_by_day"),
            models.Index(fields=["state", "division"], name="conformance_by_place"),
            models.Index(fields=["rule", "state"], name="conformance_by_rule"),
            models.Index(fields=["department", "state"], name="conformance_by_body"),
            models.Index(fields=["catalog_code", "state"], name="conformance_by_item"),
            models.Index(fields=["duty"], name="conformance_by_duty"),
        ]


class Exemption(models.Model):
    """What was asked for and decided so that a finding may stand until a day (例外)."""

    number = models.CharField(max_length=26, unique=True)
    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="exemptions")
    reason = models.CharField(max_length=500)
    basis = models.JSONField()
    until = models.DateField()
    state = models.CharField(max_length=10)
    asked_by = models.CharField(max_length=40)
    asked_at = models.DateTimeField()
    decided_by = models.CharField(max_length=40, blank=True)
    decided_at = models.DateTimeField(null=True)
    opinion = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["finding"], condition=models.Q(state="asked"), name="conformance_asked_once"
            )
        ]
        indexes = [models.Index(fields=["state", "until"], name="conformance_exempt_until")]
