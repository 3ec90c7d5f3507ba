"""The register of licences."""

from __future__ import annotations

from django.db import models


class Licence(models.Model):
    """One issued licence: never changed but by its revocation."""

    number = models.CharField(max_length=80, unique=True)
    type_code = models.CharField(max_length=40)
    type_name = models.CharField(max_length=80)
    type_name_en = models.CharField(max_length=120)
    holder_kind = models.CharField(max_length=8)
    holder = models.CharField(max_length=40)
    holder_name = models.CharField(max_length=120)
    case = models.CharField(max_length=43, blank=True)
    task_code = models.CharField(max_length=31, blank=True)
    fields = models.JSONField()
    salt = models.CharField(max_length=26)
    division = models.CharField(max_length=12)
    department = models.CharField(max_length=18)
    department_name = models.CharField(max_length=120)
    department_name_en = models.CharField(max_length=200)
    issued_at = models.DateTimeField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_reason = models.TextField(blank=True)
    key_id = models.CharField(max_length=64)
    twin = models.TextField()

    class Meta:
        indexes = [
            models.Index(fields=["holder", "type_code", "-issued_at"], name="licences_by_holder"),
            models.Index(fields=["case"], name="licences_by_case"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(valid_to__isnull=True) | models.Q(valid_to__gte=models.F("valid_from")),
                name="licences_end_after_start",
            ),
            models.CheckConstraint(
                condition=models.Q(holder_kind__in=["person", "company"]), name="licences_holder_kind"
            ),
        ]

    def __str__(self) -> str:
        return self.number
