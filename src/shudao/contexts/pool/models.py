"""The manifest: datasets, versions of their contracts, batches, snapshots and the files each snapshot consists of."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q


class Dataset(models.Model):
    """A dataset and where it stands; the list's columns are copied from the current contract and snapshot."""

    code = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    name_en = models.CharField(max_length=160, blank=True)
    owner = models.CharField(max_length=18)
    division = models.CharField(max_length=12, db_index=True)
    version = models.PositiveIntegerField()
    cycle = models.CharField(max_length=1)
    sensitivity = models.PositiveSmallIntegerField()
    snapshot = models.PositiveIntegerField(default=0)
    rows = models.PositiveBigIntegerField(default=0)
    subjects = models.PositiveBigIntegerField(default=0)
    updated_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()


class DatasetVersion(models.Model):
    """One version of a dataset's contract, kept for ever: older files are read by it."""

    dataset = models.ForeignKey(Dataset, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    contract = models.JSONField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dataset", "number"], name="pool_version_once")]


class Batch(models.Model):
    """One delivery. No row is ever lost: the database itself holds good and quarantined rows to the sum."""

    number = models.CharField(max_length=26, unique=True)
    dataset = models.ForeignKey(Dataset, models.PROTECT, related_name="batches")
    version = models.PositiveIntegerField()
    key = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    rows = models.PositiveBigIntegerField()
    good = models.PositiveBigIntegerField()
    quarantined = models.PositiveBigIntegerField()
    reasons = models.JSONField(default=dict)
    snapshot = models.PositiveIntegerField()
    received_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["dataset", "key"], name="pool_batch_once"),
            models.CheckConstraint(condition=Q(rows=F("good") + F("quarantined")), name="pool_batch_loses_no_row"),
        ]


class DataFile(models.Model):
    """One immutable file: `path` is below the pool's folder."""

    path = models.CharField(max_length=200, unique=True)
    batch = models.ForeignKey(Batch, models.PROTECT, related_name="files")
    kind = models.CharField(max_length=12)
    bucket = models.SmallIntegerField()
    digest = models.CharField(max_length=64)
    bytes = models.PositiveBigIntegerField()
    rows = models.PositiveBigIntegerField()
    subjects = models.PositiveBigIntegerField()


class Snapshot(models.Model):
    """A dataset as it stood: a list of files."""

    dataset = models.ForeignKey(Dataset, models.PROTECT, related_name="snapshots")
    number = models.PositiveIntegerField()
    batch = models.ForeignKey(Batch, models.PROTECT, related_name="+")
    version = models.PositiveIntegerField()
    rows = models.PositiveBigIntegerField()
    subjects = models.PositiveBigIntegerField()
    as_of = models.DateTimeField()
    files = models.ManyToManyField(DataFile, related_name="snapshots")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dataset", "number"], name="pool_snapshot_once")]
