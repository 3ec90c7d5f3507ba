"""Forms and the check of what is filled in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext

from shudao.contexts.matters.adapters.schemas import Checker, Fault
from shudao.contexts.matters.contracts import Form, FormInvalid, MatterNotFound
from shudao.contexts.matters.models.form import FormVersion
from shudao.contexts.matters.rules import complaints
from shudao.contexts.matters.rules import forms as rules


def form(code: str, version: int | None) -> Form:
    """Read one version of a form, the present one by default."""
    found = FormVersion.objects.filter(form__code=code)
    if version is not None:
        found = found.filter(number=version)
    row = found.order_by("-number").first()
    if row is None:
        raise MatterNotFound()
    return rules.form(row.schema, row.number)


def validate(code: str, data: Mapping[str, Any], version: int | None) -> None:
    """Raise FormInvalid with a sentence for each field at fault, the first fault of each."""
    chosen = form(code, version)
    fields: dict[str, str] = {}
    for fault in _checker(json.dumps(chosen.schema, sort_keys=True)).faults(data):
        for name in fault.names or ("",):
            fields.setdefault(complaints.path(fault.instance_path, name), _said(chosen, fault))
    if fields:
        raise FormInvalid(fields=fields)


def _said(chosen: Form, fault: Fault) -> str:
    detail = complaints.keyword_value(chosen.schema, fault.schema_path)
    key, details = complaints.sentence(fault.keyword, detail, fault.instance)
    return gettext(key) % details if details else gettext(key)


@lru_cache(maxsize=512)
def _checker(written: str) -> Checker:
    return Checker(json.loads(written))
