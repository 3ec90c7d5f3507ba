"""Forms and their layout."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shudao.contexts.matters.contracts.lists import Choice
from shudao.kernel.texts import Text


@dataclass(frozen=True, slots=True)
class FormField:
    """
    One field of a form, ready to be drawn.

    `kind`: text | long | number | integer | yes-no | date | choice | choices | phone | resident-id | uscc | email |
    list. A list has `fields` (its columns) and at most `most` rows. `prefill` names a source ("person.name").
    """

    name: str
    title: Text
    hint: Text
    kind: str
    required: bool
    choices: tuple[Choice, ...] = ()
    prefill: str = ""
    least: float | None = None
    most: float | None = None
    longest: int | None = None
    fields: tuple[FormField, ...] = ()


@dataclass(frozen=True, slots=True)
class FormGroup:
    """Fields that stand together under one heading; forms without groups have one with an empty title."""

    key: str
    title: Text
    fields: tuple[FormField, ...]


@dataclass(frozen=True, slots=True)
class Form:
    """A form: its JSON Schema 2020-12 and the same as a layout in display order."""

    code: str
    version: int
    title: Text
    schema: Mapping[str, Any]
    layout: tuple[FormGroup, ...]

    @property
    def fields(self) -> tuple[FormField, ...]:
        """All fields in display order."""
        return tuple(one for group in self.layout for one in group.fields)
