"""Drafts, cases and what belongs to them. Form data and fetched facts are sealed: they may hold resident IDs."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import models

from shudao.contexts.cases.contracts import Channel, Delivery, State
from shudao.kernel import keys, sealing

SEAL_PURPOSE = "case-data"


class SealedJSONField(models.BinaryField):
    """JSON that lies encrypted on the disk; opens only in the column it was written to."""

    _pyi_private_set_type: Any  # what mypy's Django plugin reads: any JSON goes in and comes out
    _pyi_private_get_type: Any

    def get_prep_value(self, value: Any) -> Any:
        if value is None:
            return None
        key = _ring(Path(settings.KEYS_ROOT)).ensure(SEAL_PURPOSE, algorithm=keys.SECRET)
        plain = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
        return sealing.seal(key.secret, key.id, plain, self._place())

    def from_db_value(self, value: Any, _expression: object, _connection: object) -> Any:
        if value is None:
            return None
        ring = _ring(Path(settings.KEYS_ROOT))
        return json.loads(sealing.unseal(ring.secrets(SEAL_PURPOSE), bytes(value), self._place()))

    def _place(self) -> bytes:
        return f"{self.model._meta.label_lower}.{self.attname}".encode()


@lru_cache(maxsize=4)
def _ring(folder: Path) -> keys.KeyRing:
    return keys.KeyRing.load(folder)


class Matterly(models.Model):
    """What a draft and its case copy from the matter, the applicant and the place, for lists that read one row."""

    task_code = models.CharField(max_length=31)
    matter = models.CharField(max_length=200)
    matter_en = models.CharField(max_length=300)
    division = models.CharField(max_length=12)
    intake_division = models.CharField(max_length=12)
    place = models.CharField(max_length=20, blank=True)
    department = models.CharField(max_length=18)
    department_kind = models.CharField(max_length=8)
    department_name = models.CharField(max_length=120)
    department_name_en = models.CharField(max_length=200)
    applicant = models.CharField(max_length=32)
    applicant_name = models.CharField(max_length=60)
    company = models.CharField(max_length=18, blank=True)
    company_name = models.CharField(max_length=120, blank=True)
    channel = models.CharField(max_length=8, choices=[(one.value, one.value) for one in Channel])
    delivery = models.CharField(max_length=8, choices=[(one.value, one.value) for one in Delivery])
    account = models.CharField(max_length=64, blank=True)

    class Meta:
        abstract = True


class Draft(Matterly):
    """An application in preparation; after submission it keeps the case's form and materials, unchanged."""

    id = models.CharField(max_length=26, primary_key=True)
    version = models.PositiveIntegerField()
    form_code = models.CharField(max_length=80, blank=True)
    form_version = models.PositiveIntegerField()
    data = SealedJSONField(default=dict)
    resolved_at = models.DateTimeField(null=True)
    case_number = models.CharField(max_length=43, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["applicant", "-updated_at"], name="cases_drafts_of"),
            models.Index(
                fields=["intake_division", "-updated_at"],
                name="cases_drafts_open_at",
                condition=models.Q(case_number=""),
            ),
        ]

    def __str__(self) -> str:
        return self.id


class CaseMaterial(models.Model):
    """One material of a draft and its case. `kind` makes it reusable: licence type or the material's name."""

    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="materials")
    position = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=80)
    kind = models.CharField(max_length=200)
    holder = models.CharField(max_length=32)
    name = models.CharField(max_length=200)
    name_en = models.CharField(max_length=300)
    need = models.CharField(max_length=1)
    how = models.CharField(max_length=12)
    state = models.CharField(max_length=12)
    why = models.TextField()
    why_en = models.TextField()
    evidence = models.CharField(max_length=120, blank=True)
    file = models.CharField(max_length=80, blank=True)
    file_name = models.CharField(max_length=200, blank=True)
    given_at = models.DateTimeField(null=True)
    facts = SealedJSONField(default=list)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["draft", "code"], name="cases_material_once")]
        indexes = [
            models.Index(fields=["holder", "kind", "-given_at"], name="cases_library", condition=~models.Q(file="")),
        ]

    def __str__(self) -> str:
        return f"{self.draft_id} {self.code}"


class Case(Matterly):
    """One case: the columns lists filter and sort by are its own. `version` counts its changes."""

    number = models.CharField(max_length=43, unique=True)
    draft = models.OneToOneField(Draft, on_delete=models.PROTECT, related_name="submitted")
    version = models.PositiveIntegerField(default=1)
    project_type = models.CharField(max_length=1)
    state = models.CharField(max_length=2, choices=[(one.value, one.name) for one in State])
    decision = models.CharField(max_length=8, blank=True)
    paused = models.BooleanField(default=False)
    received_at = models.DateTimeField()
    received_by = models.CharField(max_length=64, blank=True)
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.CharField(max_length=64, blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=64, blank=True)
    delivered_at = models.DateTimeField(null=True)
    answer_by = models.DateField(null=True)
    due_legal = models.DateField(null=True)
    due_promised = models.DateField(null=True)
    asked_at = models.DateTimeField(null=True)
    asked_materials = models.JSONField(default=list)
    asked_note = models.TextField(blank=True)
    visits = models.PositiveSmallIntegerField(default=0)
    asked = models.PositiveSmallIntegerField(default=0)
    fetched = models.PositiveSmallIntegerField(default=0)
    outstanding = models.PositiveSmallIntegerField(default=0)
    licence = models.CharField(max_length=80, blank=True)
    nonce = models.CharField(max_length=26)
    secret_hash = models.CharField(max_length=64)

    class Meta:
        indexes = [
            models.Index(fields=["department", "state", "due_promised"], name="cases_by_department"),
            models.Index(fields=["division", "state", "due_promised"], name="cases_by_division"),
            models.Index(fields=["intake_division", "state", "due_promised"], name="cases_by_intake"),
            models.Index(fields=["applicant", "-received_at"], name="cases_by_applicant"),
            models.Index(fields=["company", "-received_at"], name="cases_by_company", condition=~models.Q(company="")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state=State.DONE.value, decided_at__isnull=False)
                | (~models.Q(state=State.DONE.value) & models.Q(decided_at__isnull=True)),
                name="cases_done_means_decided",
            ),
            models.CheckConstraint(
                condition=models.Q(delivered_at__isnull=True) | models.Q(decided_at__isnull=False),
                name="cases_delivered_after_decided",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class CaseStep(models.Model):
    """One step of a case's history; never changed."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="steps")
    action = models.CharField(max_length=24)
    state = models.CharField(max_length=2)
    at = models.DateTimeField()
    account = models.CharField(max_length=64)
    by = models.CharField(max_length=60, blank=True)
    opinion = models.TextField(blank=True)
    basis = models.TextField(blank=True)
    remedy = models.TextField(blank=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.case_id} {self.action}"


class Visit(models.Model):
    """The applicant came: a fact. Facts of one day at one place count as one visit."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="visit_facts")
    at = models.DateTimeField()
    day = models.DateField()
    place = models.CharField(max_length=20)
    place_name = models.CharField(max_length=120)
    place_name_en = models.CharField(max_length=200)
    purpose = models.CharField(max_length=12)
    account = models.CharField(max_length=64)

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["case", "day", "place", "purpose"], name="cases_visit_fact_once")
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.day} {self.place}"


class CaseCounter(models.Model):
    """The last serial given for a matter on a day (implementation code and yyyymmdd)."""

    prefix = models.CharField(max_length=39, primary_key=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.prefix} {self.last}"


class TrackGuard(models.Model):
    """Wrong secrets given for one case number since an instant; the number is kept as a digest."""

    digest = models.CharField(max_length=64, primary_key=True)
    since = models.DateTimeField()
    failures = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.digest[:8]} {self.failures}"
