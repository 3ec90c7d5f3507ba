from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class AssessmentConfig(AppConfig):
    name = "shudao.contexts.assessment"
    label = "assessment"

    def ready(self) -> None:
        """Let the outbox know this room's handlers and jobs."""
        import_module("shudao.contexts.assessment.handlers")
        import_module("shudao.contexts.assessment.tasks")
