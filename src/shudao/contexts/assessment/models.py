"""Published scores, written once and recomputable from the exported rows; and the list of data barriers."""

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


class ListedBarrier(models.Model):
    """A data barrier as the exchange told it, and what it costs meanwhile; kept when it is gone."""

    number = models.CharField(max_length=26, unique=True)
    kind = models.CharField(max_length=10, db_index=True)
    cause = models.CharField(max_length=40)
    subject = models.CharField(max_length=120)
    resource = models.CharField(max_length=60, blank=True)
    label = models.CharField(max_length=200)
    label_en = models.CharField(max_length=200, blank=True)
    owner = models.CharField(max_length=18, db_index=True)
    waiting = models.CharField(max_length=18, blank=True)
    matters = models.JSONField(default=list)
    matter_count = models.PositiveIntegerField(default=0)  # lists sort by it
    since = models.DateField(db_index=True)
    found_at = models.DateTimeField()
    gone_at = models.DateTimeField(null=True)
    cases = models.PositiveIntegerField(null=True)
    counted_at = models.DateTimeField(null=True)
