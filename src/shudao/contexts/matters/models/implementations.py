"""Who carries an item out where: sparse rows, written in bulk."""

from __future__ import annotations

from django.db import models

from shudao.contexts.matters.models.items import BasicItemVersion


class Implementation(models.Model):
    """
    The present version of one body's implementation in one division.

    Everything not here comes from `item_version`; `overrides` holds only where the place differs, each with a reason.
    `themes` and `events` are "^01^05^". Rows are written in bulk by `adapters.bulk`, never one by one.
    """

    task_code = models.CharField(max_length=31, unique=True)
    catalog_code = models.CharField(max_length=12)
    version = models.PositiveIntegerField()
    item_version = models.ForeignKey(BasicItemVersion, on_delete=models.PROTECT, related_name="+")
    division = models.CharField(max_length=12)
    use_level = models.CharField(max_length=1)
    department = models.CharField(max_length=18)
    department_name = models.CharField(max_length=200)
    department_name_en = models.CharField(max_length=300)
    body_kind = models.CharField(max_length=8)
    overrides = models.JSONField()
    code = models.CharField(max_length=60)
    name = models.CharField(max_length=1000)
    name_en = models.CharField(max_length=1000)
    task_type = models.CharField(max_length=2)
    project_type = models.CharField(max_length=1)
    department_kind = models.CharField(max_length=8)
    audience = models.CharField(max_length=8)
    themes = models.CharField(max_length=100)
    events = models.CharField(max_length=200)
    tier = models.PositiveSmallIntegerField()
    visits = models.PositiveSmallIntegerField()
    legal_amount = models.PositiveIntegerField()
    legal_unit = models.CharField(max_length=1)
    promised_amount = models.PositiveIntegerField()
    promised_unit = models.CharField(max_length=1)
    hot = models.BooleanField()
    state = models.CharField(max_length=1)

    class Meta:
        indexes = [
            models.Index(fields=["division", "catalog_code"], name="matters_impl_division"),
            models.Index(fields=["catalog_code", "division"], name="matters_impl_catalog"),
            models.Index(fields=["department", "catalog_code"], name="matters_impl_department"),
        ]


class FormerImplementation(models.Model):
    """A version that has been superseded: what it took to resolve it, kept for the cases that were opened under it."""

    task_code = models.CharField(max_length=31)
    version = models.PositiveIntegerField()
    item_version = models.ForeignKey(BasicItemVersion, on_delete=models.PROTECT, related_name="+")
    division = models.CharField(max_length=12)
    use_level = models.CharField(max_length=1)
    department = models.CharField(max_length=18)
    department_name = models.CharField(max_length=200)
    department_name_en = models.CharField(max_length=300)
    body_kind = models.CharField(max_length=8)
    overrides = models.JSONField()
    state = models.CharField(max_length=1)
    superseded_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["task_code", "version"], name="matters_former_version")]
