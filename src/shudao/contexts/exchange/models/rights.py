"""Requests, and the grants that they become."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from shudao.contexts.exchange.contracts.rights import Purpose, RequestState
from shudao.contexts.exchange.models.registry import Resource, System


def _choices(values: type[Purpose] | type[RequestState]) -> list[tuple[str, str]]:
    return [(value.value, value.value) for value in values]


class ShareRequest(models.Model):
    """A department's request for data, and its decision."""

    number = models.CharField(max_length=26, unique=True)
    system = models.ForeignKey(System, models.PROTECT, related_name="+")
    resource = models.ForeignKey(Resource, models.PROTECT, related_name="+")
    fields = models.JSONField()
    purpose = models.CharField(max_length=20, choices=_choices(Purpose))
    scenario = models.JSONField()
    legal_basis = models.JSONField()
    matters = models.JSONField(default=list)
    row_scope = models.CharField(max_length=12, blank=True)
    quota = models.PositiveIntegerField(default=0)
    rate = models.PositiveIntegerField(default=0)
    verify_only = models.BooleanField(default=False)
    valid_from = models.DateField()
    valid_to = models.DateField()
    state = models.CharField(max_length=10, choices=_choices(RequestState), default=RequestState.PENDING.value)
    department = models.CharField(max_length=18, db_index=True)
    provider = models.CharField(max_length=18, db_index=True)
    requested_by = models.CharField(max_length=64)
    requested_at = models.DateTimeField()
    due_on = models.DateField()
    decided_by = models.CharField(max_length=64, blank=True)
    decided_at = models.DateTimeField(null=True)
    opinion = models.TextField(blank=True)
    basis = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(valid_from__lte=F("valid_to")), name="exchange_request_has_a_period"),
            models.CheckConstraint(condition=~Q(decided_by=F("requested_by")), name="exchange_four_eyes"),
            models.CheckConstraint(
                condition=Q(state="pending", decided_by="") | ~Q(state="pending") & ~Q(decided_by=""),
                name="exchange_decision_has_a_decider",
            ),
            models.CheckConstraint(condition=~Q(state="refused") | ~Q(basis=""), name="exchange_refusal_has_a_basis"),
        ]


class Grant(models.Model):
    """The right that a granted request gave: one for a request."""

    number = models.CharField(max_length=26, unique=True)
    request = models.OneToOneField(ShareRequest, models.PROTECT, related_name="grant")
    system = models.ForeignKey(System, models.PROTECT, related_name="grants")
    resource = models.ForeignKey(Resource, models.PROTECT, related_name="grants")
    fields = models.JSONField()
    purpose = models.CharField(max_length=20, choices=_choices(Purpose))
    legal_basis = models.JSONField()
    matters = models.JSONField(default=list)
    row_scope = models.CharField(max_length=12, blank=True)
    quota = models.PositiveIntegerField(default=0)
    rate = models.PositiveIntegerField(default=0)
    verify_only = models.BooleanField(default=False)
    valid_from = models.DateField()
    valid_to = models.DateField(db_index=True)
    granted_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.CharField(max_length=64, blank=True)
    revoked_why = models.TextField(blank=True)
