"""Which files the store holds."""

from __future__ import annotations

from django.db import models


class FileRow(models.Model):
    digest = models.CharField(primary_key=True, max_length=64)
    size = models.PositiveBigIntegerField()
    kind = models.CharField(max_length=8)
    created_at = models.DateTimeField()
    account = models.CharField(max_length=64)

    def __str__(self) -> str:
        return self.digest
