"""Ratings, and how bad ones are followed up."""

from __future__ import annotations

from django.db import models


class Rating(models.Model):
    """An applicant's rating of a case: one a case, never changed."""

    case = models.CharField(max_length=43, unique=True)
    task_code = models.CharField(max_length=31)
    division = models.CharField(max_length=12)
    department = models.CharField(max_length=18)
    channel = models.CharField(max_length=8)
    level = models.PositiveSmallIntegerField()
    dimensions = models.JSONField(default=dict)
    comment = models.TextField(blank=True)
    signed_in = models.BooleanField()
    rated_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["department", "-rated_at"], name="participation_by_department"),
            models.Index(fields=["division", "-rated_at"], name="participation_by_division"),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(level__gte=1, level__lte=5), name="participation_level"),
        ]

    def __str__(self) -> str:
        return f"{self.case} {self.level}"
