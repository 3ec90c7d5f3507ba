"""The trail: rows are only ever added."""

from __future__ import annotations

from typing import Any, NoReturn

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from shudao.foundation.audit.contracts import AppendOnlyError


class AppendOnlyQuerySet(models.QuerySet["AuditEntry"]):
    def update(self, **_values: object) -> NoReturn:
        raise AppendOnlyError("an audit entry is never changed")

    def delete(self) -> NoReturn:
        raise AppendOnlyError("an audit entry is never removed")

    def bulk_create(self, objs: Any, *args: Any, update_conflicts: bool = False, **options: Any) -> list[AuditEntry]:
        if update_conflicts:
            raise AppendOnlyError("an audit entry is never changed")
        return super().bulk_create(objs, *args, **options)

    def bulk_update(self, *_args: object, **_options: object) -> NoReturn:
        raise AppendOnlyError("an audit entry is never changed")


class AuditEntry(models.Model):
    sequence = models.BigAutoField(primary_key=True)
    instant = models.DateTimeField()
    account = models.CharField(max_length=64)
    kind = models.CharField(max_length=16)
    action = models.CharField(max_length=80)
    target = models.CharField(max_length=120)
    case = models.CharField(max_length=64, blank=True)
    before = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    after = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    reason = models.TextField(blank=True)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        ordering = ["-sequence"]
        indexes = [
            models.Index(fields=["target", "-sequence"], name="audit_by_target"),
            models.Index(fields=["case", "-sequence"], name="audit_by_case", condition=~models.Q(case="")),
            models.Index(fields=["account", "-sequence"], name="audit_by_account"),
        ]

    def __str__(self) -> str:
        return f"{self.sequence} {self.action} {self.target}"

    def save(self, *args: Any, **options: Any) -> None:
        if not self._state.adding:
            raise AppendOnlyError("an audit entry is never changed")
        super().save(*args, **options)

    def delete(self, *_args: object, **_options: object) -> NoReturn:
        raise AppendOnlyError("an audit entry is never removed")
