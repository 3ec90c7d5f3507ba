"""The basic catalogue and its versions."""

from __future__ import annotations

from django.db import models


class BasicItem(models.Model):
    """A basic item; its accepted version is `version`. `office`: changed there, so loads leave it be."""

    catalog_code = models.CharField(max_length=12, unique=True)
    code = models.CharField(max_length=60, unique=True)
    version = models.PositiveIntegerField()
    state = models.CharField(max_length=1, default="1")
    office = models.BooleanField(default=False)


class BasicItemVersion(models.Model):
    """
    One version of a basic item: written once, never changed.

    `fields` is the whole `contracts.BasicItem` as JSON; the columns repeat what is asked for in bulk.
    """

    item = models.ForeignKey(BasicItem, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    name = models.CharField(max_length=1000)
    name_en = models.CharField(max_length=1000)
    task_type = models.CharField(max_length=2)
    department_kind = models.CharField(max_length=8)
    audience = models.CharField(max_length=8)
    form_code = models.CharField(max_length=60)
    fields = models.JSONField()
    accepted_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "number"], name="matters_item_version")]
