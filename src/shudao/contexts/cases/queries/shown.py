"""The fields of a form as the rules see them."""

from __future__ import annotations

from shudao.contexts.cases.rules.forms import Field
from shudao.contexts.matters import api as matters
from shudao.contexts.matters.contracts import FormField


def fields_of(form_code: str, version: int) -> tuple[Field, ...]:
    """Return a form's fields; none for a matter without a form."""
    if not form_code:
        return ()
    return tuple(_field(one) for one in matters.form(form_code, version=version).fields)


def _field(one: FormField) -> Field:
    return Field(
        name=one.name,
        kind=one.kind,
        labels={choice.value: choice.label.zh for choice in one.choices},
        fields=tuple(_field(inner) for inner in one.fields),
    )
