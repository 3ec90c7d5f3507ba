from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class PoolConfig(AppConfig):
    name = "shudao.contexts.pool"
    label = "pool"

    def ready(self) -> None:
        """Let the outbox know this room's handlers and schedules."""
        import_module("shudao.contexts.pool.handlers")
        import_module("shudao.contexts.pool.tasks")
