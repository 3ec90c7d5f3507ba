"""No foreign key leaves its room: rooms hold each other's public codes (DESIGN 1)."""

from __future__ import annotations

from django.apps import apps


def _ours() -> list[type]:
    return [model for model in apps.get_models() if model.__module__.startswith("shudao.")]


def test_there_are_models_to_walk() -> None:
    assert len(_ours()) > 20


def test_no_foreign_key_leaves_its_room() -> None:
    strays = [
        f"{model._meta.label}.{field.name} → {field.related_model._meta.label}"
        for model in _ours()
        for field in model._meta.get_fields()
        if field.is_relation
        and not field.auto_created
        and field.related_model is not None
        and field.related_model._meta.app_label != model._meta.app_label
        and not field.related_model._meta.app_label.startswith("auth")
    ]
    assert not strays, strays


def test_every_table_carries_the_name_of_its_room() -> None:
    strays = [
        model._meta.db_table for model in _ours() if not model._meta.db_table.startswith(model._meta.app_label + "_")
    ]
    assert not strays, strays
