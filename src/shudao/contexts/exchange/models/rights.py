"""Requests, and the grants that they become."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from shudao.contexts.exchange.contracts.rights import Ending, Purpose, RequestState
from shudao.contexts.exchange.models.registry import Resource, System


def _choices(values: type[Purpose] | type[RequestState] | type[Ending]) -> list[tuple[str, str]]:
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
    department = models.CharField(max_length=18)
    provider = models.CharField(max_length=18)
    requested_by = models.CharField(max_length=64)
    requested_at = models.DateTimeField()
    due_on = models.DateField()
    decided_by = models.CharField(max_length=64, blank=True)
    decided_at = models.DateTimeField(null=True)
    opinion = models.TextField(blank=True)
    basis = models.TextField(blank=True)
    sensitivity = models.PositiveSmallIntegerField(default=1)
    renews = models.ForeignKey("Grant", models.PROTECT, null=True, related_name="renewals")
    proposed_by = models.CharField(max_length=64, blank=True)
    proposed_at = models.DateTimeField(null=True)
    proposal = models.JSONField(null=True)  # what the first of two officers would give
    extended_by = models.CharField(max_length=64, blank=True)
    extended_why = models.TextField(blank=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.CharField(max_length=64, blank=True)
    withdrawn_why = models.TextField(blank=True)
    reply_duty = models.CharField(max_length=20, blank=True)

    class Meta:
        # What lists of rights are found and sorted by.
        indexes = [
            models.Index(fields=("department", "-number"), name="exchange_request_asked"),
            models.Index(fields=("provider", "-number"), name="exchange_request_answered"),
            models.Index(fields=("state", "due_on", "number"), name="exchange_request_due"),
            models.Index(fields=("requested_at", "number"), name="exchange_request_at"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(valid_from__lte=F("valid_to")), name="exchange_request_has_a_period"),
            models.CheckConstraint(condition=~Q(decided_by=F("requested_by")), name="exchange_four_eyes"),
            models.CheckConstraint(
                condition=Q(state__in=("granted", "refused")) & ~Q(decided_by="")
                | ~Q(state__in=("granted", "refused")) & Q(decided_by=""),
                name="exchange_decision_has_a_decider",
            ),
            models.CheckConstraint(
                condition=Q(proposed_by="") | ~Q(proposed_by=F("requested_by")) & ~Q(proposed_by=F("decided_by")),
                name="exchange_second_officer_is_another",
            ),
            models.CheckConstraint(
                condition=~Q(state="granted") | Q(sensitivity__lt=4) | ~Q(proposed_by=""),
                name="exchange_most_sensitive_has_two_officers",
            ),
            models.CheckConstraint(
                condition=~Q(state="proposed") | ~Q(proposed_by=""), name="exchange_proposal_has_an_officer"
            ),
            models.CheckConstraint(
                condition=~Q(state="withdrawn") | ~Q(withdrawn_by=""), name="exchange_withdrawal_has_an_asker"
            ),
            models.UniqueConstraint(
                fields=("renews",),
                condition=Q(state__in=("pending", "proposed", "granted")),
                name="exchange_one_renewal_at_a_time",
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
    valid_to = models.DateField()
    granted_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.CharField(max_length=64, blank=True)
    revoked_why = models.TextField(blank=True)
    ended_as = models.CharField(max_length=10, choices=_choices(Ending), blank=True)
    suspended_until = models.DateField(null=True)
    suspended_by = models.CharField(max_length=64, blank=True)
    suspended_why = models.TextField(blank=True)
    supply_due_on = models.DateField(null=True)
    supply_duty = models.CharField(max_length=20, blank=True)
    supplied_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=("revoked_at", "valid_to"), name="exchange_grant_stands"),
            models.Index(fields=("valid_from", "number"), name="exchange_grant_begins"),
            models.Index(fields=("valid_to", "number"), name="exchange_grant_ends"),
            models.Index(
                fields=("supply_due_on",),
                condition=Q(revoked_at=None, supplied_at=None),
                name="exchange_grant_supply",
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(valid_from__lte=F("valid_to")), name="exchange_grant_has_a_period"),
            models.CheckConstraint(
                condition=Q(suspended_until=None) | ~Q(suspended_why=""), name="exchange_suspension_has_a_reason"
            ),
        ]
