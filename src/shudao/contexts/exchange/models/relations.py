"""Who may act for a company or a child. Whom it is about lies sealed."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from shudao.contexts.exchange.contracts.relations import RelationKind, RelationState


class Relation(models.Model):
    """That a person may see and dispute another's data; `sealed` holds the subject's identifier and name."""

    number = models.CharField(max_length=26, unique=True)
    kind = models.CharField(max_length=8, choices=[(one.value, one.value) for one in RelationKind])
    holder = models.CharField(max_length=32, db_index=True)
    subject = models.CharField(max_length=32, db_index=True)
    code = models.CharField(max_length=18, blank=True)
    sealed = models.BinaryField()
    state = models.CharField(max_length=10, choices=[(one.value, one.value) for one in RelationState])
    valid_to = models.DateField()
    entry = models.CharField(max_length=80, blank=True)
    evidence = models.CharField(max_length=64, blank=True)
    evidence_name = models.CharField(max_length=200, blank=True)
    basis = models.CharField(max_length=200, blank=True)
    division = models.CharField(max_length=12, blank=True, db_index=True)
    recorded_by = models.CharField(max_length=64)
    recorded_at = models.DateTimeField()
    decided_by = models.CharField(max_length=64, blank=True)
    decided_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=64, blank=True)
    ended_at = models.DateTimeField(null=True)
    why = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(decided_by=F("recorded_by")), name="exchange_relation_four_eyes"),
            models.CheckConstraint(condition=~Q(holder=F("subject")), name="exchange_relation_of_two"),
            models.CheckConstraint(
                condition=Q(kind="company") & ~Q(entry="") | Q(kind="child") & ~Q(evidence=""),
                name="exchange_relation_has_a_proof",
            ),
            models.CheckConstraint(
                condition=~Q(kind="child", state="standing") | ~Q(decided_by=""),
                name="exchange_relation_child_confirmed",
            ),
            models.UniqueConstraint(
                fields=["holder", "subject"],
                condition=Q(state__in=["proposed", "standing"]),
                name="exchange_relation_open_once",
            ),
        ]
