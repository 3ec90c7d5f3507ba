"""What stands between data and matters, as it was told to the rooms above."""

from __future__ import annotations

from django.db import models


class Barrier(models.Model):
    """A barrier that was found; open while its cause is not gone, kept afterwards."""

    number = models.CharField(max_length=26, unique=True)
    kind = models.CharField(max_length=10)
    cause = models.CharField(max_length=40)
    subject = models.CharField(max_length=120)
    resource = models.CharField(max_length=60, blank=True)
    label = models.CharField(max_length=200)
    label_en = models.CharField(max_length=200, blank=True)
    owner = models.CharField(max_length=18)
    waiting = models.CharField(max_length=18, blank=True)
    matters = models.JSONField(default=list)
    since = models.DateField()
    found_at = models.DateTimeField()
    gone_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=("kind", "subject"), condition=models.Q(gone_at=None), name="exchange_barrier_told_once"
            )
        ]
