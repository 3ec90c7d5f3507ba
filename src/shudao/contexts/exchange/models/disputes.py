"""Corrections, disputes, questions, and what is shown later. What people wrote lies sealed."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from shudao.contexts.exchange.contracts.disputes import About, CorrectionState, DisputeState, Tone
from shudao.contexts.exchange.models.registry import Resource
from shudao.contexts.exchange.models.rights import Grant


class Correction(models.Model):
    """One field of one subject that is said to be wrong; `claim` is sealed."""

    number = models.CharField(max_length=26, unique=True)
    resource = models.ForeignKey(Resource, models.PROTECT, related_name="+")
    field = models.CharField(max_length=60)
    subject = models.CharField(max_length=32, db_index=True)
    department = models.CharField(max_length=18, blank=True, db_index=True)
    person = models.CharField(max_length=32, blank=True, db_index=True)
    reported_by = models.CharField(max_length=64)
    reported_at = models.DateTimeField()
    source = models.CharField(max_length=18, db_index=True)
    state = models.CharField(max_length=10, choices=[(one.value, one.value) for one in CorrectionState])
    due_on = models.DateField()
    duty = models.CharField(max_length=20)
    since = models.DateField(null=True)
    claim = models.BinaryField()
    evidence = models.CharField(max_length=64, blank=True)
    evidence_name = models.CharField(max_length=200, blank=True)
    path = models.JSONField(default=list)
    decided_by = models.CharField(max_length=64, blank=True)
    decided_at = models.DateTimeField(null=True)
    opinion = models.TextField(blank=True)
    basis = models.TextField(blank=True)
    snapshot = models.PositiveBigIntegerField(default=0)
    ordered_by = models.CharField(max_length=26, blank=True)
    on_behalf = models.CharField(max_length=26, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(department="") & ~Q(person="") | ~Q(department="") & Q(person=""),
                name="exchange_correction_has_a_reporter",
            ),
            models.CheckConstraint(
                condition=Q(state="open", decided_by="") | ~Q(state="open") & ~Q(decided_by=""),
                name="exchange_correction_has_a_decider",
            ),
            models.CheckConstraint(condition=~Q(decided_by=F("reported_by")), name="exchange_correction_four_eyes"),
            models.CheckConstraint(
                condition=~Q(state="refused") | ~Q(basis=""), name="exchange_correction_refusal_has_a_basis"
            ),
            models.UniqueConstraint(
                fields=["resource", "field", "subject", "department", "person"],
                condition=Q(state="open"),
                name="exchange_correction_open_once",
            ),
        ]


class Dispute(models.Model):
    """A refusal before the data bureau; `reason` is sealed."""

    number = models.CharField(max_length=26, unique=True)
    about = models.CharField(max_length=10, choices=[(one.value, one.value) for one in About])
    subject = models.CharField(max_length=26)
    department = models.CharField(max_length=18, blank=True, db_index=True)
    person = models.CharField(max_length=32, blank=True, db_index=True)
    source = models.CharField(max_length=18, db_index=True)
    bureau = models.CharField(max_length=18, db_index=True)
    raised_by = models.CharField(max_length=64)
    refused_by = models.CharField(max_length=64)
    raised_at = models.DateTimeField()
    reason = models.BinaryField()
    state = models.CharField(max_length=10, choices=[(one.value, one.value) for one in DisputeState])
    due_on = models.DateField()
    duty = models.CharField(max_length=20)
    decided_by = models.CharField(max_length=64, blank=True)
    decided_at = models.DateTimeField(null=True)
    opinion = models.TextField(blank=True)
    basis = models.TextField(blank=True)
    follow_up = models.CharField(max_length=26, blank=True, db_index=True)
    follow_up_duty = models.CharField(max_length=20, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["about", "subject"], name="exchange_dispute_once"),
            models.CheckConstraint(
                condition=Q(state="open", decided_by="") | ~Q(state="open") & ~Q(decided_by=""),
                name="exchange_dispute_has_a_decider",
            ),
            models.CheckConstraint(
                condition=~Q(decided_by=F("raised_by")) & (Q(decided_by="") | ~Q(decided_by=F("refused_by"))),
                name="exchange_dispute_four_eyes",
            ),
            models.CheckConstraint(
                condition=~Q(state="rejected") | ~Q(basis=""), name="exchange_dispute_rejection_has_a_basis"
            ),
        ]


class Question(models.Model):
    """What a person said to one use of their data; `text` and `answer` are sealed. `entry` is the ledger's."""

    number = models.CharField(max_length=26, unique=True)
    entry = models.CharField(max_length=80)
    tone = models.CharField(max_length=10, choices=[(one.value, one.value) for one in Tone])
    person = models.CharField(max_length=32, db_index=True)
    resource = models.CharField(max_length=60)
    department = models.CharField(max_length=18, db_index=True)
    asked_at = models.DateTimeField()
    due_on = models.DateField()
    duty = models.CharField(max_length=20)
    text = models.BinaryField()
    answered_by = models.CharField(max_length=64, blank=True)
    answered_at = models.DateTimeField(null=True)
    answer = models.BinaryField(default=b"")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["entry", "person", "tone"], name="exchange_question_once")]


class Delay(models.Model):
    """From which local day on a grant's calls are shown; the newest row of a grant counts."""

    grant = models.ForeignKey(Grant, models.PROTECT, related_name="delays")
    until = models.DateField(db_index=True)
    basis = models.TextField()
    decided_by = models.CharField(max_length=64)
    decided_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(basis=""), name="exchange_delay_has_a_basis")]
