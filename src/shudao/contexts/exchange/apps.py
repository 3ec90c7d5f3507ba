from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "shudao.contexts.exchange"
    label = "exchange"

    def ready(self) -> None:
        """Let the outbox know this room's handlers and jobs."""
        import_module("shudao.contexts.exchange.handlers")
        import_module("shudao.contexts.exchange.tasks")
