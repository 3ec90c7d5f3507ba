from importlib import import_module

from django.apps import AppConfig


class DutiesConfig(AppConfig):
    name = "shudao.foundation.duties"
    label = "duties"

    def ready(self) -> None:
        for module in ("handlers", "tasks"):
            import_module(f"shudao.foundation.duties.{module}")
