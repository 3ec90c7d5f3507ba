from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class MattersConfig(AppConfig):
    name = "shudao.contexts.matters"
    label = "matters"

    def ready(self) -> None:
        """Let the outbox know this room's handlers and jobs."""
        import_module("shudao.contexts.matters.handlers")
        import_module("shudao.contexts.matters.tasks")
