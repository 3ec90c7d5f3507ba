"""Check a filled form against its schema."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext

from shudao.contexts.matters.adapters.schemas import Checker, Fault
from shudao.contexts.matters.contracts import Form, FormInvalid
from shudao.contexts.matters.queries import forms
from shudao.contexts.matters.rules import complaints


def validate(code: str, data: Mapping[str, Any], version: int | None) -> None:
    """Raise FormInvalid with a sentence for each field at fault, the first fault of each."""
    form = forms.form(code, version)
    fields: dict[str, str] = {}
    for fault in _checker(json.dumps(form.schema)).faults(data):
        for name in fault.names or ("",):
            fields.setdefault(complaints.path(fault.instance_path, name), _said(form, fault))
    if fields:
        raise FormInvalid(fields=fields)


@lru_cache(maxsize=256)
def _checker(schema: str) -> Checker:
    return Checker(json.loads(schema))


def _said(form: Form, fault: Fault) -> str:
    detail = complaints.keyword_value(form.schema, fault.schema_path)
    key, details = complaints.sentence(fault.keyword, detail, fault.instance)
    return gettext(key) % details if details else gettext(key)
