from importlib import import_module

from django.apps import AppConfig


class MessagesConfig(AppConfig):
    name = "shudao.foundation.messages"
    label = "shudao_messages"  # Django's own messages app holds the short label

    def ready(self) -> None:
        import_module("shudao.foundation.messages.tasks")
