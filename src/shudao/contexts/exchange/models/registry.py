"""Systems with their keys, and the catalogue of resources."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from shudao.contexts.exchange.contracts.registry import ResourceState, ShareMode, ShareType, SystemState


def _choices(values: type[ShareType | SystemState | ResourceState | ShareMode]) -> list[tuple[str, str]]:
    return [(value.value, value.value) for value in values]


class System(models.Model):
    """A department's system; `client` is its X-Road client id. `active` says of `state` what the snapshot asks."""

    client = models.CharField(max_length=120, unique=True)
    name = models.CharField(max_length=120)
    name_en = models.CharField(max_length=160, blank=True)
    department = models.CharField(max_length=18, db_index=True)
    active = models.BooleanField(default=True)
    registered_at = models.DateTimeField()
    contact_name = models.CharField(max_length=60, blank=True)
    contact_phone = models.CharField(max_length=40, blank=True)
    contact_mail = models.CharField(max_length=120, blank=True)
    state = models.CharField(max_length=10, choices=_choices(SystemState), default=SystemState.ACTIVE.value)
    state_why = models.TextField(blank=True)
    held_by_bureau = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(active=True, state="active") | Q(active=False) & ~Q(state="active"),
                name="exchange_system_active_as_its_state",
            ),
            models.CheckConstraint(
                condition=Q(state="active") | ~Q(state_why=""), name="exchange_system_says_why_it_is_out"
            ),
        ]


class SystemKey(models.Model):
    """A system's public key, valid from `valid_from` until before `valid_to`; `public` is base64 of the raw bytes."""

    system = models.ForeignKey(System, models.PROTECT, related_name="keys")
    key_id = models.CharField(max_length=120, unique=True)
    public = models.CharField(max_length=88)
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.CharField(max_length=64, blank=True)
    revoked_why = models.TextField(blank=True)

    class Meta:
        constraints = [
            # A key revoked before it began never holds: its end lies before its beginning.
            models.CheckConstraint(
                condition=Q(valid_from__lt=F("valid_to")) | Q(revoked_at__isnull=False),
                name="exchange_key_has_a_period",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True) | ~Q(revoked_why=""), name="exchange_revoked_key_says_why"
            ),
        ]


class Resource(models.Model):
    """A catalogue entry; items and classes are kept as they are shown. `words` is what search looks through."""

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
    share_type = models.CharField(max_length=1, choices=_choices(ShareType))
    condition = models.JSONField(default=dict)
    basis = models.JSONField(default=dict)
    cycle = models.CharField(max_length=1)
    matters = models.JSONField(default=list)
    dataset = models.CharField(max_length=60, blank=True)
    sensitivity = models.PositiveSmallIntegerField()
    subject = models.CharField(max_length=10)
    row_field = models.CharField(max_length=60, blank=True)
    published_on = models.DateField()
    upstream = models.JSONField(null=True)
    share_mode = models.CharField(max_length=10, choices=_choices(ShareMode), default=ShareMode.INTERFACE.value)
    opened = models.BooleanField(default=False)
    open_condition = models.JSONField(default=dict)
    related = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=_choices(ResourceState), default=ResourceState.PUBLISHED.value)
    state_why = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)
    words = models.TextField(blank=True)
    changed_at = models.DateTimeField(null=True)
    changed_by = models.CharField(max_length=64, blank=True)
    reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="published") | ~Q(state_why=""), name="exchange_resource_says_why_it_is_out"
            ),
            models.CheckConstraint(
                condition=Q(dataset="") | Q(upstream__isnull=True), name="exchange_resource_has_one_source"
            ),
        ]


class ResourceVersion(models.Model):
    """An entry as it was before it was changed: whole, with the day and the hand that had made it so."""

    resource = models.ForeignKey(Resource, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    entry = models.JSONField()
    changed_at = models.DateTimeField(null=True)
    changed_by = models.CharField(max_length=64, blank=True)
    reason = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["resource", "number"], name="exchange_one_entry_a_version")]


class UseOfDay(models.Model):
    """How often a system called a resource on a local day, and was answered: counted from the ledger."""

    day = models.DateField()
    client = models.CharField(max_length=120)
    resource = models.CharField(max_length=60)
    calls = models.PositiveIntegerField()
    answers = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["day", "client", "resource"], name="exchange_one_count_a_day"),
            models.CheckConstraint(condition=Q(answers__lte=F("calls")), name="exchange_answers_are_calls"),
        ]
