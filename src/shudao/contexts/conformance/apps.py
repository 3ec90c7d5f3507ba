from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class ConformanceConfig(AppConfig):
    name = "shudao.contexts.conformance"
    label = "conformance"

    def ready(self) -> None:
        """Let the outbox know this room's handlers and jobs."""
        import_module("shudao.contexts.conformance.handlers")
        import_module("shudao.contexts.conformance.tasks")
