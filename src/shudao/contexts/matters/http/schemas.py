"""How matters look on the wire. Texts are {"zh", "en"}; codes are the national ones."""

from __future__ import annotations

from typing import Any

from ninja import Schema

from shudao.contexts.matters.contracts import Article, FormGroup, Implementation, MatterRow
from shudao.kernel.texts import Text


class MatterPage(Schema):
    """One page of matters."""

    items: list[MatterRow]
    number: int
    size: int
    total: int
    pages: int


class MatterOut(Schema):
    """An implementation with all its fields and the articles that it cites."""

    matter: Implementation
    articles: list[Article]


class NationalOut(Schema):
    """The national exchange fields by group."""

    catalog: dict[str, Any]
    implementation: dict[str, Any]
    extension: dict[str, Any]
    material: list[dict[str, Any]]
    fee: list[dict[str, Any]]
    question: list[dict[str, Any]]


class FormOut(Schema):
    """A form as JSON Schema 2020-12 and as a layout."""

    code: str
    version: int
    title: Text
    form_schema: dict[str, Any]
    layout: list[FormGroup]
