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
    """One delivery. No row is lost: the database holds good, quarantined and erased (once quarantined) to the sum."""

    number = models.CharField(max_length=26, unique=True)
    dataset = models.ForeignKey(Dataset, models.PROTECT, related_name="batches")
    version = models.PositiveIntegerField()
    mode = models.CharField(max_length=8, default="full")
    key = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    rows = models.PositiveBigIntegerField()
    good = models.PositiveBigIntegerField()
    quarantined = models.PositiveBigIntegerField()
    erased = models.PositiveBigIntegerField(default=0)
    reasons = models.JSONField(default=dict)
    filled = models.JSONField(default=dict)
    snapshot = models.PositiveIntegerField()
    received_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["dataset", "key"], name="pool_batch_once"),
            models.CheckConstraint(
                condition=Q(rows=F("good") + F("quarantined") + F("erased")), name="pool_batch_loses_no_row"
            ),
        ]


class DataFile(models.Model):
    """
    One immutable file: `path` is below the pool's folder.

    It is a batch's, or was compacted of the rows of several, its `origins`. A file that is sealed anew, or left by
    somebody, is another file at another path under the same entry.
    """

    path = models.CharField(max_length=200, unique=True)
    dataset = models.ForeignKey(Dataset, models.PROTECT, related_name="files")
    batch = models.ForeignKey(Batch, models.PROTECT, related_name="files", null=True)
    origins = models.ManyToManyField(Batch, related_name="compacted")
    kind = models.CharField(max_length=12)
    bucket = models.SmallIntegerField()
    digest = models.CharField(max_length=64)
    bytes = models.PositiveBigIntegerField()
    rows = models.PositiveBigIntegerField()
    subjects = models.PositiveBigIntegerField()


class Snapshot(models.Model):
    """
    A dataset as it stood: a list of files, the rows of them that are dead, the layers of the index that show it.

    `kind` says what made it: "delivery", or "compaction" of the one before. A pinned one is never dropped by itself.
    """

    dataset = models.ForeignKey(Dataset, models.PROTECT, related_name="snapshots")
    number = models.PositiveIntegerField()
    batch = models.ForeignKey(Batch, models.PROTECT, related_name="+")
    version = models.PositiveIntegerField()
    rows = models.PositiveBigIntegerField()
    subjects = models.PositiveBigIntegerField()
    as_of = models.DateTimeField()
    files = models.ManyToManyField(DataFile, related_name="snapshots")
    dead = models.ForeignKey(DataFile, models.PROTECT, related_name="+", null=True)
    layers = models.JSONField(default=list)
    kind = models.CharField(max_length=12, default="delivery")
    pinned = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dataset", "number"], name="pool_snapshot_once")]


class RuleResult(models.Model):
    """What one rule said of one batch: `broken` of `judged` elements; `score` is X of GB/T 36344, higher is better."""

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="results")
    rule = models.CharField(max_length=120)
    kind = models.CharField(max_length=20)
    dimension = models.CharField(max_length=4)
    severity = models.CharField(max_length=12)
    judged = models.PositiveBigIntegerField()
    broken = models.PositiveBigIntegerField()
    score = models.FloatField()
    passed = models.BooleanField()
    detail = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["batch", "rule"], name="pool_result_once"),
            models.CheckConstraint(condition=Q(broken__lte=F("judged")), name="pool_result_broken_of_judged"),
        ]


class Score(models.Model):
    """The score of one batch in one dimension ("01" to "06"), or as a whole (""); 0 to 1."""

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="scores")
    dimension = models.CharField(max_length=2, blank=True)
    value = models.FloatField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch", "dimension"], name="pool_score_once")]


class Measure(models.Model):
    """What one column of one batch looked like: the history that drift is judged against. No value of a person."""

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="measures")
    column = models.CharField(max_length=60)
    rows = models.PositiveBigIntegerField()
    filled = models.PositiveBigIntegerField()
    mean = models.FloatField(null=True)
    deviation = models.FloatField(null=True)
    shares = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch", "column"], name="pool_measure_once")]


class RuleDuty(models.Model):
    """A department owes the correction of what breaks a rule; at most one open duty for a rule of a dataset."""

    dataset = models.ForeignKey(Dataset, models.PROTECT, related_name="duties")
    rule = models.CharField(max_length=120)
    duty = models.CharField(max_length=20, unique=True)
    opened_by = models.ForeignKey(Batch, models.PROTECT, related_name="+")
    closed_by = models.ForeignKey(Batch, models.PROTECT, related_name="+", null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["dataset", "rule"], condition=Q(closed_by=None), name="pool_one_open_duty_a_rule"
            )
        ]


class Use(models.Model):
    """How often a dataset was asked on a local day, and how often it had an answer."""

    dataset = models.ForeignKey(Dataset, models.CASCADE, related_name="use")
    day = models.DateField()
    calls = models.PositiveIntegerField()
    answered = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dataset", "day"], name="pool_use_once_a_day")]


class Proposal(models.Model):
    """Rules proposed from what the values look like: accepted as a new version of the contract, or left."""

    number = models.CharField(max_length=26, unique=True)
    dataset = models.CharField(max_length=60, db_index=True)
    contract = models.TextField()
    evidence = models.JSONField(default=list)
    made_at = models.DateTimeField()
    accepted_version = models.PositiveIntegerField(null=True)


class TableCursor(models.Model):
    """
    How far a department's table has been read, kept with the batch that it is in.

    Every row below `value` of `column` was read; of those at it, those whose keyed hashes (16 bytes each) are `taken`.
    """

    dataset = models.OneToOneField(Dataset, models.CASCADE, related_name="cursor")
    table = models.CharField(max_length=200)
    column = models.CharField(max_length=60)
    value = models.TextField()
    taken = models.BinaryField(default=b"")
    batch = models.ForeignKey(Batch, models.PROTECT, related_name="+")
    read_at = models.DateTimeField()


class Repair(models.Model):
    """A row of a batch's quarantine, by its line (from 2**41 on: of another shape), that came good in a later batch."""

    batch = models.ForeignKey(Batch, models.PROTECT, related_name="repairs")
    place = models.PositiveBigIntegerField()
    replayed = models.ForeignKey(Batch, models.PROTECT, related_name="+")
    account = models.CharField(max_length=60)
    edited = models.BooleanField()
    repaired_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch", "place"], name="pool_repair_once")]


class Erasure(models.Model):
    """
    Somebody leaves the pool: what is still to be done, so that a killed process does not end it.

    `identifier` is sealed, and empty once it is done; `waiting` are the datasets (codes) that still hold something.
    """

    number = models.CharField(max_length=26, unique=True)
    subject = models.CharField(max_length=32)
    identifier = models.BinaryField()
    account = models.CharField(max_length=60)
    everywhere = models.BooleanField()
    waiting = models.JSONField(default=list)
    rows = models.PositiveBigIntegerField(default=0)
    mentions = models.PositiveBigIntegerField(default=0)
    quarantined = models.PositiveBigIntegerField(default=0)
    begun_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, db_index=True)


class Rotation(models.Model):
    """A purpose got a new key; done when nothing is sealed by the older ones and these have ended."""

    purpose = models.CharField(max_length=40)
    key = models.CharField(max_length=80, unique=True)
    waiting = models.JSONField(default=list)
    begun_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, db_index=True)
