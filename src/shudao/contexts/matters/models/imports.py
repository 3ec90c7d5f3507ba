"""Lists of matters that came from elsewhere: every import, and every row as it came with what became of it."""

from __future__ import annotations

from django.db import models


class Import(models.Model):
    """
    One file. `position` rows of it are done: it moves in the transaction that writes them.

    A file is told by its digest: the same one is taken up where it stopped, or taken in again, which changes nothing.
    `findings`: rule → count of the present run.
    """

    number = models.CharField(max_length=36, unique=True)
    name = models.CharField(max_length=200)
    digest = models.CharField(max_length=64, unique=True)
    form = models.CharField(max_length=10)
    state = models.CharField(max_length=10)
    rows = models.PositiveIntegerField(default=0)
    position = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    matched = models.PositiveIntegerField(default=0)
    unmatched = models.PositiveIntegerField(default=0)
    new = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    findings = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=80)
    finished_at = models.DateTimeField(null=True)


class ListedEntry(models.Model):
    """
    A row of a list, whole (`values`), and for what it is taken. `score` counts thousandths; `rules` is "^a^b^".

    `key` is the matter's own: a later file that lists it again changes this row. `digest` tells whether it did.
    """

    key = models.CharField(max_length=220, unique=True)
    source = models.ForeignKey(Import, on_delete=models.PROTECT, related_name="entries")
    line = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    code = models.CharField(max_length=200)
    name = models.CharField(max_length=1000)
    main_item = models.CharField(max_length=1000)
    task_type = models.CharField(max_length=2)
    area = models.CharField(max_length=12)
    body = models.CharField(max_length=200)
    body_name = models.CharField(max_length=200)
    outcome = models.CharField(max_length=10)
    catalog_code = models.CharField(max_length=12)
    score = models.PositiveSmallIntegerField()
    reasons = models.JSONField()
    rules = models.TextField()
    findings = models.JSONField()
    values = models.JSONField()

    class Meta:
        indexes = [
            models.Index(fields=["source", "line"], name="matters_listed_line"),
            models.Index(fields=["catalog_code", "area"], name="matters_listed_item"),
        ]
