from importlib import import_module

from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "shudao.foundation.outbox"
    label = "outbox"

    def ready(self) -> None:
        import_module("shudao.foundation.outbox.tasks")
