"""The life of a basic item: revisions on their way to publication, and what each body makes of a new version."""

from __future__ import annotations

from django.db import models

from shudao.contexts.matters.models.items import BasicItemVersion


class Revision(models.Model):
    """
    A basic item as somebody wants it to be: `fields` is the whole `contracts.BasicItem` as JSON.

    `base_version` is the version it was begun from, 0 for a new item. One is under way for an item at a time.
    """

    number = models.CharField(max_length=32, unique=True)
    catalog_code = models.CharField(max_length=12)
    name = models.CharField(max_length=1000)
    name_en = models.CharField(max_length=1000)
    department_kind = models.CharField(max_length=8)
    base_version = models.PositiveIntegerField()
    fields = models.JSONField()
    state = models.CharField(max_length=10)
    note = models.CharField(max_length=500, blank=True)
    author = models.CharField(max_length=40)
    changed_at = models.DateTimeField()
    submitted_by = models.CharField(max_length=40, blank=True)
    submitted_at = models.DateTimeField(null=True)
    reviewed_by = models.CharField(max_length=40, blank=True)
    reviewed_at = models.DateTimeField(null=True)
    review_note = models.CharField(max_length=500, blank=True)
    effective_on = models.DateField(null=True)
    published_version = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["catalog_code"],
                condition=models.Q(state__in=["draft", "review", "scheduled"]),
                name="matters_one_revision",
            )
        ]
        indexes = [models.Index(fields=["state", "changed_at"], name="matters_revision_state")]


class Adoption(models.Model):
    """What one body owes to a new version: accept it for all that it decides about, or differ with a reason."""

    number = models.CharField(max_length=32, unique=True)
    item_version = models.ForeignKey(BasicItemVersion, on_delete=models.PROTECT, related_name="adoptions")
    catalog_code = models.CharField(max_length=12)
    body = models.CharField(max_length=18)
    division = models.CharField(max_length=12)
    implementations = models.PositiveIntegerField()
    due_on = models.DateField()
    duty = models.CharField(max_length=40)
    state = models.CharField(max_length=10)
    reason = models.CharField(max_length=500, blank=True)
    reason_en = models.CharField(max_length=500, blank=True)
    decided_by = models.CharField(max_length=40, blank=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item_version", "body"], name="matters_one_adoption")]
        indexes = [
            models.Index(fields=["body", "state"], name="matters_adoption_body"),
            models.Index(fields=["catalog_code", "state"], name="matters_adoption_item"),
        ]
