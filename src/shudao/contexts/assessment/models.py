"""Published scores: written once, read by the cockpit, recomputable from the exported rows."""

from __future__ import annotations

from django.db import models


class Publication(models.Model):
    """One computation of every score."""

    day = models.DateField()
    published_at = models.DateTimeField()
    matters = models.PositiveIntegerField()
    cases = models.PositiveIntegerField()
    ratings = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ("-id",)


class PublishedScore(models.Model):
    """One figure of one unit in one publication."""

    publication = models.ForeignKey(Publication, on_delete=models.CASCADE, related_name="scores")
    indicator = models.CharField(max_length=40)
    division = models.CharField(max_length=12)
    department_kind = models.CharField(max_length=12, blank=True)
    numerator = models.BigIntegerField()
    denominator = models.BigIntegerField()
    value = models.CharField(max_length=32, null=True)  # "no facts" is not an empty figure

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("publication", "indicator", "division", "department_kind"), name="assessment_one_score_a_unit"
            ),
        )
        indexes = (
            models.Index(fields=("publication", "indicator", "department_kind", "division"), name="assessment_by_unit"),
        )
