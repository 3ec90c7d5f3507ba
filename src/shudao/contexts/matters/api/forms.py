"""The door to forms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shudao.contexts.matters.contracts import Form
from shudao.contexts.matters.queries import forms
from shudao.contexts.matters.services import validate as _validate


def form(form_code: str, *, version: int | None = None) -> Form:
    """Return a form. `version` None means the present one. Raises MatterNotFound."""
    return forms.form(form_code, version)


def validate_form(form_code: str, data: Mapping[str, Any], *, version: int | None = None) -> None:
    """
    Check a filled form against its schema.

    Args:
        form_code: The form.
        data: Field name → value, as JSON values.
        version: The version that was filled in; None means the present one.

    Raises:
        MatterNotFound: no such form.
        FormInvalid: `fields` maps each field's path ("children.0.name") to a sentence in the reader's language.
    """
    _validate.validate(form_code, data, version)
