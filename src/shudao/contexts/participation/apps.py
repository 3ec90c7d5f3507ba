from django.apps import AppConfig


class ParticipationConfig(AppConfig):
    name = "shudao.contexts.participation"
    label = "participation"

    def ready(self) -> None:
        """Register the handlers."""
        from shudao.contexts.participation import handlers  # noqa: F401
