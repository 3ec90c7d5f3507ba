"""Systems with their keys, and the catalogue of resources."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from shudao.contexts.exchange.contracts.registry import ShareType


class System(models.Model):
    """A department's system; `client` is its X-Road client id."""

    client = models.CharField(max_length=120, unique=True)
    name = models.CharField(max_length=120)
    name_en = models.CharField(max_length=160, blank=True)
    department = models.CharField(max_length=18, db_index=True)
    active = models.BooleanField(default=True)
    registered_at = models.DateTimeField()


class SystemKey(models.Model):
    """A system's public key, valid from `valid_from` until before `valid_to`; `public` is base64 of the raw bytes."""

    system = models.ForeignKey(System, models.PROTECT, related_name="keys")
    key_id = models.CharField(max_length=120, unique=True)
    public = models.CharField(max_length=88)
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(valid_from__lt=F("valid_to")), name="exchange_key_has_a_period")
        ]


class Resource(models.Model):
    """A catalogue entry; items and classes are kept as they are shown."""

    code = models.CharField(max_length=60, unique=True)
    catalogue_code = models.CharField(max_length=40)
    name = models.CharField(max_length=120)
    name_en = models.CharField(max_length=160, blank=True)
    abstract = models.TextField()
    abstract_en = models.TextField(blank=True)
    provider = models.CharField(max_length=18, db_index=True)
    classes = models.JSONField(default=list)
    format = models.CharField(max_length=20)
    items = models.JSONField(default=list)
    share_type = models.CharField(max_length=1, choices=[(value.value, value.value) for value in ShareType])
    condition = models.JSONField(default=dict)
    basis = models.JSONField(default=dict)
    cycle = models.CharField(max_length=1)
    matters = models.JSONField(default=list)
    dataset = models.CharField(max_length=60)
    sensitivity = models.PositiveSmallIntegerField()
    subject = models.CharField(max_length=10)
    row_field = models.CharField(max_length=60, blank=True)
    published_on = models.DateField()
