"""Forms."""

from __future__ import annotations

import json

from shudao.contexts.matters.contracts import Form, MatterNotFound
from shudao.contexts.matters.models import FormVersion
from shudao.contexts.matters.rules import codes
from shudao.contexts.matters.rules import forms as rules


def form(code: str, version: int | None) -> Form:
    """Read one version of a form, the present one by default."""
    found = FormVersion.objects.filter(form__code=codes.word(code))
    if version is not None:
        found = found.filter(number=version)
    row = found.order_by("-number").first()
    if row is None:
        raise MatterNotFound()
    return rules.form(json.loads(row.schema), row.number)
