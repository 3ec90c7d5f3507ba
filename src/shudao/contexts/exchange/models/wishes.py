"""Wishes for data that no catalogue entry offers."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from shudao.contexts.exchange.contracts.wishes import WishState


class Wish(models.Model):
    """What a department needs, who has to act, and which entry came of it."""

    number = models.CharField(max_length=26, unique=True)
    department = models.CharField(max_length=18, db_index=True)
    name = models.CharField(max_length=120)
    fields = models.JSONField(default=list)
    provider = models.CharField(max_length=18, blank=True)
    matters = models.JSONField(default=list)
    why = models.TextField()
    basis = models.TextField()
    wished_by = models.CharField(max_length=64)
    wished_at = models.DateTimeField()
    owner = models.CharField(max_length=18, db_index=True)
    state = models.CharField(max_length=10, choices=[(one.value, one.value) for one in WishState], db_index=True)
    due_on = models.DateField()
    duty = models.CharField(max_length=20)
    path = models.JSONField(default=list)
    decided_by = models.CharField(max_length=64, blank=True)
    decided_at = models.DateTimeField(null=True)
    opinion = models.TextField(blank=True)
    refusal_basis = models.TextField(blank=True)
    resource = models.CharField(max_length=60, blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(decided_by=F("wished_by")), name="exchange_wish_four_eyes"),
            models.CheckConstraint(condition=~Q(owner=F("department")), name="exchange_wish_of_another"),
            models.CheckConstraint(
                condition=~Q(state="refused") | ~Q(refusal_basis=""), name="exchange_wish_refusal_has_a_basis"
            ),
            models.CheckConstraint(condition=~Q(state="met") | ~Q(resource=""), name="exchange_wish_met_by_an_entry"),
        ]
